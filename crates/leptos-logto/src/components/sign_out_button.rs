use leptos::prelude::*;

use super::viewer_field::ViewerField;
use logto_types::{SignOutExtent, paths};

/// A button that signs out, here and at Logto, or as far as `extent` says. A plain form: the browser
/// itself follows the redirects, with and without JavaScript. On a page that is still open from another person, it
/// leads to the home page of whoever is signed in now, and signs nobody out.
#[component]
pub fn SignOutButton(
    /// What ends: this application and Logto in this browser, unless it says something else.
    #[prop(optional)]
    extent: SignOutExtent,
    /// The classes of the button.
    #[prop(default = "logto-button".to_owned(), into)]
    class: String,
    /// The text of the button.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="logto-sign-out-button" method="post" action=paths::SIGN_OUT>
            <ViewerField/>
            {(extent != SignOutExtent::default())
                .then(|| view! { <input type="hidden" name=SignOutExtent::FIELD value=extent.as_str()/> })}
            <button type="submit" class=class>
                {children()}
            </button>
        </form>
    }
}
