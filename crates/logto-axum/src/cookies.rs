//! The names and attributes of cookies.

use std::time::Duration;

use axum::http::HeaderMap;
use tower_sessions::{
    cookie::{Cookie, SameSite},
    session::Id,
};
use url::Url;

use crate::{
    flow::{SignOut, is_id},
    layer::all_cookies,
    logto_auth::LogtoAuth,
};

/// The values of the cookie that is set at a sign-out.
const EVERYWHERE: &str = "everywhere";
const HERE: &str = "here";

impl LogtoAuth {
    /// The name that a cookie of the application has in browsers: bound to this host on https (`__Host-`), and with the port
    /// where the base URL has one, because browsers keep the cookies of all ports of a host together.
    #[must_use]
    pub fn cookie_name(&self, name: &str) -> String {
        self.parts().names.full(name)
    }

    /// A cookie of the application's own, under its [full name](Self::cookie_name) and with the attributes that all cookies
    /// here have: it is for the whole site, for https alone where the application is on https, not for scripts, and comes
    /// along from another site only when the browser navigates. An empty value that lasts for no time takes it away.
    ///
    /// `None` when the value has something in it that a cookie may not (RFC 6265 section 4.1.1: no space, quote, comma,
    /// semicolon or backslash, nothing beyond ASCII), which could be attributes of somebody's choice.
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

    /// How far the sign-out went that this browser comes from; `None` when it comes from none. It is said once: the answer
    /// to a request takes the cookie away that says it. Good for a notice with a fixed text and for nothing else.
    #[must_use]
    pub fn signed_out(&self, headers: &HeaderMap) -> Option<SignOut> {
        let name = &self.parts().names.signed_out;
        let cookie = all_cookies(headers).find(|cookie| cookie.name() == name)?;
        match cookie.value() {
            EVERYWHERE => Some(SignOut::Everywhere),
            HERE => Some(SignOut::HereOnly),
            _ => None,
        }
    }
}

/// The names. `__Host-` binds a cookie to this very host and to https; the port keeps the servers on the ports of one host
/// apart, which cookies do not (RFC 6265 section 8.5).
#[derive(Clone, Debug)]
pub(crate) struct Names {
    prefix: &'static str,
    port: String,
    /// The session.
    pub session: String,
    /// What the names of the cookies of pending sign-ins begin with; a hash of the `state` follows.
    pending: String,
    /// Says, for one more page, that somebody has just signed out here.
    pub signed_out: String,
    /// Counts the sign-ins for one page within a minute.
    pub rounds: String,
    /// Tells developers about a sign-in that did not work.
    pub detail: String,
    /// Whether cookies are for https only.
    pub secure: bool,
}

impl Names {
    pub(crate) fn for_site(base_url: &Url) -> Self {
        let secure = base_url.scheme() == "https";
        let mut names = Self {
            prefix: if secure { "__Host-" } else { "" },
            port: base_url
                .port()
                .map(|port| format!("-{port}"))
                .unwrap_or_default(),
            session: String::new(),
            pending: String::new(),
            signed_out: String::new(),
            rounds: String::new(),
            detail: String::new(),
            secure,
        };
        names.session = names.full("logto-session");
        names.pending = format!("{}-", names.full("logto-sign-in"));
        names.signed_out = names.full("logto-signed-out");
        names.rounds = names.full("logto-sign-ins");
        names.detail = names.full("logto-problem");
        names
    }

    pub(crate) fn full(&self, name: &str) -> String {
        format!("{}{name}{}", self.prefix, self.port)
    }

    /// The cookie of a pending sign-in, which is in that browser alone (CB-04). Lax, because it must come along when Logto
    /// sends the browser back (F7).
    pub(crate) fn pending(&self, id: &str, value: String, seconds: i64) -> Cookie<'static> {
        self.cookie(format!("{}{id}", self.pending), value, seconds)
    }

    /// The id in the name of the cookie of a pending sign-in.
    pub(crate) fn pending_id<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(&self.pending).filter(|id| is_id(id))
    }

    /// Whether a cookie decides who is looking or what is signed in to, so that there must not be two of that name.
    pub(crate) fn decides(&self, name: &str) -> bool {
        name == self.session || self.pending_id(name).is_some()
    }

    /// The cookie that counts sign-ins.
    pub(crate) fn rounds(&self, value: String, seconds: i64) -> Cookie<'static> {
        self.cookie(self.rounds.clone(), value, seconds)
    }

    /// The cookie that tells developers about a problem.
    pub(crate) fn detail(&self, value: String, seconds: i64) -> Cookie<'static> {
        self.cookie(self.detail.clone(), value, seconds)
    }

    /// The cookie that leads to a session, as tower-sessions makes it.
    pub(crate) fn session(&self, id: Id, seconds: i64) -> Cookie<'static> {
        self.cookie(self.session.clone(), id.to_string(), seconds)
    }

    /// The cookie that takes the session cookie away. tower-sessions sends one without `Secure`, which browsers ignore
    /// for a `__Host-` name (F5).
    pub(crate) fn session_removal(&self) -> Cookie<'static> {
        self.cookie(self.session.clone(), String::new(), 0)
    }

    /// A cookie that is set at a sign-out and taken away by the next page. Browsers throw frozen `no-store` pages away when
    /// an `HttpOnly` cookie changes, so Back shows nothing of the session that ended, also without JavaScript (HD-03).
    ///
    /// It also says how far the sign-out went, for the page that says so.
    pub(crate) fn signed_out(&self, extent: SignOut, seconds: i64) -> Cookie<'static> {
        let value = match extent {
            SignOut::Everywhere => EVERYWHERE,
            SignOut::HereOnly => HERE,
        };
        self.cookie(self.signed_out.clone(), value.to_owned(), seconds)
    }

    fn cookie(&self, name: String, value: String, seconds: i64) -> Cookie<'static> {
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
            names.pending("1f", "b".into(), 600).to_string(),
            "__Host-logto-sign-in-1f=b; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600"
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
            std::sync::Arc::new(crate::store::MemoryStore::default()),
            crate::options::Options::new(
                "http://localhost:3000".parse().unwrap(),
                crate::seal::SessionKeys::ephemeral(),
            ),
        );
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

    #[test]
    fn on_http_the_names_have_no_prefix_because_browsers_would_refuse_them() {
        let names = Names::for_site(&Url::parse("http://localhost").unwrap());
        assert_eq!(
            names.session_removal().to_string(),
            "logto-session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"
        );
    }

    /// Browsers keep the cookies of all ports of a host together.
    #[test]
    fn a_port_in_the_base_url_is_in_the_names() {
        for (base, name) in [
            ("http://localhost:3000", "logto-session-3000"),
            ("https://localhost:8443", "__Host-logto-session-8443"),
            ("https://app.example:443", "__Host-logto-session"),
        ] {
            let names = Names::for_site(&Url::parse(base).unwrap());
            assert_eq!(names.session, name);
        }
    }
}
