use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::paths;

/// Which of Logto's screens a sign-in begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstScreen {
    /// Signing in.
    SignIn,
    /// Creating an account.
    Register,
    /// Setting a new password.
    ResetPassword,
}

impl FirstScreen {
    /// Logto's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Register => "register",
            Self::ResetPassword => "reset_password",
        }
    }
}

/// A link that starts a sign-in and comes back to this page, or to `return_to`. A plain link to the server: the same with
/// and without JavaScript. Belongs inside a `<Router>`.
#[component]
pub fn SignInLink(
    /// The page to come back to. Default: the page the link is on.
    #[prop(optional, into)]
    return_to: Option<String>,
    /// The screen to begin with.
    #[prop(optional)]
    first_screen: Option<FirstScreen>,
    /// Further classes.
    #[prop(optional, into)]
    class: String,
    /// What the link says.
    children: Children,
) -> impl IntoView {
    let here = use_here();
    let href = move || {
        let target = return_to.clone().unwrap_or_else(&here);
        sign_in_url(&target, first_screen)
    };
    view! {
        <a class=format!("sign-in-link {class}") href=href rel="external">
            {children()}
        </a>
    }
}

/// The path and query of the page, tracked.
pub(super) fn use_here() -> impl Fn() -> String + Send + Sync + 'static {
    let location = use_location();
    move || {
        let search = location.search.get();
        let mark = if search.is_empty() { "" } else { "?" };
        format!("{}{mark}{search}", location.pathname.get())
    }
}

fn sign_in_url(return_to: &str, first_screen: Option<FirstScreen>) -> String {
    let mut url = paths::SIGN_IN.to_owned();
    let mut mark = '?';
    if return_to != "/" {
        url.push_str("?return_to=");
        encode_into(&mut url, return_to);
        mark = '&';
    }
    if let Some(screen) = first_screen {
        url.push(mark);
        url.push_str("first_screen=");
        url.push_str(screen.as_str());
    }
    url
}

/// Percent-encodes all but RFC 3986's unreserved characters.
fn encode_into(url: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push('%');
            url.push(char::from(DIGITS[usize::from(byte >> 4)]));
            url.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_from_the_home_page_needs_no_target() {
        assert_eq!(sign_in_url("/", None), "/sign-in");
        let register = Some(FirstScreen::Register);
        assert_eq!(sign_in_url("/", register), "/sign-in?first_screen=register");
    }

    #[test]
    fn the_target_is_encoded_so_that_it_stays_one_parameter() {
        assert_eq!(
            sign_in_url("/a?b=c&d=é", Some(FirstScreen::SignIn)),
            "/sign-in?return_to=/a%3Fb%3Dc%26d%3D%C3%A9&first_screen=sign_in"
        );
    }
}
