//! What an operator may see and end: the sessions of an application.

use crate::{
    client_info::ClientInfo,
    hooks::{SignOutCause, SignOutEvent, session_name},
    logto_auth::LogtoAuth,
    session::{Fate, LoggedOut, SessionDevice, sid_hash, subject_hash},
    store::{SessionFilter, StoreError, StoreErrorKind},
};

/// Whose sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionsOf {
    /// Everybody's.
    Everybody,
    /// Those of one subject (`sub`).
    Subject(String),
    /// Those of one session at Logto (`sid`). ID tokens have it when *session required* is set for
    /// the backchannel logout.
    Sid(String),
}

impl SessionsOf {
    fn filter(&self) -> SessionFilter {
        match self {
            Self::Everybody => SessionFilter::All,
            Self::Subject(subject) => SessionFilter::Subject(subject_hash(subject)),
            Self::Sid(sid) => SessionFilter::Sid(sid_hash(sid)),
        }
    }
}

/// A session, without anything that opens it. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionSummary {
    /// Who is signed in (`sub`).
    pub subject: String,
    /// The name of the session in the events of [`Hooks`](crate::Hooks). It opens nothing.
    pub session: String,
    /// The session at Logto (`sid`), if the ID token had it: see [`SessionsOf::Sid`].
    pub sid: Option<String>,
    /// When the sign-in was finished.
    pub signed_in_at: i64,
    /// When it was last used, as far as the store knows: uses are noted at most once a minute. A
    /// new session that its browser has not presented yet has an earlier time.
    pub last_used_at: i64,
    /// When it ends whatever happens.
    pub ends_at: i64,
    /// The device that it began on.
    pub device: SessionDevice,
}

/// What [`LogtoAuth::end_sessions`] has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndedSessions {
    /// How many sessions were ended.
    pub sessions: usize,
    /// How many of them had tokens that could not be read, and so were not revoked at Logto: they
    /// are sealed with a key that is not among the keys, or were written by another version.
    pub tokens_not_revoked: usize,
}

impl LogtoAuth {
    /// Passes each session in which somebody is signed in to `each`, in no particular order. Gives
    /// back how many sessions are left out because they cannot be read: they are sealed with a key
    /// that is not among the keys, or were written by another version. It is no use of a session.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list_sessions(
        &self,
        of: &SessionsOf,
        mut each: impl FnMut(SessionSummary),
    ) -> Result<usize, StoreError> {
        let sessions = &self.parts().sessions;
        let mut unreadable = 0;
        let mut found = sessions.find(of.filter());
        while let Some(batch) = found.next().await? {
            for (session, row) in &batch {
                match sessions.person_in(session, row) {
                    Ok(Some(person)) => each(SessionSummary {
                        sid: person.claims.sid.value().cloned(),
                        subject: person.claims.sub,
                        session: session_name(session),
                        signed_in_at: person.signed_in_at,
                        last_used_at: row.seen_at,
                        ends_at: person.ends_at,
                        device: person.device,
                    }),
                    Ok(None) => {}
                    Err(error) if error.kind == StoreErrorKind::Unreadable => unreadable += 1,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(unreadable)
    }

    /// Ends sessions, and revokes their tokens at Logto. People can sign in again; to keep somebody
    /// out, suspend them in Logto first.
    ///
    /// # Errors
    /// When the store fails. Sessions that were ended before stay ended.
    pub async fn end_sessions(&self, of: &SessionsOf) -> Result<EndedSessions, StoreError> {
        let mut ended = LoggedOut::default();
        let outcome = self
            .parts()
            .sessions
            .end_all(of.filter(), |_, _| Fate::EndsWithTokens, &mut ended)
            .await;
        self.report_ended(&ended, SignOutCause::Administrator, None);
        for secret in &ended.secrets {
            // The first attempt; further ones are made in the background.
            let _ = self.parts().tokens.revoke(secret).await;
        }
        outcome.map(|()| EndedSessions {
            sessions: ended.sessions.len(),
            tokens_not_revoked: ended.unreadable_tokens,
        })
    }

    /// Reports sessions that were not ended by a request of theirs.
    pub(crate) fn report_ended(
        &self,
        ended: &LoggedOut,
        cause: SignOutCause,
        client: Option<&ClientInfo>,
    ) {
        let parts = self.parts();
        for (session, subject) in &ended.sessions {
            let event = SignOutEvent {
                at: parts.sessions.now(),
                cause,
                subject: subject.clone(),
                session: session_name(session),
                client: client.cloned(),
            };
            parts.events.signed_out(session, event);
        }
    }
}
