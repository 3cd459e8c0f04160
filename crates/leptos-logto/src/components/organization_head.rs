use leptos::{either::Either, prelude::*};

use super::{
    notice::{Notice, NoticeTone},
    organization_switcher::OrganizationSwitcher,
    organization_tile::OrganizationTile,
};
use crate::{model::Membership, texts::use_texts};

/// What stands above every page of an organization: its tile, name and description, and the person's
/// roles there. The name is the heading of the page; for those who are in other organizations, too,
/// it is the switcher.
#[component]
pub fn OrganizationHead(
    /// The organization, as its members see it.
    membership: Membership,
) -> impl IntoView {
    let Membership {
        organization,
        organizations,
        ..
    } = membership;
    let table = use_texts();
    let texts = &table.organizations;
    let is_choice = organizations.list.len() > 1;
    let unnamed = organizations.names_unavailable;
    let name = organization.display_name().to_owned();
    let current = Some(organization.id.clone());
    let description = organization.description.clone();
    let roles = organization.roles.clone();
    view! {
        <header class="logto logto-organization-head">
            <div class="logto-organization-head__names">
                <OrganizationTile organization/>
                <div>
                    {if is_choice {
                        Either::Left(view! { <OrganizationSwitcher organizations current heading=true/> })
                    } else {
                        Either::Right(view! { <h1><bdi>{name}</bdi></h1> })
                    }}
                    {description
                        .map(|text| view! { <p class="logto-organization-head__description"><bdi>{text}</bdi></p> })}
                    <p class="logto-organization-head__roles">
                        <span class="logto-visually-hidden">{table.label(texts.your_roles)}</span>
                        <Roles roles/>
                    </p>
                </div>
            </div>
        </header>
        {unnamed.then(|| view! { <Notice tone=NoticeTone::Warning title=texts.names_unavailable/> })}
    }
}

/// Roles as badges, or that there is none.
#[component]
pub(super) fn Roles(roles: Vec<String>) -> impl IntoView {
    let none = roles.is_empty().then(|| {
        view! { <span class="logto-chip logto-chip--absent">{use_texts().organizations.no_roles}</span> }
    });
    let roles = roles
        .into_iter()
        .map(|role| view! { <span class="logto-chip"><bdi>{role}</bdi></span> " " })
        .collect_view();
    view! {
        {none}
        {roles}
    }
}
