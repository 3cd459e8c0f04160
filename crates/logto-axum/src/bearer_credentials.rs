//! The token of a request, in the one place where one is taken from (RFC 6750 section 2.1).

use axum::http::{HeaderMap, header::AUTHORIZATION};

/// The content of the `Authorization` header.
#[derive(Debug, PartialEq)]
pub(crate) enum Credentials<'r> {
    /// No credentials for this API: no header, or one of another scheme.
    None,
    /// A bearer token. It is not verified yet.
    Token(&'r str),
    /// Several, or something that can be no token.
    Malformed,
}

const SCHEME: &str = "bearer";

pub(crate) fn read(headers: &HeaderMap) -> Credentials<'_> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Credentials::None;
    };
    // Two headers are ambiguous.
    if values.next().is_some() {
        return Credentials::Malformed;
    }
    let Ok(text) = value.to_str() else {
        return Credentials::Malformed;
    };
    // RFC 9110 section 11.1: scheme names are case-insensitive.
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Credentials::None;
    }
    let token = rest.trim_start_matches(' ');
    if is_token(token) {
        Credentials::Token(token)
    } else {
        Credentials::Malformed
    }
}

/// RFC 6750 section 2.1: `b64token`.
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let allowed = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    };
    !body.is_empty() && body.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.to_vec().try_into().unwrap());
        }
        headers
    }

    #[test]
    fn a_token_is_what_follows_the_scheme_in_whatever_case() {
        for header in [
            "Bearer a.b-c_d~e+f/g==",
            "bearer a.b-c_d~e+f/g==",
            "BEARER a.b-c_d~e+f/g==",
            "Bearer   a.b-c_d~e+f/g==",
        ] {
            assert_eq!(
                read(&headers(&[header.as_bytes()])),
                Credentials::Token("a.b-c_d~e+f/g=="),
                "{header}"
            );
        }
    }

    #[test]
    fn another_scheme_is_as_good_as_nothing() {
        assert_eq!(read(&HeaderMap::new()), Credentials::None);
        for header in [
            "",
            "Basic YWxpY2U6YWxpY2U=",
            "Bearerx y",
            "Bear er",
            "DPoP x",
        ] {
            assert_eq!(
                read(&headers(&[header.as_bytes()])),
                Credentials::None,
                "{header}"
            );
        }
    }

    /// JW-16
    #[test]
    fn what_can_be_no_token_is_malformed() {
        for header in [
            "Bearer",
            "Bearer ",
            "Bearer =",
            "Bearer a b",
            "Bearer a, Bearer b",
            "Bearer a,b",
            "Bearer %61",
            "Bearer \"a\"",
            "Bearer a=b",
            "Bearer a\tb",
            "Bearer\ta",
        ] {
            let expected = if header == "Bearer\ta" {
                Credentials::None
            } else {
                Credentials::Malformed
            };
            assert_eq!(read(&headers(&[header.as_bytes()])), expected, "{header}");
        }
        let not_text: &[u8] = b"Bearer \xff\xfe";
        assert_eq!(read(&headers(&[not_text])), Credentials::Malformed);
        let twice: [&[u8]; 2] = [b"Bearer a", b"Bearer a"];
        assert_eq!(read(&headers(&twice)), Credentials::Malformed);
        let mixed: [&[u8]; 2] = [b"Basic a", b"Bearer a"];
        assert_eq!(read(&headers(&mixed)), Credentials::Malformed);
    }
}
