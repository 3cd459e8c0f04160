//! Loop detection: a page redirects to the sign-in, the sign-in succeeds, and the page redirects to
//! it again, because the browser rejects the session cookie or a clock is off.

use tower_sessions::cookie::Cookie;

use crate::{
    auth::{Auth, Who},
    hash::{digest, hex},
    return_to::ReturnTo,
};

/// How many sign-ins for one page may succeed within [`WINDOW`]. The next one is not started.
const MOST: u32 = 2;
/// In seconds.
const WINDOW: i64 = 60;

/// The sign-ins for one page that succeeded within a minute. The cookie is not sealed: whoever
/// changes it only changes whether their own browser shows the problem page.
struct SignInCount {
    count: u32,
    page: String,
    since: i64,
}

impl Auth {
    /// Whether people who are not signed in here are in a redirect loop.
    pub(super) fn is_in_a_loop(&self, return_to: &ReturnTo) -> bool {
        let counted = self.sign_in_count(return_to);
        !matches!(self.who, Who::SignedIn(_))
            && counted.is_some_and(|counted| counted.count >= MOST)
    }

    /// The cookie that counts one more successful sign-in for a page.
    pub(super) fn count_sign_in(&self, return_to: &ReturnTo) -> Cookie<'static> {
        let counted = self
            .sign_in_count(return_to)
            .unwrap_or_else(|| SignInCount {
                count: 0,
                page: name_of(return_to),
                since: self.now(),
            });
        let SignInCount { count, page, since } = counted;
        let value = format!("{}.{page}.{since}", count.saturating_add(1));
        self.app.parts().names.sign_in_count(value, WINDOW)
    }

    /// The removal of the count, if there is one.
    pub(super) fn reset_sign_in_count(&self) -> Option<Cookie<'static>> {
        let names = &self.app.parts().names;
        self.cookies
            .sign_in_count
            .as_ref()
            .map(|_| names.sign_in_count(String::new(), 0))
    }

    fn sign_in_count(&self, return_to: &ReturnTo) -> Option<SignInCount> {
        let mut parts = self.cookies.sign_in_count.as_deref()?.splitn(3, '.');
        let count = parts.next()?.parse().ok()?;
        let page = parts.next()?.to_owned();
        let since: i64 = parts.next()?.parse().ok()?;
        let age = self.now().saturating_sub(since);
        let counts = page == name_of(return_to) && (0..WINDOW).contains(&age);
        counts.then_some(SignInCount { count, page, since })
    }

    fn now(&self) -> i64 {
        self.app.parts().sessions.now()
    }
}

/// A hash that stands for the page in the cookie.
fn name_of(page: &ReturnTo) -> String {
    hex(&digest(&[b"page", page.as_str().as_bytes()]), 8)
}
