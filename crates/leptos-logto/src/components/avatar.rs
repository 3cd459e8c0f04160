use leptos::prelude::*;

use crate::model::Viewer;

/// The person's picture over their initials. The initials stay when there is no picture or it does
/// not load. Decorative: the name stands beside it.
#[component]
pub fn Avatar(
    /// The person.
    viewer: Viewer,
) -> impl IntoView {
    let picture = viewer.picture.clone().map(|address| {
        view! {
            <img
                class="logto-avatar__picture"
                src=address
                alt=""
                loading="lazy"
                decoding="async"
                referrerpolicy="no-referrer"
            />
        }
    });
    view! {
        <span class="logto-avatar" aria-hidden="true">
            <span class="logto-avatar__initials">{viewer.initials}</span>
            {picture}
        </span>
    }
}
