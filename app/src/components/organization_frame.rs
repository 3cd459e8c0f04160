use leptos::{either::Either, prelude::*};
use leptos_logto::{
    AwaitResource, GuardedLink, Membership, OrganizationHead, Problem, api::load_organization,
    use_organization,
};
use leptos_meta::Title;

use super::Loading;
use crate::{guards, language::t};

/// What every page of an organization has: its head, the ways to its other pages, the title. `page` is what this one shows
/// below, once the organization is there.
#[component]
pub fn OrganizationFrame(
    /// The title of the page, before the name of the organization.
    #[prop(optional)]
    title: &'static str,
    /// The page, for what a member sees.
    page: fn(Membership) -> AnyView,
) -> impl IntoView {
    let organization = use_organization();
    let membership =
        Resource::new_blocking(|| (), move |()| load_organization(organization.clone()));
    view! {
        <AwaitResource resource=membership fallback=|| view! { <Loading rows=6/> } let:membership>
            {match membership {
                Ok(membership) => Either::Left(view! { <Inside membership title page/> }),
                Err(error) => {
                    Either::Right(
                        view! {
                            <section class="page-head">
                                <h1>{t!(organizations.title)}</h1>
                            </section>
                            <Problem error of_page=true/>
                        },
                    )
                }
            }}
        </AwaitResource>
    }
}

#[component]
fn Inside(
    membership: Membership,
    title: &'static str,
    page: fn(Membership) -> AnyView,
) -> impl IntoView {
    let name = membership.organization.display_name();
    let title = if title.is_empty() {
        name.to_owned()
    } else {
        format!("{title} · {name}")
    };
    view! {
        <Title text=title/>
        <OrganizationHead membership=membership.clone()/>
        <Tabs organization=membership.organization.id.clone() held=membership.held()/>
        {page(membership)}
    }
}

/// The pages that this person may see here.
#[component]
fn Tabs(organization: String, held: Vec<String>) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=t!(organization.pages)>
            <GuardedLink to=guards::ORGANIZATION organization=organization.clone() held=held.clone() exact=true>
                {t!(organization.overview)}
            </GuardedLink>
            <GuardedLink to=guards::SUPPORT organization=organization.clone() held=held.clone()>
                {t!(organization.support)}
            </GuardedLink>
            <GuardedLink to=guards::BILLING organization held>
                {t!(organization.billing)}
            </GuardedLink>
        </nav>
    }
}
