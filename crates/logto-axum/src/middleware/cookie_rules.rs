//! The `Cookie` headers of a request, before anything reads them.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Many times as many as an application has. Every part of a request reads them again.
const MOST: usize = 100;
/// How long the `Cookie` headers may be together, in bytes. The cookies of pending sign-ins have
/// 5,000 at most.
const MOST_BYTES: usize = 16 * 1024;

/// Refuses a request with too many cookies, and else leaves those that everybody below reads alike:
/// of visible ASCII, under a name as it stands, in one header. tower-sessions would read
/// `%5F%5FHost-…` as `__Host-…`, which any sibling host can set, and a header that is not ASCII,
/// which is not counted here (SE-13). Of a refused request no cookies are left.
pub(crate) fn limit_cookies(headers: &mut HeaderMap) -> Option<Response> {
    let all = || headers.get_all(header::COOKIE).iter();
    let is_one = all().count() < 2;
    let bytes: usize = all().map(HeaderValue::len).sum();
    if bytes > MOST_BYTES || all().flat_map(pairs).count() > MOST {
        headers.remove(header::COOKIE);
        let reason = "This request has more than 100 cookies, or more than 16 KB of them. Delete the cookies of this site and \
                      reload.\n";
        return Some((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, reason).into_response());
    }
    if is_one && all().all(is_ordinary) {
        return None;
    }
    let plain: Vec<_> = all()
        .flat_map(pairs)
        .filter(|pair| is_plain(pair))
        .collect();
    let plain = plain.join(&b"; "[..]);
    headers.remove(header::COOKIE);
    if let (false, Ok(plain)) = (plain.is_empty(), HeaderValue::from_bytes(&plain)) {
        headers.insert(header::COOKIE, plain);
    }
    None
}

/// The pairs of a header that are not empty.
fn pairs(header: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    let pairs = header.as_bytes().split(|byte| *byte == b';');
    pairs
        .map(<[u8]>::trim_ascii)
        .filter(|pair| !pair.is_empty())
}

fn is_plain(pair: &[u8]) -> bool {
    let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
    !name.contains(&b'%') && pair.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Whether a header has nothing to remove.
fn is_ordinary(header: &HeaderValue) -> bool {
    let mut pairs = header.as_bytes().split(|byte| *byte == b';');
    pairs.all(|pair| is_plain(pair) && !pair.trim_ascii().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookies: &[&str]) -> HeaderMap {
        let cookies = cookies.iter();
        let cookies =
            cookies.map(|text| (header::COOKIE, HeaderValue::from_bytes(text.as_bytes())));
        cookies
            .map(|(name, value)| (name, value.unwrap()))
            .collect()
    }

    /// SE-13, SE-21
    #[test]
    fn empty_and_ambiguous_pairs_are_removed() {
        for (cookies, expected) in [
            (&["a=1; b=2"][..], "a=1; b=2"),
            (&["a=1;;; ;\t; b=2;"], "a=1; b=2"),
            (&[";;;"], ""),
            (&["a=1", "b=2", ";", "c"], "a=1; b=2; c"),
            (&["%61=1; b=%32; \u{e9}=3; c=\u{e9}; d=4\t5"], "b=%32"),
        ] {
            let mut headers = headers(cookies);
            assert!(limit_cookies(&mut headers).is_none());
            let kept: Vec<_> = headers.get_all(header::COOKIE).iter().collect();
            let expected: Vec<_> = Some(expected)
                .filter(|text| !text.is_empty())
                .into_iter()
                .collect();
            assert_eq!(kept, expected, "{cookies:?}");
        }
    }

    #[test]
    fn an_ordinary_header_is_not_copied() {
        let mut headers = headers(&["__Host-logto-session=a-_1%20; language=en;a=\"b c\""]);
        let address = |headers: &HeaderMap| headers[header::COOKIE].as_bytes().as_ptr();
        let before = address(&headers);
        // Keeps the memory of the header from being used again.
        let _original = headers[header::COOKIE].clone();
        assert!(limit_cookies(&mut headers).is_none());
        assert_eq!(address(&headers), before);
    }
}
