//! Cookies of the application's own, with the attributes of this crate's.

use std::time::Duration;

use axum::http::HeaderMap;
use tower_sessions::cookie::Cookie;

use logto_types::SignOutExtent;

use crate::{cookies::find_cookie, logto_auth::LogtoAuth};

impl LogtoAuth {
    /// The name that a cookie of the application has in browsers: bound to this host on https
    /// (`__Host-`), and with the port where the base URL has one, because browsers keep the cookies
    /// of all ports of a host together.
    #[must_use]
    pub fn cookie_name(&self, name: &str) -> String {
        self.parts().names.full(name)
    }

    /// A cookie of the application's own, under its [full name](Self::cookie_name) and with the
    /// attributes that all cookies here have: it is for the whole site, for https alone where the
    /// application is on https, not for scripts, and comes along from another site only when the
    /// browser navigates. An empty value that lasts for no time takes it away.
    ///
    /// `None` when the value has something in it that a cookie may not (RFC 6265 section 4.1.1: no
    /// space, quote, comma, semicolon or backslash, nothing beyond ASCII), which could be
    /// attributes of somebody's choice.
    #[must_use]
    pub fn cookie(
        &self,
        name: &str,
        value: impl Into<String>,
        lasts: Duration,
    ) -> Option<Cookie<'static>> {
        let seconds = i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX);
        let value: String = value.into();
        let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
        let value = Some(value).filter(|value| value.bytes().all(allowed));
        let name = self.cookie_name(name);
        value.map(|value| self.parts().names.cookie(name, value, seconds))
    }

    /// What the sign-out ended that this browser comes from; `None` when it comes from none. It
    /// is said once: the answer to a request takes the cookie away that says it. Good for a notice
    /// with a fixed text and for nothing else.
    #[must_use]
    pub fn signed_out(&self, headers: &HeaderMap) -> Option<SignOutExtent> {
        let name = &self.parts().names.signed_out;
        SignOutExtent::from_name(find_cookie(headers, name)?.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is in a value is no attribute, whoever wrote it.
    #[test]
    fn a_cookie_holds_what_a_cookie_can_hold() {
        let config = logto::Config::new(
            "http://localhost:3001/".parse().unwrap(),
            "app",
            logto::Secret::new("secret"),
            "http://localhost:3000/callback".parse().unwrap(),
            "http://localhost:3000/".parse().unwrap(),
        );
        let auth = LogtoAuth::new(
            logto::Client::new(config).unwrap(),
            std::sync::Arc::new(crate::store::MemoryStore::default()),
            crate::options::AuthOptions::new(
                "http://localhost:3000".parse().unwrap(),
                crate::seal::SessionKeys::ephemeral(),
            ),
        )
        .unwrap();
        let cookie = |value: &str| auth.cookie("kept", value, Duration::from_mins(1));
        let good = cookie("pt-BR_1.~!").unwrap().to_string();
        assert_eq!(
            good,
            "kept-3000=pt-BR_1.~!; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"
        );
        for bad in [
            "a; Domain=evil.example",
            "a,b",
            "a b",
            "a\"",
            "a\\b",
            "a\r\nb",
            "\u{e9}",
        ] {
            assert_eq!(cookie(bad), None, "{bad:?}");
        }
        assert_eq!(
            cookie("").map(|cookie| cookie.value().to_owned()),
            Some(String::new())
        );
    }
}
