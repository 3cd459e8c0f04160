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

/// The first cookie of a request under a full name
/// ([`LogtoAuth::cookie_name`](crate::LogtoAuth::cookie_name)), from all its `Cookie` headers. A
/// browser may send anything in it.
#[must_use]
pub fn find_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<Cookie<'a>> {
    request_cookies(headers).find(|cookie| cookie.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_in_any_header_and_the_first_one_counts() {
        let headers = ["a=1; b=\"2\"", "\u{e9}; c=3", ";;c=4; b=5; d"].map(|text| {
            (
                header::COOKIE,
                HeaderValue::from_bytes(text.as_bytes()).unwrap(),
            )
        });
        let headers: HeaderMap = headers.into_iter().collect();
        let value = |name| find_cookie(&headers, name).map(|cookie| cookie.value().to_owned());
        for (name, expected) in [
            ("a", Some("1")),
            ("b", Some("\"2\"")),
            ("c", Some("4")),
            ("d", None),
        ] {
            assert_eq!(value(name).as_deref(), expected, "{name}");
        }
    }
}
