//! The names and attributes of cookies.

use tower_sessions::{
    cookie::{Cookie, SameSite},
    session::Id,
};
use url::Url;

/// The length of the id in the name of the cookie of a pending sign-in: 16 bytes in hexadecimal
/// digits.
const ID_DIGITS: usize = 32;

/// The names. `__Host-` binds a cookie to this very host and to https; the port keeps the servers
/// on the ports of one host apart, which cookies do not (RFC 6265 section 8.5).
#[derive(Clone, Debug)]
pub(crate) struct Names {
    prefix: &'static str,
    port: String,
    /// The session.
    pub session: String,
    /// The prefix of the cookie names of pending sign-ins; a hash of the `state` follows.
    pending: String,
    /// Says, for one more page, that somebody has just signed out here.
    pub signed_out: String,
    /// Counts the sign-ins for one page within a minute.
    pub sign_in_count: String,
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
            sign_in_count: String::new(),
            detail: String::new(),
            secure,
        };
        names.session = names.full("logto-session");
        names.pending = format!("{}-", names.full("logto-sign-in"));
        names.signed_out = names.full("logto-signed-out");
        names.sign_in_count = names.full("logto-sign-ins");
        names.detail = names.full("logto-problem");
        names
    }

    pub(crate) fn full(&self, name: &str) -> String {
        format!("{}{name}{}", self.prefix, self.port)
    }

    /// The cookie of a pending sign-in, which is in that browser alone (CB-04). Lax, because it
    /// must come along when Logto sends the browser back (F7).
    pub(crate) fn pending(&self, id: &str, value: String, seconds: i64) -> Cookie<'static> {
        self.cookie(format!("{}{id}", self.pending), value, seconds)
    }

    /// The id in the name of the cookie of a pending sign-in.
    pub(crate) fn pending_id<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(&self.pending).filter(|id| is_id(id))
    }

    /// Whether a cookie decides who is signed in or what is signed in to, so that there must not be
    /// two of that name.
    pub(crate) fn decides(&self, name: &str) -> bool {
        name == self.session || self.pending_id(name).is_some()
    }

    /// The cookie that counts sign-ins.
    pub(crate) fn sign_in_count(&self, value: String, seconds: i64) -> Cookie<'static> {
        self.cookie(self.sign_in_count.clone(), value, seconds)
    }

    /// The cookie that tells developers about a problem.
    pub(crate) fn detail(&self, value: String, seconds: i64) -> Cookie<'static> {
        self.cookie(self.detail.clone(), value, seconds)
    }

    /// The cookie that leads to a session, as tower-sessions makes it.
    pub(crate) fn session(&self, id: Id, seconds: i64) -> Cookie<'static> {
        self.cookie(self.session.clone(), id.to_string(), seconds)
    }

    /// The cookie that takes the session cookie away. tower-sessions sends one without `Secure`,
    /// which browsers ignore for a `__Host-` name (F5).
    pub(crate) fn session_removal(&self) -> Cookie<'static> {
        self.cookie(self.session.clone(), String::new(), 0)
    }

    /// A cookie that is set at a sign-out and taken away by the next page. Browsers throw frozen
    /// `no-store` pages away when an `HttpOnly` cookie changes, so Back shows nothing of the
    /// session that ended, also without JavaScript (HD-03).
    ///
    /// It also says what the sign-out ended, for the page that says so.
    pub(crate) fn signed_out(&self, extent: &str, seconds: i64) -> Cookie<'static> {
        self.cookie(self.signed_out.clone(), extent.to_owned(), seconds)
    }

    pub(crate) fn cookie(&self, name: String, value: String, seconds: i64) -> Cookie<'static> {
        Cookie::build((name, value))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .path("/")
            .max_age(time::Duration::seconds(seconds))
            .build()
    }
}

/// Whether a text can be the id in the name of a cookie.
fn is_id(text: &str) -> bool {
    text.len() == ID_DIGITS
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
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
