//! The cookies of a request.

use axum::http::{HeaderMap, HeaderValue, header};
use tower_sessions::cookie::Cookie;

/// The cookies of a request. What cannot be read is left out.
pub(crate) fn request_cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(header_cookies)
}

/// The cookies of one `Cookie` header.
pub(crate) fn header_cookies(header: &HeaderValue) -> impl Iterator<Item = Cookie<'_>> {
    let text = header.to_str().unwrap_or_default();
    Cookie::split_parse(text).filter_map(Result::ok)
}

/// The first cookie of a request under a full name.
pub(crate) fn find_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<Cookie<'a>> {
    request_cookies(headers).find(|cookie| cookie.name() == name)
}
