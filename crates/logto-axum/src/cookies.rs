//! The names and attributes of cookies.

use std::time::Duration;

use tower_sessions::cookie::{Cookie, SameSite};
use url::Url;

use crate::LogtoAuth;

impl LogtoAuth {
    /// A cookie of the application's own, with the attributes that all cookies here have: it is for the whole site, for https
    /// alone where the application is on https, not for scripts, and comes along from another site only when the browser
    /// navigates. An empty value that lasts for no time takes it away.
    ///
    /// `None` when the value has something in it that a cookie may not (RFC 6265 section 4.1.1: no space, quote, comma,
    /// semicolon or backslash, nothing beyond ASCII), which could be attributes of somebody's choice.
    #[must_use]
    pub fn cookie(
        &self,
        name: &'static str,
        value: impl Into<String>,
        lasts: Duration,
    ) -> Option<Cookie<'static>> {
        let seconds = i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX);
        let value: String = value.into();
        let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
        let value = Some(value).filter(|value| value.bytes().all(allowed));
        value.map(|value| self.parts().names.cookie(name, value, seconds))
    }
}

/// The names, which depend on whether the site is on https: `__Host-` binds a cookie to this very host and to https.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// The session.
    pub session: &'static str,
    /// The browser a sign-in was started in.
    pub browser: &'static str,
    /// Says, for one more page, that somebody has just signed out here.
    pub farewell: &'static str,
    /// Whether cookies are for https only.
    pub secure: bool,
}

impl Names {
    pub(crate) fn for_site(base_url: &Url) -> Self {
        if base_url.scheme() == "https" {
            Self {
                session: "__Host-logto-session",
                browser: "__Host-logto-sign-in",
                farewell: "__Host-logto-signed-out",
                secure: true,
            }
        } else {
            Self {
                session: "logto-session",
                browser: "logto-sign-in",
                farewell: "logto-signed-out",
                secure: false,
            }
        }
    }

    /// The cookie that ties a sign-in to this browser (CB-04). Lax, because it must come along when Logto sends the
    /// browser back (F7).
    pub(crate) fn browser_cookie(&self, value: String, seconds: i64) -> Cookie<'static> {
        self.cookie(self.browser, value, seconds)
    }

    /// The cookie that takes the session cookie away. tower-sessions sends one without `Secure`, which browsers ignore
    /// for a `__Host-` name (F5).
    pub(crate) fn session_removal(&self) -> Cookie<'static> {
        self.cookie(self.session, String::new(), 0)
    }

    /// A cookie that is set at a sign-out and taken away by the next page. Browsers throw frozen `no-store` pages away when
    /// an `HttpOnly` cookie changes, so Back shows nothing of the session that ended, also without JavaScript (HD-03).
    pub(crate) fn farewell(&self, seconds: i64) -> Cookie<'static> {
        self.cookie(self.farewell, "1".to_owned(), seconds)
    }

    fn cookie(&self, name: &'static str, value: String, seconds: i64) -> Cookie<'static> {
        Cookie::build((name, value))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .path("/")
            .max_age(time::Duration::seconds(seconds))
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SE-01, F5
    #[test]
    fn on_https_both_cookies_have_the_host_prefix_and_what_it_asks_for() {
        let names = Names::for_site(&Url::parse("https://app.example").unwrap());
        assert_eq!(
            names.session_removal().to_string(),
            "__Host-logto-session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
        assert_eq!(
            names.browser_cookie("b".into(), 600).to_string(),
            "__Host-logto-sign-in=b; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600"
        );
    }

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
            std::sync::Arc::new(crate::MemoryStore::default()),
            crate::Options::new(
                "http://localhost:3000".parse().unwrap(),
                crate::SessionKeys::ephemeral(),
            ),
        );
        let cookie = |value: &str| auth.cookie("kept", value, Duration::from_mins(1));
        let good = cookie("pt-BR_1.~!").unwrap().to_string();
        assert_eq!(
            good,
            "kept=pt-BR_1.~!; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"
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

    #[test]
    fn on_http_the_names_have_no_prefix_because_browsers_would_refuse_them() {
        let names = Names::for_site(&Url::parse("http://localhost:3000").unwrap());
        assert_eq!(
            names.session_removal().to_string(),
            "logto-session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"
        );
    }
}
