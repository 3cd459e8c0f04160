use leptos::prelude::*;

use crate::{
    model::{Organization, Organizations},
    words::{Words, use_words},
};

/// The organizations a person is in, each with its roles; or, when there are none, how one gets into one.
#[component]
pub fn OrganizationList(
    /// What is known.
    organizations: Organizations,
) -> impl IntoView {
    let Organizations {
        list,
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
            <ul class="organization-list__items">{list.into_iter().map(|organization| item(words, organization)).collect_view()}</ul>
        </div>
    }
}

fn item(words: &'static Words, organization: Organization) -> impl IntoView {
    let Organization {
        id,
        name,
        description,
        roles,
    } = organization;
    view! {
        <li class="organization">
            <h2 class="organization__name">{name.unwrap_or_else(|| id.clone())}</h2>
            {description.map(|text| view! { <p class="organization__description">{text}</p> })}
            <dl class="organization__facts">
                <dt>{words.organizations.your_roles}</dt>
                <dd>
                    {if roles.is_empty() {
                        words.general.none.into_any()
                    } else {
                        roles
                            .into_iter()
                            .map(|role| view! { <span class="chip">{role}</span> " " })
                            .collect_view()
                            .into_any()
                    }}
                </dd>
                <dt>{words.organizations.id}</dt>
                <dd>
                    <code>{id}</code>
                </dd>
            </dl>
        </li>
    }
}
