//! Refuses writes that another site started (F11, CS-01 to CS-07, OWASP's fetch-metadata rules).

use axum::http::{HeaderMap, Method, header};
use url::Url;

/// Whether a request may change something here. Safe methods always may, since nothing of ours changes on them.
pub(crate) fn may_write(method: &Method, headers: &HeaderMap, base_url: &Url) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name| {
        headers
            .get(name)
            .map(|value: &http::HeaderValue| value.to_str().unwrap_or(""))
    };
    if let Some(site) = text(
        "sec-fetch-site"
            .parse::<header::HeaderName>()
            .expect("a literal name"),
    ) {
        return site == "same-origin";
    }
    // Browsers of before 2023 send `Origin` alone. With neither, it is no browser we know: refuse (CS-07).
    text(header::ORIGIN).is_some_and(|origin| origin == base_url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let base = Url::parse("https://app.example/").unwrap();
        may_write(&Method::POST, &headers, &base)
    }

    /// CS-08
    #[test]
    fn our_own_pages_may_write() {
        assert!(post(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://app.example")
        ]));
        assert!(post(&[("origin", "https://app.example")]));
    }

    /// CS-01, CS-02, CS-03, CS-07
    #[test]
    fn other_sites_sandboxes_and_silent_clients_may_not() {
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "https://app.example.evil.example")],
            &[("origin", "http://app.example")],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://app.example"),
            ],
            &[],
        ] {
            assert!(!post(headers), "{headers:?}");
        }
    }
}
