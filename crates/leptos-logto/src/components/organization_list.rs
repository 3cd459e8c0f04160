use leptos::prelude::*;

use crate::model::{Organization, Organizations};

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
    view! {
        <div class="organization-list">
            {names_unavailable
                .then(|| {
                    view! {
                        <p class="notice notice--warning" role="status">
                            "The sign-in service is not answering, so only ids and roles are shown. They come from the ID token."
                        </p>
                    }
                })}
            {(empty && scope_missing)
                .then(|| {
                    view! {
                        <p class="empty">
                            "Organizations were not asked for at the sign-in. Add the scope "
                            <code>"urn:logto:scope:organizations"</code> " to the settings of this application."
                        </p>
                    }
                })}
            {(empty && !scope_missing)
                .then(|| {
                    view! {
                        <p class="empty">
                            "You are in no organization. Someone who manages one can invite you; sign in again after that, and it is listed here."
                        </p>
                    }
                })}
            <ul class="organization-list__items">{list.into_iter().map(item).collect_view()}</ul>
        </div>
    }
}

fn item(organization: Organization) -> impl IntoView {
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
                <dt>"Your roles"</dt>
                <dd>
                    {if roles.is_empty() {
                        "none".into_any()
                    } else {
                        roles
                            .into_iter()
                            .map(|role| view! { <span class="chip">{role}</span> " " })
                            .collect_view()
                            .into_any()
                    }}
                </dd>
                <dt>"Id"</dt>
                <dd>
                    <code>{id}</code>
                </dd>
            </dl>
        </li>
    }
}
