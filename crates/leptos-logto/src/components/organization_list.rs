use leptos::prelude::*;

use super::{OrganizationTile, organization_head::Roles};
use crate::{
    guard::segment,
    model::{Organization, Organizations},
    paths,
    words::{Words, use_words},
};

/// The organizations a person is in, each with its roles and the way to its pages; or, when there are none, how one gets
/// into one.
#[component]
pub fn OrganizationList(
    /// What is known.
    organizations: Organizations,
) -> impl IntoView {
    let Organizations {
        list,
        last,
        names_unavailable,
        scope_missing,
    } = organizations;
    let empty = list.is_empty();
    let words = use_words();
    let texts = &words.organizations;
    view! {
        <div class="organization-list">
            {names_unavailable
                .then(|| {
                    view! {
                        <p class="notice notice--warning" role="status">
                            {texts.names_unavailable}
                        </p>
                    }
                })}
            {(empty && scope_missing)
                .then(|| {
                    view! {
                        <p class="empty">
                            {texts.scope_missing}
                            " "
                            <code>"urn:logto:scope:organizations"</code>
                        </p>
                    }
                })}
            {(empty && !scope_missing)
                .then(|| {
                    view! {
                        <p class="empty">
                            {texts.empty}
                        </p>
                    }
                })}
            <ul class="organization-list__items">{list.into_iter().map(|organization| item(words, organization, last.as_deref())).collect_view()}</ul>
        </div>
    }
}

fn item(
    words: &'static Words,
    organization: Organization,
    last: Option<&str>,
) -> impl IntoView + use<> {
    let texts = &words.organizations;
    let name = organization.display_name().to_owned();
    let address = format!("{}/{}", paths::ORGANIZATION, segment(&organization.id));
    let is_last = last == Some(organization.id.as_str());
    let tile = organization.clone();
    let Organization {
        id,
        description,
        roles,
        ..
    } = organization;
    view! {
        <li class="organization">
            <div class="organization__head">
                <OrganizationTile organization=tile/>
                <h2 class="organization__name">
                    <a href=address>
                        <bdi>{name}</bdi>
                    </a>
                </h2>
                {is_last.then(|| view! { <span class="chip organization__last">{texts.last}</span> })}
            </div>
            {description.map(|text| view! { <p class="organization__description"><bdi>{text}</bdi></p> })}
            <dl class="organization__facts">
                <dt>{texts.your_roles}</dt>
                <dd>
                    <Roles roles/>
                </dd>
                <dt>{texts.id}</dt>
                <dd>
                    <code>{id}</code>
                </dd>
            </dl>
        </li>
    }
}
