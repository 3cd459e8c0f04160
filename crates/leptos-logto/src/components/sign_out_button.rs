use leptos::prelude::*;

use super::viewer_field::ViewerField;
use logto_types::paths;

/// A button that signs out, here and at Logto. A plain form: the browser itself follows the
/// redirects, with and without JavaScript. On a page that is still open from another person, it
/// leads to the home page of whoever is signed in now, and signs nobody out.
#[component]
pub fn SignOutButton(
    /// Only of this application, on this device: Logto's own session goes on, and with it those of
    /// other applications.
    #[prop(optional)]
    only_here: bool,
    /// The classes of the button.
    #[prop(default = "logto-button".to_owned(), into)]
    class: String,
    /// The text of the button.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="logto-sign-out-button" method="post" action=paths::SIGN_OUT>
            <ViewerField/>
            {only_here.then(|| view! { <input type="hidden" name="only_here" value="true"/> })}
            <button type="submit" class=class>
                {children()}
            </button>
        </form>
    }
}
