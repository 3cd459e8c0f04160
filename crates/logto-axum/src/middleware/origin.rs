//! Refuses what another site started (F11, CS-01 to CS-07, OWASP's fetch-metadata rules): writes,
//! and reads that are no visit.

use axum::http::{HeaderMap, HeaderValue, Method, header};
use url::Url;

use crate::logto_auth::LogtoAuth;

const SITE: &str = "sec-fetch-site";

/// The header that says where a request comes from, if it is there twice: no browser sends two, and
/// which one counts would depend on who reads it.
pub(crate) fn doubled(headers: &HeaderMap) -> Option<&'static str> {
    let names = ["origin", SITE, "sec-fetch-mode", "sec-fetch-dest"];
    names
        .into_iter()
        .find(|name| headers.get_all(*name).iter().nth(1).is_some())
}

/// Whether a request may change something here. Safe methods always may, since nothing of ours
/// changes on them.
pub(crate) fn may_write(method: &Method, headers: &HeaderMap, base_url: &Url) -> bool {
    if method.is_safe() {
        return true;
    }
    if headers.contains_key(SITE) {
        return is_ours(headers);
    }
    // Browsers of before 2023 send `Origin` alone. With neither, it is no browser we know: refuse
    // (CS-07).
    let origin = headers.get(header::ORIGIN);
    origin.is_some_and(|origin| is_our_origin(origin, base_url))
}

/// Whether the browser says that a page of ours started it.
pub(crate) fn is_ours(headers: &HeaderMap) -> bool {
    headers.get(SITE).is_some_and(|site| site == "same-origin")
}

impl LogtoAuth {
    /// Whether a page of this application makes a read, or leads to it, by the headers of the
    /// request: by what the browser says of its site, and where it says nothing, as before 2023, by
    /// `Origin` or `Referer`. Without any of them it counts as from elsewhere, so pages need a
    /// `Referrer-Policy` that tells their own origin, like `same-origin`.
    #[must_use]
    pub fn is_from_our_page(&self, headers: &HeaderMap) -> bool {
        if headers.contains_key(SITE) {
            return is_ours(headers);
        }
        let base_url = &self.parts().base_url;
        match headers.get(header::ORIGIN) {
            Some(origin) => is_our_origin(origin, base_url),
            // No browser sends `Origin` with a visit, wherever the link to it is.
            None => our_referer(headers, base_url).is_some(),
        }
    }

    /// Whether a script of ours may make a read. A browser of before 2023 says nothing of one of
    /// the same origin, and sends `Origin` with that of another one.
    pub(crate) fn may_be_our_script(&self, headers: &HeaderMap) -> bool {
        let says_nothing = !headers.contains_key(SITE) && !headers.contains_key(header::ORIGIN);
        says_nothing || self.is_from_our_page(headers)
    }
}

/// The page of ours that a request comes from, as `Referer` tells.
pub(crate) fn our_referer(headers: &HeaderMap, base_url: &Url) -> Option<Url> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    let page = Url::parse(referer).ok()?;
    (page.origin() == base_url.origin()).then_some(page)
}

fn is_our_origin(origin: &HeaderValue, base_url: &Url) -> bool {
    *origin == *base_url.origin().ascii_serialization()
}

/// Whether a read is answered. Another site may send somebody here. It may not load pages of ours
/// as pictures, scripts or frames, which would use the session of somebody who sees nothing of it:
/// `SameSite=Lax` sends the cookie along from a sibling host.
pub(crate) fn may_read(method: &Method, headers: &HeaderMap) -> bool {
    let is = |name: &str, values: &[&str]| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| values.contains(&value))
    };
    let is_visit = is("sec-fetch-mode", &["navigate"]) && is("sec-fetch-dest", &["document"]);
    !method.is_safe() || !is(SITE, &["cross-site", "same-site"]) || is_visit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(site: &str, mode: &str, destination: &str) -> bool {
        let named = [
            ("sec-fetch-site", site),
            ("sec-fetch-mode", mode),
            ("sec-fetch-dest", destination),
        ];
        let headers = named
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .into_iter()
            .collect();
        may_read(&Method::GET, &headers)
    }

    #[test]
    fn other_sites_may_send_somebody_here_and_load_nothing() {
        for site in ["cross-site", "same-site"] {
            assert!(get(site, "navigate", "document"));
            for (mode, destination) in [
                ("no-cors", "image"),
                ("no-cors", "script"),
                ("cors", "empty"),
                ("navigate", "iframe"),
                ("navigate", "object"),
                ("no-cors", "document"),
            ] {
                assert!(!get(site, mode, destination), "{site} {mode} {destination}");
            }
        }
    }

    #[test]
    fn our_own_pages_and_whoever_does_not_say_may_read() {
        assert!(get("same-origin", "cors", "empty"));
        assert!(get("none", "navigate", "document"));
        assert!(may_read(&Method::GET, &HeaderMap::new()));
    }

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
