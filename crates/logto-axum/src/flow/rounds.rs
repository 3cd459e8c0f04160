//! The guard on loops of sign-ins: a page that sends people to the sign-in, whose sign-in works, and which sends them there
//! again, because the browser or a clock does not let the session hold.

use tower_sessions::cookie::Cookie;

use crate::{
    auth::{Auth, Who},
    hash::{digest, hex},
    return_to::ReturnTo,
};

/// So many sign-ins for one page may succeed within [`WINDOW`]; the next one is not started.
const MOST: u32 = 2;
/// In seconds.
const WINDOW: i64 = 60;

/// The sign-ins for one page that succeeded within a minute. It is in a cookie, and not sealed: whoever changes it sees, or does
/// not see, a page of words in their own browser.
struct Rounds {
    count: u32,
    page: String,
    since: i64,
}

impl Auth {
    /// Whether people who are not signed in here are sent round in circles.
    pub(super) fn is_in_a_loop(&self, return_to: &ReturnTo) -> bool {
        let rounds = self.rounds(return_to);
        !matches!(self.who, Who::SignedIn(_)) && rounds.is_some_and(|rounds| rounds.count >= MOST)
    }

    /// The cookie that notes one more sign-in for a page that succeeded.
    pub(super) fn one_more_round(&self, return_to: &ReturnTo) -> Cookie<'static> {
        let rounds = self.rounds(return_to).unwrap_or_else(|| Rounds {
            count: 0,
            page: name_of(return_to),
            since: self.now(),
        });
        let Rounds { count, page, since } = rounds;
        let value = format!("{}.{page}.{since}", count.saturating_add(1));
        self.app.parts().names.rounds(value, WINDOW)
    }

    /// The cookie that begins the count again, if there is a count.
    pub(super) fn forget_rounds(&self) -> Option<Cookie<'static>> {
        let names = &self.app.parts().names;
        self.cookies
            .rounds
            .as_ref()
            .map(|_| names.rounds(String::new(), 0))
    }

    fn rounds(&self, return_to: &ReturnTo) -> Option<Rounds> {
        let mut parts = self.cookies.rounds.as_deref()?.splitn(3, '.');
        let count = parts.next()?.parse().ok()?;
        let page = parts.next()?.to_owned();
        let since: i64 = parts.next()?.parse().ok()?;
        let age = self.now().saturating_sub(since);
        let counts = page == name_of(return_to) && (0..WINDOW).contains(&age);
        counts.then_some(Rounds { count, page, since })
    }

    fn now(&self) -> i64 {
        self.app.parts().sessions.now()
    }
}

/// A page, without telling which.
fn name_of(page: &ReturnTo) -> String {
    hex(&digest(&[b"page", page.as_str().as_bytes()]), 8)
}
