//! Checks of the URLs that have to agree: where browsers reach the application, and where Logto
//! sends them back to.

use logto::is_loopback;
use logto_types::paths;
use url::Url;

use crate::{setup_error::SetupError, url_in_error::without_user_info};

/// What no redirect URI may have as its path.
const TAKEN: [&str; 6] = [
    paths::SIGN_IN,
    paths::SIGN_OUT,
    paths::PROBLEM,
    paths::BACKCHANNEL_LOGOUT,
    paths::SESSION_EVENTS,
    "/",
];

/// Parses the URL of a setting.
pub(crate) fn parse_url(name: &'static str, text: &str) -> Result<Url, SetupError> {
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https");
    match Url::parse(text) {
        Ok(url) if is_web(&url) => Ok(url),
        Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) => {
            let problem = "it must begin with https://, or on this machine with http://";
            Err(refuse(name, text, problem.to_owned()))
        }
        Err(error) => Err(refuse(name, text, error.to_string())),
    }
}

/// A base URL has no path, as browsers send it in `Origin`.
pub(crate) fn check_base_url(name: &'static str, url: &Url) -> Result<(), SetupError> {
    let problem = if !url.username().is_empty() || url.password().is_some() {
        "it must not hold a user name or password"
    } else if !matches!(url.scheme(), "http" | "https") {
        "it must begin with https://, or on this machine with http://"
    } else if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        "it must have no path: https://app.example/"
    } else if url.scheme() == "http" && !is_loopback(url) {
        "it must use https (plain http is only for this machine: localhost, 127.0.0.1, [::1])"
    } else {
        return Ok(());
    };
    Err(refuse(name, url.as_str(), problem.to_owned()))
}

/// Logto sends browsers to the redirect URI, and the cookies of the sign-in are those of the base
/// URL.
pub(crate) fn check_redirect_uri(redirect_uri: &Url, base_url: &Url) -> Result<(), SetupError> {
    let problem = if redirect_uri.origin() != base_url.origin() {
        format!("it is not below the base URL {base_url}, which browsers take for another site")
    } else if TAKEN.contains(&redirect_uri.path()) {
        "another page has this path; use a path of its own, such as /callback".to_owned()
    } else {
        return Ok(());
    };
    Err(refuse("redirect_uri", redirect_uri.as_str(), problem))
}

fn refuse(name: &'static str, url: &str, problem: String) -> SetupError {
    SetupError::Url {
        name,
        value: without_user_info(url),
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_origin() {
        for good in [
            "https://app.example",
            "http://localhost:3000/",
            "http://[::1]:3000",
        ] {
            assert!(check_base_url("base_url", &good.parse().unwrap()).is_ok());
        }
        for (bad, problem) in [
            ("https://joe@app.example", "user name or password"),
            ("https://:hunter2@app.example", "user name or password"),
            ("https://joe:hunter2@app.example/", "user name or password"),
            ("https://app.example/app", "no path"),
            ("https://app.example/?a", "no path"),
            ("https://app.example/#a", "no path"),
            ("ftp://app.example/", "begin with https"),
            ("http://app.example", "must use https"),
        ] {
            let error = check_base_url("base_url", &bad.parse().unwrap()).unwrap_err();
            let text = error.to_string();
            assert!(
                text.starts_with("base_url is ") && text.contains(problem),
                "{text}"
            );
            assert!(!text.contains("hunter2") && !text.contains("joe"), "{text}");
        }
    }
}
