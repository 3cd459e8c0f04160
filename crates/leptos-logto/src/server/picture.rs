//! The policy of picture URLs that a page may show.

use logto_axum::Auth;
use url::Url;

/// Whether pictures may also come from this machine: only while the application itself runs on it.
/// The same as the content security policy of the pages should say.
#[derive(Clone, Copy, Debug)]
pub struct PicturePolicy {
    /// Whether `http://localhost` and `http://127.0.0.1` are allowed.
    pub loopback: bool,
}

impl PicturePolicy {
    /// The policy of this application.
    #[must_use]
    pub fn of(auth: &Auth) -> Self {
        Self {
            loopback: auth.app().base_url().scheme() != "https",
        }
    }

    /// Whether a page may show a picture from this address: https from anywhere, and no name or
    /// password in the address.
    #[must_use]
    pub fn allows(self, address: &str) -> bool {
        let Ok(url) = Url::parse(address) else {
            return false;
        };
        let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
        let anonymous = url.username().is_empty() && url.password().is_none();
        anonymous
            && match url.scheme() {
                "https" => true,
                "http" => self.loopback && here,
                _ => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_come_by_https() {
        let pictures = PicturePolicy { loopback: false };
        assert!(pictures.allows("https://example.com/avatars/alice.png"));
        for address in [
            "http://example.com/a.png",
            "http://localhost:3000/a.png",
            "javascript:alert(1)",
            "data:image/svg+xml,<svg onload=alert(1)>",
            "//example.com/a.png",
            "/a.png",
            "https://",
            "https://alice:secret@example.com/a.png",
            "a",
            "",
        ] {
            assert!(!pictures.allows(address), "{address}");
        }
    }

    #[test]
    fn in_development_they_also_come_from_this_machine() {
        let pictures = PicturePolicy { loopback: true };
        assert!(pictures.allows("http://localhost:3000/a.png"));
        assert!(pictures.allows("http://127.0.0.1/a.png"));
        assert!(!pictures.allows("http://example.com/a.png"));
        assert!(!pictures.allows("http://localhost.example.com/a.png"));
    }
}
