//! Addresses: `APP_BASE_URL`, and what every address must be.

use logto::is_loopback;
use url::Url;

use super::fault::Fault;

pub(super) fn parse_base_url(
    text: Option<&str>,
    port: u16,
    production: bool,
) -> Result<Url, Fault> {
    let fault = |problem: String| Fault::new("APP_BASE_URL", problem, "https://app.example");
    let Some(text) = text else {
        if production {
            return Err(fault(
                "is not set, and in production (LEPTOS_ENV=PROD) it cannot be guessed".to_owned(),
            ));
        }
        return Url::parse(&format!("http://localhost:{port}/"))
            .map_err(|error| fault(error.to_string()));
    };
    let not_a_url = |error| fault(format!("is {text:?}, which is not a URL: {error}"));
    let url = Url::parse(text).map_err(not_a_url)?;
    if !is_valid(&url, false) || url.path() != "/" {
        return Err(fault(format!(
            "is {text:?}; it must be https (http only on this machine), without a path"
        )));
    }
    Ok(url)
}

/// https, or http on this machine (or anywhere, if that is allowed); no user, query or fragment.
pub(super) fn is_valid(url: &Url, allow_http: bool) -> bool {
    let scheme =
        url.scheme() == "https" || (url.scheme() == "http" && (allow_http || is_loopback(url)));
    let bare = url.username().is_empty() && url.password().is_none();
    scheme && bare && url.query().is_none() && url.fragment().is_none()
}
