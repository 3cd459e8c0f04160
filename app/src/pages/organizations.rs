use leptos::{either::Either, prelude::*};
use leptos_logto::{AwaitResource, OrganizationList, Problem, api::load_organizations};
use leptos_meta::Title;

use crate::{components::Loading, language::t};

/// The organizations the person is in.
#[component]
pub fn Organizations() -> impl IntoView {
    let organizations = Resource::new_blocking(|| (), |()| load_organizations());
    view! {
        <Title text=t!(organizations.title)/>
        <section class="page-head">
            <h1>{t!(organizations.title)}</h1>
            <p class="lead">{t!(organizations.lead)}</p>
        </section>
        <AwaitResource resource=organizations fallback=|| view! { <Loading rows=3/> } let:organizations>
            {match organizations {
                Ok(organizations) => Either::Left(view! { <OrganizationList organizations/> }),
                Err(error) => Either::Right(view! { <Problem error/> }),
            }}
        </AwaitResource>
    }
}
