use leptos::prelude::*;

use crate::paths;

/// A button that signs out, here and at Logto. A plain form: the browser itself follows the redirects, with and without
/// JavaScript.
#[component]
pub fn SignOutButton(
    /// Further classes for the button.
    #[prop(optional, into)]
    class: String,
    /// What the button says.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="sign-out-button" method="post" action=paths::SIGN_OUT>
            <button type="submit" class=class>
                {children()}
            </button>
        </form>
    }
}
