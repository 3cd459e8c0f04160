//! When a session ends, and staying signed in.

use crate::{Auth, Error, Who};

/// When a session ends, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionEnd {
    /// The time now, by the server's clock, for browsers whose clock is off.
    pub now: i64,
    /// When it ends if nobody uses it. It may be up to a minute later, because its use is noted once a minute.
    pub at: i64,
    /// When it ends whatever happens.
    pub absolute: i64,
}

impl SessionEnd {
    /// Whether using it moves its end.
    #[must_use]
    pub const fn can_be_prolonged(&self) -> bool {
        self.at < self.absolute
    }
}

impl Auth {
    /// When this session ends; `None` when nobody is signed in, or it is not known.
    #[must_use]
    pub fn session_end(&self) -> Option<SessionEnd> {
        let Who::SignedIn(person) = &self.who else {
            return None;
        };
        let sessions = &self.app.parts().sessions;
        let now = sessions.now();
        // Reading the session has noted its use, unless that was done just before.
        let used = now.saturating_sub(sessions.unnoted_seconds());
        Some(SessionEnd {
            now,
            at: sessions.idle_end(used).min(person.ends_at),
            absolute: person.ends_at,
        })
    }

    /// Uses the session, so that it lasts.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when it has ended already; [`Error::Store`] when the store does not do it.
    pub async fn stay(&self) -> Result<SessionEnd, Error> {
        let person = self.signed_in()?;
        let session = self.session_hash().ok_or(Error::SignedOut)?;
        let sessions = &self.app.parts().sessions;
        let now = sessions.now();
        if !sessions.touch(&session, now).await? {
            return Err(Error::SignedOut);
        }
        Ok(SessionEnd {
            now,
            at: sessions.idle_end(now).min(person.ends_at),
            absolute: person.ends_at,
        })
    }
}
