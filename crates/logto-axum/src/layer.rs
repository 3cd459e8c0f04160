//! What stands around every page and server function.

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{Html, IntoResponse, Response},
};
use logto_types::paths;
use percent_encoding::percent_decode_str;
use tower_sessions::{
    SessionManagerLayer,
    cookie::{Cookie, SameSite},
};

use crate::{
    endpoints::Endpoints,
    flow::{SignOut, unavailable_for},
    gate::{Gate, answer_unsaved, gate},
    guards::Guards,
    log_path::path_for_log,
    logto_auth::LogtoAuth,
    origin,
    plain_pages::{LanguageHeaders, sign_in_unavailable},
    request_cookies::limit_cookies,
    return_to::ReturnTo,
};

/// More than any page has. The router of the pages looks through all of them for each (LX-15).
const MOST_PARAMETERS: usize = 256;
/// What browsers drop at a sign-out (HD-04). Not the cookies: what is to go is taken away by name, and the one that says that
/// somebody has signed out must stay.
const CLEARED: &str = "\"cache\", \"storage\"";
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

impl LogtoAuth {
    /// Makes an application of a router: the [routes](Self::routes) of the flow beside its own, and sessions and the rules of
    /// [`protect_with`](Self::protect_with) around both. Handlers ask for [`SignedIn`](crate::SignedIn), which guards them, or for
    /// [`Auth`](crate::Auth).
    pub fn protect<S>(&self, router: Router<S>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        self.protect_with(
            router.merge(self.routes()),
            Guards::default(),
            Endpoints::none(),
        )
    }

    /// Puts sessions, the check of writes, the rules of the flow, the guards of pages and the closed endpoints around a
    /// router, which has routes for the flow: [`routes`](Self::routes), or server functions.
    ///
    /// A guarded page that somebody may not see is still called, with the [`Access`](crate::Access) in its extensions, so
    /// that it can say so in its own frame; if it answers 200, that becomes 404, 403 or 503.
    ///
    /// A write is refused with 403 when another site started it, and with 415 when its body is neither a form nor JSON. An API that
    /// takes [bearer tokens](crate::Bearer) belongs outside.
    ///
    /// Static files belong outside, so that they can be cached and cost no session (SE-14).
    pub fn protect_with<S>(
        &self,
        router: Router<S>,
        guards: Guards,
        endpoints: Endpoints,
    ) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let parts = self.parts();
        let sessions = SessionManagerLayer::new(parts.sessions.clone())
            .with_name(parts.names.session.clone())
            .with_secure(parts.names.secure)
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_path("/");
        let gate_state = Gate::new(self.clone(), guards, endpoints);
        // The outermost first, in one call: for every request, axum clones and boxes what is inside each call of `layer`.
        router.layer((
            from_fn_with_state(self.clone(), door),
            from_fn_with_state(gate_state.clone(), answer_unsaved),
            sessions,
            from_fn_with_state(gate_state, gate),
        ))
    }
}

/// The outermost: what is refused before a session is looked at, and what every answer carries.
async fn door(State(app): State<LogtoAuth>, mut request: Request, next: Next) -> Response {
    let too_many = limit_cookies(request.headers_mut());
    let refusal = too_many.or_else(|| refuse(&app, &request));
    forget_foreign_referer(request.headers_mut(), &app);
    let names = &app.parts().names;
    let signed_out = request.method().is_safe()
        && all_cookies(request.headers()).any(|cookie| cookie.name() == names.signed_out);
    let is_of_the_flow =
        [paths::SIGN_IN, paths::CALLBACK, paths::SIGN_OUT].contains(&request.uri().path());
    let languages = LanguageHeaders::of(request.headers());
    let mut response = match refusal {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    if response.status() == StatusCode::SERVICE_UNAVAILABLE
        && let Some(return_to) = unavailable_for(response.headers())
    {
        let page = sign_in_unavailable(languages.language(&app), return_to.as_str());
        response = with_body(response, page);
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(app.retry_after()));
        headers.append(header::VARY, HeaderValue::from_static("Accept-Language"));
    }
    if is_of_the_flow && response.status() == StatusCode::SEE_OTHER {
        response = without_body(response);
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, PRIVATE);
    headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    harden_removal(headers, &app);
    if sets_signed_out(headers, &names.signed_out) {
        headers.insert("clear-site-data", HeaderValue::from_static(CLEARED));
    }
    if signed_out
        && let Ok(removal) =
            HeaderValue::from_str(&names.signed_out(SignOut::Everywhere, 0).to_string())
    {
        headers.append(header::SET_COOKIE, removal);
    }
    response
}

/// The answer with another page in it.
fn with_body(answer: Response, page: Html<String>) -> Response {
    let (mut parts, _) = answer.into_parts();
    for name in [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::LOCATION,
    ] {
        parts.headers.remove(name);
    }
    let mut answer = page.into_response();
    *answer.status_mut() = parts.status;
    answer.headers_mut().extend(parts.headers);
    answer
}

