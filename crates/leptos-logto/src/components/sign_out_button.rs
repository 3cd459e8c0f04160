use leptos::prelude::*;

use crate::paths;

/// A button that signs out, here and at Logto. A plain form: the browser itself follows the redirects, with and without
/// JavaScript.
#[component]
pub fn SignOutButton(
    /// Only of this application, on this device: Logto's own session goes on, and with it those of other applications.
    #[prop(optional)]
    only_here: bool,
    /// Further classes for the button.
    #[prop(optional, into)]
    class: String,
    /// What the button says.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="sign-out-button" method="post" action=paths::SIGN_OUT>
            {only_here.then(|| view! { <input type="hidden" name="only_here" value="true"/> })}
            <button type="submit" class=class>
                {children()}
            </button>
        </form>
    }
}
