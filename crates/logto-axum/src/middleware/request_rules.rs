//! The request-rules middleware, which is the outermost: it refuses requests before a session is
//! read.

use axum::{
    body::HttpBody as _,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use logto::is_loopback;
use logto_types::paths;
use percent_encoding::percent_decode_str;
use url::Url;

use super::{cookie_rules::limit_cookies, origin, response_rules::ResponseRules};
use crate::{
    bearer_credentials::{self, Credentials},
    cookies::request_cookies,
    log_path::path_for_log,
    logto_auth::LogtoAuth,
    return_to::ReturnTo,
};

/// More than any page has. The router of the pages looks through all of them for each (LX-15).
const MOST_PARAMETERS: usize = 256;
/// Refuses requests that break a rule, and gives every response its headers.
pub(super) async fn request_rules(
    State(app): State<LogtoAuth>,
    mut request: Request,
    next: Next,
) -> Response {
    if is_logout(&request) {
        // Nothing in it may depend on a cookie.
        request.headers_mut().remove(header::COOKIE);
    }
    let too_many = limit_cookies(request.headers_mut());
    let refusal = too_many.or_else(|| refuse(&app, &request));
    forget_foreign_referer(request.headers_mut(), &app);
    let rules = ResponseRules::of(&request, &app);
    let response = match refusal {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    rules.apply(response, &app)
}

fn refuse(app: &LogtoAuth, request: &Request) -> Option<Response> {
    let (method, headers) = (request.method(), request.headers());
    if request.uri().path_and_query().is_none() {
        // `GET host HTTP/1.1`: no path to render a page for, and Leptos would panic.
        return Some((StatusCode::BAD_REQUEST, "This is no address of a page.\n").into_response());
    }
    if request.uri().query().unwrap_or_default().split('&').count() > MOST_PARAMETERS {
        let reason = "There are too many parameters in this address.\n";
        return Some((StatusCode::URI_TOO_LONG, reason).into_response());
    }
    if has_doubled_cookie(headers, app) {
        // Two cookies are ambiguous: either choice could put one person into another's session
        // (SE-13).
        let reason =
            "A cookie of this site is there twice. Delete the cookies of this site and reload.\n";
        return Some((StatusCode::BAD_REQUEST, reason).into_response());
    }
    if let Some(name) = origin::doubled(headers) {
        let reason = format!("The header {name} is there twice.\n");
        return Some((StatusCode::BAD_REQUEST, reason).into_response());
    }
    let has_ambient_authority = !is_logout(request) && !is_bearer_call(headers, app);
    if has_ambient_authority && !origin::may_write(method, headers, &app.parts().base_url) {
        let path = path_for_log(request.uri().path());
        tracing::warn!(%method, path = &*path, "write refused: it does not come from a page of this application");
        let reason =
            "This request does not come from a page of this application, so nothing was changed.\n";
        return Some((StatusCode::FORBIDDEN, reason).into_response());
    }
    if has_ambient_authority && !origin::may_read(method, headers) {
        let reason =
            "Another site may link to this page. It may not load it as a part of its own.\n";
        return Some((StatusCode::FORBIDDEN, reason).into_response());
    }
    if has_ambient_authority && !method.is_safe() && !has_form_or_json(request) {
        let reason =
            "The body of this request is neither a form nor JSON, so nothing was changed.\n";
        return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, reason).into_response());
    }
    // Browsers say of a page that they fetch beforehand that it is nobody's doing, also when a
    // sibling host had them do it.
    let is_anybodys_read = method.is_safe() && !origin::is_ours(headers);
    if is_anybodys_read && is_prefetch(headers) {
        return Some(StatusCode::NO_CONTENT.into_response());
    }
    if is_anybodys_read && let Some(elsewhere) = without_error(request, app) {
        return Some(elsewhere);
    }
    let path = request.uri().path();
    if path == paths::SIGN_IN
        && method == Method::GET
        && let Some(elsewhere) = at_the_base_url(app, request)
    {
        return Some(elsewhere);
    }
    if path == paths::SIGN_OUT && method == Method::GET {
        // Somebody who types the address in: the button is on every page of a signed-in person.
        return Some((StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response());
    }
    if !app.flow_paths().is_sign_in(path) {
        return None;
    }
    if method != Method::GET {
        // HEAD most of all: a link scanner must not use up a code (CB-18).
        return Some((StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")]).into_response());
    }
    if is_speculative(headers) {
        return Some(StatusCode::NO_CONTENT.into_response());
    }
    if has_doubled_parameter(request.uri().query().unwrap_or_default()) {
        let reason = "A parameter is there twice. Go back and start again.\n";
        return Some((StatusCode::BAD_REQUEST, reason).into_response());
    }
    None
}

/// A sign-in under another name of this machine than the base URL's is sent to the base URL: the
/// cookies of the sign-in would not come back with the callback. Under any other host it goes on,
/// because a proxy may write its own `Host`.
fn at_the_base_url(app: &LogtoAuth, request: &Request) -> Option<Response> {
    let base = app.base_url();
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    let asked = Url::parse(&format!("{}://{host}", base.scheme())).ok()?;
    if asked.origin() == base.origin() {
        return None;
    }
    let port = |url: &Url| url.port_or_known_default();
    if is_loopback(base) && is_loopback(&asked) && port(base) == port(&asked) {
        let path = request.uri().path_and_query()?;
        let address = format!("{}{path}", base.origin().ascii_serialization());
        return Some(Redirect::temporary(&address).into_response());
    }
    if let Some(left_out) = app.parts().other_hosts.permit() {
        tracing::warn!(
            host,
            base_url = base.as_str(),
            left_out,
            "a sign-in starts under another host than the base URL; unless a proxy wrote this Host, the browser will not send its \
             cookies with the callback: open the application at the base URL, or set APP_BASE_URL"
        );
    }
    None
}

/// Whether it is the back-channel logout. A server sends it, which has no `Origin`; what counts is
/// the signature in it.
fn is_logout(request: &Request) -> bool {
    request.uri().path() == paths::BACKCHANNEL_LOGOUT
}

/// Where to go instead, if an address brings an error for a page to show: Leptos puts one there
/// when a form failed without scripts, and would draw it whoever made the address (F12). One's own
/// pages alone may.
fn without_error(request: &Request, app: &LogtoAuth) -> Option<Response> {
    let is_error = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        let name = percent_decode_str(name).decode_utf8_lossy();
        matches!(&*name, "__err" | "__path")
    };
    let query = request.uri().query().unwrap_or_default();
    if !query.split('&').any(is_error) {
        return None;
    }
    let rest: Vec<_> = query.split('&').filter(|pair| !is_error(pair)).collect();
    let mark = if rest.is_empty() { "" } else { "?" };
    let location = format!("{}{mark}{}", request.uri().path(), rest.join("&"));
    let location = ReturnTo::parse(&location).outside(app.flow_paths());
    let location = HeaderValue::from_str(location.as_str()).ok()?;
    Some((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

/// Leptos sends a navigation to a server function back to its `Referer`. That of another site must
/// not be one (F12).
fn forget_foreign_referer(headers: &mut HeaderMap, app: &LogtoAuth) {
    if origin::our_referer(headers, app.base_url()).is_none() {
        headers.remove(header::REFERER);
    }
}

/// Prefetches and pictures start no sign-in (CB-23).
fn is_speculative(headers: &HeaderMap) -> bool {
    let destination = headers.get("sec-fetch-dest");
    is_prefetch(headers) || destination.is_some_and(|destination| destination != "document")
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    ["sec-purpose", "purpose", "x-moz"].iter().any(|name| {
        text(name).is_some_and(|purpose| purpose.to_ascii_lowercase().contains("prefetch"))
    })
}

fn has_doubled_parameter(query: &str) -> bool {
    let mut names: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, _)| name)
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    names.len() != all
}

/// Whether the body of a write is one of those that endpoints here read, or there is none (CS-04).
fn has_form_or_json(request: &Request) -> bool {
    let Some(content) = request.headers().get(header::CONTENT_TYPE) else {
        return request.body().is_end_stream();
    };
    let content = content.to_str().unwrap_or_default();
    let essence = content.split(';').next().unwrap_or_default().trim();
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json",
    ]
    .iter()
    .any(|known| essence.eq_ignore_ascii_case(known))
}

/// Whether a request has a bearer token and no cookie that decides anything. Browsers send no such
/// header for another site unless CORS allows it, so nothing is there that a foreign page could
/// make use of (RFC 6750 section 2.1). With a session cookie beside the token, the rules for
/// browsers hold.
fn is_bearer_call(headers: &HeaderMap, app: &LogtoAuth) -> bool {
    let names = &app.parts().names;
    matches!(bearer_credentials::read(headers), Credentials::Token(_))
        && !request_cookies(headers).any(|cookie| names.decides(cookie.name()))
}

fn has_doubled_cookie(headers: &HeaderMap, app: &LogtoAuth) -> bool {
    let names = &app.parts().names;
    let mut decisive: Vec<_> = request_cookies(headers)
        .map(|cookie| cookie.name().to_owned())
        .filter(|name| names.decides(name))
        .collect();
    let all = decisive.len();
    decisive.sort_unstable();
    decisive.dedup();
    decisive.len() != all
}