/// A redirect without the result of the server function that made it.
fn without_body(answer: Response) -> Response {
    let (mut parts, _) = answer.into_parts();
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
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
        // Which one is meant cannot be known; taking either could put one person into another's session (SE-13).
        let reason =
            "A cookie of this site is there twice. Delete the cookies of this site and reload.\n";
        return Some((StatusCode::BAD_REQUEST, reason).into_response());
    }
    if let Some(name) = origin::doubled(headers) {
        let reason = format!("The header {name} is there twice.\n");
        return Some((StatusCode::BAD_REQUEST, reason).into_response());
    }
    if !origin::may_write(method, headers, &app.parts().base_url) {
        let path = path_for_log(request.uri().path());
        tracing::warn!(%method, path = &*path, "write refused: it does not come from a page of this application");
        let reason =
            "This request does not come from a page of this application, so nothing was changed.\n";
        return Some((StatusCode::FORBIDDEN, reason).into_response());
    }
    if !origin::may_read(method, headers) {
        let reason =
            "Another site may link to this page. It may not load it as a part of its own.\n";
        return Some((StatusCode::FORBIDDEN, reason).into_response());
    }
    if !method.is_safe() && !has_form_or_json(request) {
        let reason =
            "The body of this request is neither a form nor JSON, so nothing was changed.\n";
        return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, reason).into_response());
    }
    // Browsers say of a page that they fetch beforehand that it is nobody's doing, also when a sibling host had them do it.
    let is_anybodys_read = method.is_safe() && !origin::is_ours(headers);
    if is_anybodys_read && is_prefetch(headers) {
        return Some(StatusCode::NO_CONTENT.into_response());
    }
    if is_anybodys_read && let Some(elsewhere) = without_error(request) {
        return Some(elsewhere);
    }
    let path = request.uri().path();
    if path == paths::SIGN_OUT && method == Method::GET {
        // Somebody who types the address in: the button is on every page of a signed-in person.
        return Some((StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response());
    }
    if path != paths::SIGN_IN && path != paths::CALLBACK {
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

/// Where to go instead, if an address brings an error for a page to show: Leptos puts one there when a form failed without
/// scripts, and would draw it whoever made the address (F12). One's own pages alone may.
fn without_error(request: &Request) -> Option<Response> {
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
    let location = ReturnTo::parse(&location);
    let location = HeaderValue::from_str(location.as_str()).ok()?;
    Some((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

/// Leptos sends a navigation to a server function back to its `Referer`. That of another site must not be one (F12).
fn forget_foreign_referer(headers: &mut HeaderMap, app: &LogtoAuth) {
    let ours = headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| url::Url::parse(text).ok())
        .is_some_and(|url| url.origin() == app.base_url().origin());
    if !ours {
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

/// Gives the removal cookie of tower-sessions the attributes a browser asks for (F5).
fn harden_removal(headers: &mut HeaderMap, app: &LogtoAuth) {
    let names = &app.parts().names;
    let set = |value: &HeaderValue| {
        let text = value.to_str().ok()?;
        let value = text
            .strip_prefix(names.session.as_str())?
            .strip_prefix('=')?;
        Some(!value.starts_with(';'))
    };
    let removes = |value: &HeaderValue| set(value) == Some(false);
    let all = headers.get_all(header::SET_COOKIE);
    // A callback that shares the session of another one sets the cookie itself.
    let is_set = all.iter().any(|value| set(value) == Some(true));
    if !headers.get_all(header::SET_COOKIE).iter().any(removes) {
        return;
    }
    let cookies: Vec<_> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .cloned()
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies.into_iter().filter(|cookie| !removes(cookie)) {
        headers.append(header::SET_COOKIE, cookie);
    }
    if !is_set && let Ok(removal) = HeaderValue::from_str(&names.session_removal().to_string()) {
        headers.append(header::SET_COOKIE, removal);
    }
}

/// Whether an answer says that somebody has just signed out.
fn sets_signed_out(headers: &HeaderMap, name: &str) -> bool {
    let mut cookies = headers.get_all(header::SET_COOKIE).iter();
    cookies.any(|cookie| {
        let value = cookie.as_bytes().strip_prefix(name.as_bytes());
        value.is_some_and(|value| value.starts_with(b"="))
    })
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

fn has_doubled_cookie(headers: &HeaderMap, app: &LogtoAuth) -> bool {
    let names = &app.parts().names;
    let mut decisive: Vec<_> = all_cookies(headers)
        .map(|cookie| cookie.name().to_owned())
        .filter(|name| names.decides(name))
        .collect();
    let all = decisive.len();
    decisive.sort_unstable();
    decisive.dedup();
    decisive.len() != all
}

/// The cookies of a request.
pub(crate) fn all_cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
}
