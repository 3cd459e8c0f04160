//! One host: a page that is opened under another name of this server is opened at `APP_BASE_URL` instead, where its cookies
//! are and where Logto sends the browser back to.
//!
//! The address it leads to has a marker. When a request with the marker arrives under another name still, a proxy writes its
//! own `Host`; the page is then served as it is, so that nothing loops, and a cookie spares this browser the detour.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use logto_axum::{LogtoAuth, accepts_pages, cookie::Cookie, paths};
use url::{Position, Url};

/// The parameter of an address that has been led to `APP_BASE_URL` once.
const MARKER: &str = "canonical-host";
/// The cookie of a browser whose requests come through a proxy that writes its own `Host`.
const COOKIE: &str = "logto-canonical-host";
/// How long that is remembered.
const REMEMBERED: Duration = Duration::from_hours(24);
/// What has no page: programs, files and the callback, which is at `APP_BASE_URL` already, ask for these.
const LEFT_ALONE: [&str; 7] = [
    "/healthz",
    "/readyz",
    "/shop",
    "/pkg",
    "/api",
    "/favicon.svg",
    paths::CALLBACK,
];

/// Leads a visit under another host to the same path at the base URL, once.
pub(crate) async fn redirect(
    State(auth): State<LogtoAuth>,
    mut request: Request,
    next: Next,
) -> Response {
    let base = auth.base_url();
    let is_marked = without_marker(request.uri()).is_some();
    if !is_visit(&request) || (is_here(base, &request) && !is_marked) {
        return next.run(request).await;
    }
    if is_here(base, &request) {
        // It has arrived; nobody needs to see the marker.
        let target = without_marker(request.uri()).unwrap_or_else(|| "/".to_owned());
        return lead_to(base, &target);
    }
    if !is_marked && !has_cookie(request.headers(), &auth.cookie_name(COOKIE)) {
        return lead_to(base, &with_marker(request.uri()));
    }
    if let Some(target) = without_marker(request.uri()).and_then(|target| target.parse().ok()) {
        *request.uri_mut() = target;
    }
    let mut response = next.run(request).await;
    let cookie = auth.cookie(COOKIE, "checked", REMEMBERED);
    let cookie = cookie.and_then(|cookie| HeaderValue::from_str(&cookie.to_string()).ok());
    if let Some(cookie) = cookie.filter(|_| is_marked) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
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
    let named = request.uri().authority().map(Authority::as_str);
    let named = named.or_else(|| request.headers().get(header::HOST)?.to_str().ok());
    let Some(named) = named else { return true };
    if named == &base[Position::BeforeHost..Position::AfterPort] {
        return true;
    }
    // The same parser for both: case, the usual port, and other spellings of an address.
    let named = Url::parse(&format!("{}://{named}", base.scheme()));
    named.is_ok_and(|named| named.origin() == base.origin())
}

fn lead_to(base: &Url, path_and_query: &str) -> Response {
    // The origin stands before it, so that no path is taken for another host.
    let address = format!("{}{path_and_query}", base.origin().ascii_serialization());
    Redirect::temporary(&address).into_response()
}

fn with_marker(uri: &Uri) -> String {
    match uri.query().filter(|query| !query.is_empty()) {
        Some(query) => format!("{}?{query}&{MARKER}=1", uri.path()),
        None => format!("{}?{MARKER}=1", uri.path()),
    }
}

/// Path and query without the marker, if it is there.
fn without_marker(uri: &Uri) -> Option<String> {
    let is_marker = |pair: &&str| pair.split('=').next() == Some(MARKER);
    let query = uri.query()?;
    query.split('&').find(is_marker)?;
    let rest: Vec<_> = query.split('&').filter(|pair| !is_marker(pair)).collect();
    let mark = if rest.is_empty() { "" } else { "?" };
    Some(format!("{}{mark}{}", uri.path(), rest.join("&")))
}

fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    let all = headers.get_all(header::COOKIE).iter();
    let mut cookies = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok);
    cookies.any(|cookie| cookie.name() == name)
}
