//! Which URLs may be used: https, or this machine.

use url::{Host, Url};

use crate::error::ConfigError;

/// Plain http to another machine.
const HTTPS_ONLY: &str =
    "must use https (plain http is only for this machine: localhost, 127.0.0.1, [::1])";
/// The same, of the provider, where there is a setting for it.
const PROVIDER_HTTPS_ONLY: &str = "must use https (plain http is only for this machine: localhost, 127.0.0.1, [::1]; \
    `allow_http` allows it for another one, in development)";

/// What makes a URL not valid to send a browser, a code or a secret to.
pub(crate) fn url_problem(url: &Url, allow_http: bool) -> Option<&'static str> {
    if url.fragment().is_some() {
        return Some("must not have a fragment");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some("must not hold a user name or password");
    }
    match url.scheme() {
        "https" => None,
        "http" if allow_http || is_loopback(url) => None,
        "http" => Some(HTTPS_ONLY),
        _ => Some("must use https"),
    }
}

/// Looks at the endpoint of the provider.
pub(crate) fn check_endpoint(endpoint: &Url, allow_http: bool) -> Result<(), ConfigError> {
    let query = || endpoint.query().map(|_| "must not have a query");
    let problem = match url_problem(endpoint, allow_http).or_else(query) {
        Some(HTTPS_ONLY) => PROVIDER_HTTPS_ONLY,
        Some(problem) => problem,
        None => return Ok(()),
    };
    let name = "endpoint";
    Err(ConfigError::Url { name, problem })
}

/// Whether a URL is of this machine: `localhost` and names below it (RFC 6761 section 6.3), and
/// loopback addresses.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
