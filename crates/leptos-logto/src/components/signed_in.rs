use leptos::prelude::*;

use crate::auth::use_auth;

/// Shows its children to people who are signed in.
#[component]
pub fn SignedIn(
    /// The content.
    children: ChildrenFn,
) -> impl IntoView {
    let auth = use_auth();
    view! { <Show when=move || auth.is_signed_in()>{children()}</Show> }
}

/// Shows its children when it is certain that nobody is signed in. While that is unknown, it shows
/// nothing.
#[component]
pub fn SignedOut(
    /// The content.
    children: ChildrenFn,
) -> impl IntoView {
    let auth = use_auth();
    view! { <Show when=move || auth.is_signed_out()>{children()}</Show> }
}
