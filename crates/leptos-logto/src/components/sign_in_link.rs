use std::fmt::Display;

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_location;
use logto_types::FirstScreen;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use logto_types::paths;

/// A link that starts a sign-in and comes back to this page, or to `return_to`; on the problem
/// page, to the page that the sign-in was for. A plain link to the server: the same with and
/// without JavaScript. Belongs inside a `<Router>`.
///
/// With options it is the link to sign up (`first_screen=FirstScreen::Register`), to set a new
/// password (`FirstScreen::ResetPassword`), or to go past Logto's page to a connector
/// (`direct_sign_in="social:google"`). The server validates them again and drops unknown values.
#[component]
pub fn SignInLink(
    /// The page to come back to. Default: the page the link is on.
    #[prop(optional, into)]
    return_to: Option<String>,
    /// The screen to begin with.
    #[prop(optional)]
    first_screen: Option<FirstScreen>,
    /// With the identifier screens: what to ask for, of `username`, `email` and `phone`, separated
    /// by spaces.
    #[prop(optional, into)]
    identifiers: Option<String>,
    /// The login hint: an email address, a phone number or a username.
    #[prop(optional, into)]
    login_hint: Option<String>,
    /// A connector to go straight to: `social:<target>` or `sso:<connector id>`.
    #[prop(optional, into)]
    direct_sign_in: Option<String>,
    /// The organization whose branding Logto's pages wear. It does not choose the organization of a
    /// token.
    #[prop(optional, into)]
    organization: Option<String>,
    /// Asks for the password even when Logto knows the person.
    #[prop(optional)]
    again: bool,
    /// Further classes.
    #[prop(optional, into)]
    class: String,
    /// The content of the link.
    children: Children,
) -> impl IntoView {
    let target = match return_to {
        Some(page) => Either::Left(page),
        None => Either::Right(use_page_asked_for()),
    };
    let options: Vec<(&str, String)> = [
        (
            "first_screen",
            first_screen.map(|screen| screen.as_str().to_owned()),
        ),
        ("identifier", identifiers),
        ("login_hint", login_hint),
        ("direct_sign_in", direct_sign_in),
        ("organization_id", organization),
        ("prompt", again.then(|| "login".to_owned())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect();
    let href = move || match &target {
        Either::Left(page) => sign_in_url(page, &options),
        Either::Right(page_asked_for) => sign_in_url(&page_asked_for(), &options),
    };
    view! {
        <a class=format!("logto-sign-in-link {class}") href=href rel="external">
            {children()}
        </a>
    }
}

/// The path and query of the current page, tracked: where a form or a sign-in comes back to. The
/// error of a form that failed without JavaScript, which Leptos puts into the query, is left out,
/// because coming back would show it again. Belongs inside a `<Router>`.
pub fn use_current_page() -> impl Fn() -> String + Send + Sync + 'static {
    let location = use_location();
    move || with_query(&location.pathname.get(), &location.search.get())
}

fn with_query(path: &str, search: &str) -> String {
    let is_error = |pair: &&str| matches!(pair.split('=').next(), Some("__path" | "__err"));
    let pairs: Vec<_> = search
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_error(pair))
        .collect();
    let mark = if pairs.is_empty() { "" } else { "?" };
    format!("{path}{mark}{}", pairs.join("&"))
}

/// The page to come back to: this one, or on the problem page the one that the sign-in was for.
fn use_page_asked_for() -> impl Fn() -> String + Send + Sync + 'static {
    let location = use_location();
    move || {
        let path = location.pathname.get();
        if path != paths::PROBLEM {
            return with_query(&path, &location.search.get());
        }
        page_asked_for(location.query.read().get("return_to"))
    }
}

/// The page that the sign-in was for, of the `return_to` in the query of the problem page. What leads elsewhere, or would at
/// the server, becomes the home page, so that it does not stand in a link.
pub(super) fn page_asked_for(asked: Option<String>) -> String {
    let is_ours = |page: &String| {
        let doubtful = |c: char| c.is_control() || c == '\\' || c.is_whitespace();
        let path = page.split(['?', '#']).next().unwrap_or_default();
        path.starts_with('/') && !path.contains("//") && !page.contains(doubtful)
    };
    asked.filter(is_ours).unwrap_or_else(|| "/".to_owned())
}

fn sign_in_url(return_to: &str, options: &[(&str, String)]) -> String {
    let mut url = paths::SIGN_IN.to_owned();
    let target = (return_to != "/").then_some(("return_to", return_to));
    let options = options.iter().map(|(name, value)| (*name, value.as_str()));
    for (name, value) in target.into_iter().chain(options) {
        let mark = if url.contains('?') { '&' } else { '?' };
        url = format!("{url}{mark}{name}={}", encode(value));
    }
    url
}

/// Everything but RFC 3986's unreserved characters and the slash.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A text as the value of a query parameter, percent-encoded.
fn encode(text: &str) -> impl Display + '_ {
    utf8_percent_encode(text, IN_QUERY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_from_the_home_page_needs_no_target() {
        assert_eq!(sign_in_url("/", &[]), "/sign-in");
        let register = [("first_screen", "register".to_owned())];
        assert_eq!(
            sign_in_url("/", &register),
            "/sign-in?first_screen=register"
        );
    }

    /// Without JavaScript, a retry must not show the same error again.
    #[test]
    fn the_error_of_a_form_is_not_part_of_the_page() {
        for (search, page) in [
            ("", "/orders"),
            ("__path=%2Fapi%2Forders&__err=IkEi", "/orders"),
            ("a=1&__err=IkEi&b=2", "/orders?a=1&b=2"),
        ] {
            assert_eq!(with_query("/orders", search), page);
        }
    }

    #[test]
    fn the_problem_page_leads_to_pages_of_the_application_alone() {
        let asked = |page: &str| page_asked_for(Some(page.to_owned()));
        for page in ["/", "/profile", "/a/b?c=//d#e", "/日本"] {
            assert_eq!(asked(page), page);
        }
        for page in [
            "",
            "profile",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/.//evil.example",
            "/a/..//evil.example",
            "/%2e//evil.example",
            "/ /evil.example",
        ] {
            assert_eq!(asked(page), "/", "{page:?}");
        }
        assert_eq!(page_asked_for(None), "/");
    }

    #[test]
    fn each_value_is_encoded_so_that_it_stays_one_parameter() {
        let options = [
            ("login_hint", "a+b@example.com&prompt=none".to_owned()),
            ("direct_sign_in", "social:google".to_owned()),
        ];
        assert_eq!(
            sign_in_url("/a?b=c&d=é", &options),
            "/sign-in?return_to=/a%3Fb%3Dc%26d%3D%C3%A9&login_hint=a%2Bb%40example.com%26prompt%3Dnone\
             &direct_sign_in=social%3Agoogle"
        );
    }
}
