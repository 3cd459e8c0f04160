//! When a session ends, and staying signed in.

use logto_types::SessionEnd;

use crate::{
    auth::{Auth, Who},
    error::Error,
};

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
            latest: person.ends_at,
        })
    }

    /// Uses the session, so that it lasts.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when it has ended already; [`Error::Store`] when the store does not do
    /// it.
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
            latest: person.ends_at,
        })
    }
}
