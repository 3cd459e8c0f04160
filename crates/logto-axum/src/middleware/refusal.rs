//! Responses to refused requests: a redirect to the sign-in and back, 401, or 503 while the store
//! does not say who is signed in.

use axum::{
    extract::{OriginalUri, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use logto_types::paths;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Position;

use super::origin::our_referer;
use crate::{
    endpoints::Endpoints,
    error::Error,
    logto_auth::LogtoAuth,
    plain_pages::{LanguageHeaders, PageLanguage, store_unavailable},
    return_to::ReturnTo,
};

const AGAIN: (header::HeaderName, &str) = (header::RETRY_AFTER, "5");
const JSON: (header::HeaderName, &str) = (header::CONTENT_TYPE, "application/json");

/// The refusal of a closed endpoint, with the text of the application's own.
pub(super) fn refuse_endpoint(
    error: &Error,
    request: &Request,
    endpoints: &Endpoints,
    app: &LogtoAuth,
) -> Response {
    let headers = request.headers();
    let navigates = accepts_pages(headers);
    match error {
        Error::SignedOut if navigates => to_sign_in(page_before(headers, app).as_str()),
        Error::SignedOut => {
            let body = endpoints.signed_out.clone();
            (StatusCode::UNAUTHORIZED, [JSON], body).into_response()
        }
        _ if navigates => {
            let here = page_of(request.method(), request.uri(), app);
            store_down(LanguageHeaders::of(headers).language(app), here.as_deref())
        }
        _ => endpoint_unavailable(endpoints),
    }
}

/// 503 for a script.
pub(super) fn endpoint_unavailable(endpoints: &Endpoints) -> Response {
    let body = endpoints.unavailable.clone();
    (StatusCode::SERVICE_UNAVAILABLE, [AGAIN, JSON], body).into_response()
}

/// Nobody is signed in, or that is not known. A form whose session has ended leads to the sign-in
/// and back to its page.
pub(super) fn refuse_page(error: &Error, request: &Request, app: &LogtoAuth) -> Response {
    let headers = request.headers();
    match error {
        Error::SignedOut if request.method().is_safe() => {
            let target = request.uri().path_and_query();
            to_sign_in(target.map_or("/", |target| target.as_str()))
        }
        Error::SignedOut if accepts_pages(headers) => {
            to_sign_in(page_before(headers, app).as_str())
        }
        Error::SignedOut => StatusCode::UNAUTHORIZED.into_response(),
        _ => store_down(
            LanguageHeaders::of(headers).language(app),
            page_of(request.method(), request.uri(), app).as_deref(),
        ),
    }
}

/// The same for a handler that asks for somebody who is signed in: what does not navigate gets 401.
pub(crate) fn refuse_handler(error: &Error, request: &Parts, app: &LogtoAuth) -> Response {
    let headers = &request.headers;
    // A nested router sees the rest of the path.
    let uri = request.extensions.get::<OriginalUri>();
    let uri = uri.map_or(&request.uri, |OriginalUri(uri)| uri);
    match error {
        Error::SignedOut if !accepts_pages(headers) => StatusCode::UNAUTHORIZED.into_response(),
        Error::SignedOut if request.method.is_safe() => {
            let target = uri.path_and_query();
            to_sign_in(target.map_or("/", |target| target.as_str()))
        }
        Error::SignedOut => to_sign_in(page_before(headers, app).as_str()),
        _ if accepts_pages(headers) => {
            let here = page_of(&request.method, uri, app);
            store_down(LanguageHeaders::of(headers).language(app), here.as_deref())
        }
        _ => (StatusCode::SERVICE_UNAVAILABLE, [AGAIN]).into_response(),
    }
}

/// The address of a request, if a link can send it again: no write, no step of the flow, and no
/// path that a browser takes for another host.
pub(super) fn page_of(method: &Method, uri: &Uri, app: &LogtoAuth) -> Option<String> {
    let target = uri.path_and_query()?.as_str();
    let page = ReturnTo::parse(target).outside(app.flow_paths());
    let is_page = method.is_safe() && page.as_str() == target;
    is_page.then(|| target.to_owned())
}

pub(super) fn store_down(language: PageLanguage, here: Option<&str>) -> Response {
    let vary = (header::VARY, "Accept-Language");
    let page = store_unavailable(language, here);
    (StatusCode::SERVICE_UNAVAILABLE, [AGAIN, vary], page).into_response()
}

/// An empty redirect to the sign-in, which comes back to the page asked for.
fn to_sign_in(target: &str) -> Response {
    let target = utf8_percent_encode(target, NON_ALPHANUMERIC);
    let location = format!("{}?return_to={target}", paths::SIGN_IN);
    match HeaderValue::from_str(&location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The page of ours that a form was on.
fn page_before(headers: &HeaderMap, app: &LogtoAuth) -> ReturnTo {
    let page = our_referer(headers, app.base_url());
    page.map(|page| ReturnTo::parse(&page[Position::BeforePath..Position::AfterQuery]))
        .unwrap_or_default()
        .outside(app.flow_paths())
}

/// Whether a browser navigates: a form without JavaScript, or an address typed in.
#[must_use]
pub fn accepts_pages(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
