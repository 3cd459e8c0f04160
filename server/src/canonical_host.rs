//! One host: a page that is opened under another name of this server is opened at `APP_BASE_URL` instead, where its cookies
//! are and where Logto sends the browser back to.
//!
//! The address of the redirect has a marker, a random value that a cookie of this browser has, too. When a request with both
//! arrives under another name still, a proxy writes its own `Host`: the page is served as it is, so that nothing loops, and
//! the cookie then spares this browser the redirects. A marker without the cookie is from a browser without cookies or from a
//! link of a stranger. It is good for one page, and for no sign-in.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use leptos::nonce::Nonce;
use logto_axum::{__private::accepts_pages, LogtoAuth, ProblemReason, find_cookie, paths};
use url::{Position, Url};

/// The parameter of an address that has been redirected to `APP_BASE_URL`.
const MARKER: &str = "canonical-host";
/// The cookie with the same value; or with [`CONFIRMED`].
const COOKIE: &str = "logto-canonical-host";
/// The cookie of a browser whose requests come through a proxy that writes its own `Host`.
const CONFIRMED: &str = "confirmed";
/// How long a redirect may take.
const REDIRECT: Duration = Duration::from_mins(5);
/// How long it is remembered that a proxy writes its own `Host`.
const REMEMBERED: Duration = Duration::from_hours(24);
/// Paths without pages: programs and files request these.
const LEFT_ALONE: [&str; 6] = [
    "/healthz",
    "/readyz",
    "/shop",
    "/pkg",
    "/api",
    "/favicon.svg",
];

/// Redirects a visit under another host to the same path at the base URL, once.
pub(crate) async fn redirect(
    State(auth): State<LogtoAuth>,
    mut request: Request,
    next: Next,
) -> Response {
    let base = auth.base_url();
    if !is_visit(&request) {
        return next.run(request).await;
    }
    let arrived = Arrived::read(request.uri());
    if is_here(base, &request) {
        return match arrived {
            // The marker has done its work.
            Some(arrived) => redirect_to(base, &arrived.address),
            None => next.run(request).await,
        };
    }
    let cookie = find_cookie(request.headers(), &auth.cookie_name(COOKIE));
    let cookie = cookie.map(|cookie| cookie.value().to_owned());
    let cookie = cookie.as_deref();
    let Some(arrived) = arrived else {
        return match cookie {
            Some(CONFIRMED) => next.run(request).await,
            _ => redirect_marked(&auth, request.uri(), cookie),
        };
    };
    let is_confirmed = cookie.is_some_and(|cookie| cookie == CONFIRMED || cookie == arrived.marker);
    // A sign-in needs the cookies of the base URL.
    if !is_confirmed && auth.flow_paths().is_sign_in(request.uri().path()) {
        return match (cookie, arrived.address.parse::<Uri>()) {
            (Some(_), Ok(uri)) => redirect_marked(&auth, &uri, cookie),
            // Without cookies nobody can sign in.
            _ => redirect_to(base, &problem()),
        };
    }
    if let Ok(uri) = arrived.address.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    let mut response = next.run(request).await;
    if is_confirmed {
        set_cookie(&auth, &mut response, CONFIRMED, REMEMBERED);
    }
    response
}

/// Redirects to the base URL, with a marker that the browser's cookie has, too. The value of a cookie that is there stays,
/// so that several pages may be opened at once.
fn redirect_marked(auth: &LogtoAuth, uri: &Uri, cookie: Option<&str>) -> Response {
    let marker = match cookie.filter(|value| is_marker(value)) {
        Some(marker) => marker.to_owned(),
        None => Nonce::new().to_string(),
    };
    let query = match uri.query().filter(|query| !query.is_empty()) {
        Some(query) => format!("{query}&{MARKER}={marker}"),
        None => format!("{MARKER}={marker}"),
    };
    let mut response = redirect_to(auth.base_url(), &format!("{}?{query}", uri.path()));
    set_cookie(auth, &mut response, &marker, REDIRECT);
    response
}

fn redirect_to(base: &Url, path_and_query: &str) -> Response {
    // The origin stands before it, so that no path is taken for another host.
    let address = format!("{}{path_and_query}", base.origin().ascii_serialization());
    Redirect::temporary(&address).into_response()
}

fn set_cookie(auth: &LogtoAuth, response: &mut Response, value: &str, lasts: Duration) {
    let cookie = auth.cookie(COOKIE, value, lasts);
    let cookie = cookie.and_then(|cookie| HeaderValue::from_str(&cookie.to_string()).ok());
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// A request whose address has a marker.
struct Arrived {
    marker: String,
    /// Path and query without it.
    address: String,
}

impl Arrived {
    fn read(uri: &Uri) -> Option<Self> {
        let pairs = || uri.query().unwrap_or_default().split('&');
        let value = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name == MARKER).then(|| value.to_owned())
        };
        let marker = pairs().find_map(value)?;
        let rest: Vec<_> = pairs().filter(|pair| value(pair).is_none()).collect();
        let mark = if rest.is_empty() { "" } else { "?" };
        let address = format!("{}{mark}{}", uri.path(), rest.join("&"));
        Some(Self { marker, address })
    }
}

/// Whether it is a value that was made here: 16 bytes in base64.
fn is_marker(value: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    value.len() == 22 && value.bytes().all(allowed)
}

/// The page for a sign-in without the cookies that it needs.
fn problem() -> String {
    format!(
        "{}?reason={}",
        paths::PROBLEM,
        ProblemReason::Expired.as_str()
    )
}

/// Whether a browser opens a page with it.
fn is_visit(request: &Request) -> bool {
    let path = request.uri().path();
    let is_below = |start: &&str| {
        let rest = path.strip_prefix(*start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mode = request.headers().get("sec-fetch-mode");
    matches!(*request.method(), Method::GET | Method::HEAD)
        && path.starts_with('/')
        && accepts_pages(request.headers())
        && mode.is_none_or(|mode| mode == "navigate")
        && !LEFT_ALONE.iter().any(is_below)
}

/// Whether a request names the host of the base URL, or none.
fn is_here(base: &Url, request: &Request) -> bool {
    is_named(base, request).unwrap_or(true)
}

/// Whether the host that a request names is the one of the base URL; `None` when it names none.
pub(crate) fn is_named(base: &Url, request: &Request) -> Option<bool> {
    let named = request.uri().authority().map(Authority::as_str);
    let named = named.or_else(|| request.headers().get(header::HOST)?.to_str().ok());
    let named = named?;
    if named == &base[Position::BeforeHost..Position::AfterPort] {
        return Some(true);
    }
    // The same parser for both: case, the usual port, and other spellings of an address.
    let named = Url::parse(&format!("{}://{named}", base.scheme()));
    Some(named.is_ok_and(|named| named.origin() == base.origin()))
}
