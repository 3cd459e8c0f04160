//! The sessions that a person has at this application, and their end.

use std::{cmp::Reverse, collections::HashSet};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use logto_types::SignOutExtent;

use crate::{
    auth::Auth,
    error::Error,
    hash::Hash,
    hooks::SignOutCause,
    seal::SessionKeys,
    session::{Fate, LoggedOut, SessionDevice, SessionOfPerson, subject_hash},
    store::SessionFilter,
};

/// How many sessions are listed at most.
const MOST: usize = 100;

/// The sessions of the person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnSessions {
    /// The session of the request first, then the others, the last used ones first: 100 at most.
    pub list: Vec<OwnSession>,
    /// How many there are in all.
    pub total: usize,
}

/// A session of the person who is signed in. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnSession {
    /// What [`Auth::end_other_session`] takes. It opens nothing, and only the session of the
    /// request that got it can use it. `None` for that session itself, which ends by a sign-out.
    pub handle: Option<String>,
    /// The device that it began on.
    pub device: SessionDevice,
    /// When the sign-in was finished.
    pub signed_in_at: i64,
    /// When it was last used. Uses are noted at most once a minute.
    pub last_used_at: i64,
    /// When it ends whatever happens.
    pub ends_at: i64,
}

impl OwnSession {
    /// Whether it is the session of the request.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.handle.is_none()
    }
}

impl Auth {
    /// The sessions that the person who is signed in has at this application, on all devices. One
    /// that was sealed with a key that this process does not have is left out. Listing is no use of
    /// the other sessions.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when nobody is signed in or the session has ended; [`Error::Store`]
    /// when the store cannot be read.
    pub async fn own_sessions(&self) -> Result<OwnSessions, Error> {
        let (here, mut sessions) = self.read_own_sessions().await?;
        sessions.sort_by_key(|session| (session.id != here, Reverse(session.last_used_at)));
        let total = sessions.len();
        sessions.truncate(MOST);
        let keys = self.app.parts().sessions.keys();
        let list = sessions.into_iter().map(|session| OwnSession {
            handle: (session.id != here)
                .then(|| handles(keys, &here, &session.id).next())
                .flatten(),
            device: session.device,
            signed_in_at: session.signed_in_at,
            last_used_at: session.last_used_at,
            ends_at: session.ends_at,
        });
        Ok(OwnSessions {
            list: list.collect(),
            total,
        })
    }

    /// Ends another session of the person, by its [handle](OwnSession::handle), and revokes its
    /// tokens in the background. Gives back the device that it began on, and `None` when there is no
    /// such session, for example because it has ended before: a handle that is made up, of another
    /// person or of another session of this person does nothing.
    ///
    /// Logto's session of that browser goes on: if it has not ended, the browser can sign in here
    /// again without a password.
    ///
    /// The tokens are left to expire at Logto where revoking them might revoke those of a session
    /// that goes on: Logto puts all sign-ins of one browser under one grant.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when nobody is signed in or the session of the request has ended;
    /// [`Error::Store`] when the store fails: then the session may go on in other processes until
    /// the store can be written.
    pub async fn end_other_session(&self, handle: &str) -> Result<Option<SessionDevice>, Error> {
        let (here, sessions) = self.read_own_sessions().await?;
        let keys = self.app.parts().sessions.keys();
        let is_named = |id: &Hash| handles(keys, &here, id).any(|known| known == handle);
        let (ends, stay): (Vec<_>, Vec<_>) = sessions
            .into_iter()
            .partition(|session| session.id != here && is_named(&session.id));
        let Some(session) = ends.into_iter().next() else {
            return Ok(None);
        };
        let shares_grant = stay.iter().any(|other| other.may_share_grant(&session));
        let ended = session.id;
        let fate = move |id: &Hash| {
            if *id != ended {
                Fate::Stays
            } else if shares_grant {
                Fate::Ends
            } else {
                Fate::EndsWithTokens
            }
        };
        let ended = self.end_own_sessions(fate, SignOutCause::OtherSession);
        Ok((ended.await? > 0).then_some(session.device))
    }

    /// Ends all other sessions of the person at this application, and revokes their tokens as
    /// [`end_other_session`](Self::end_other_session) does. Gives back how many there were.
    ///
    /// # Errors
    /// As [`end_other_session`](Self::end_other_session). Sessions that have ended before the
    /// failure stay ended.
    pub async fn end_other_sessions(&self) -> Result<usize, Error> {
        let (here, sessions) = self.read_own_sessions().await?;
        let current = sessions.iter().find(|session| session.id == here);
        let with_other_grants = sessions
            .iter()
            .filter(|session| current.is_some_and(|current| !current.may_share_grant(session)));
        let with_other_grants: HashSet<Hash> =
            with_other_grants.map(|session| session.id).collect();
        let fate = move |id: &Hash| {
            if *id == here {
                Fate::Stays
            } else if with_other_grants.contains(id) {
                Fate::EndsWithTokens
            } else {
                Fate::Ends
            }
        };
        self.end_own_sessions(fate, SignOutCause::OtherSession)
            .await
    }

    /// Ends every other session of the person with its tokens, because the one of this request is
    /// to end too. Sign-ins that are on their way are refused first: a callback stores its session
    /// and looks for a refusal then, so one of the two sees the other.
    pub(crate) async fn end_everywhere_else(&self) -> Result<usize, Error> {
        let here = self.session_hash().ok_or(Error::SignedOut)?;
        let subject = subject_hash(&self.signed_in()?.claims.sub);
        let sessions = &self.app.parts().sessions;
        sessions.refuse_pending_sign_ins(&subject).await?;
        let fate = move |id: &Hash| {
            if *id == here {
                Fate::Stays
            } else {
                Fate::EndsWithTokens
            }
        };
        let cause = SignOutCause::Person(SignOutExtent::Everywhere);
        self.end_own_sessions(fate, cause).await
    }

    /// The hash of this session, and all sessions of its person. An error when this one has ended.
    async fn read_own_sessions(&self) -> Result<(Hash, Vec<SessionOfPerson>), Error> {
        let person = self.stored_person().await?;
        let here = self.session_hash().ok_or(Error::SignedOut)?;
        let subject = subject_hash(&person.claims.sub);
        let sessions = &self.app.parts().sessions;
        Ok((here, sessions.of_person(&subject).await?))
    }

    /// Ends sessions of the person in a task that a dropped request does not cancel. Their tokens
    /// are revoked in the background.
    async fn end_own_sessions(
        &self,
        fate: impl Fn(&Hash) -> Fate + Send + Sync + 'static,
        cause: SignOutCause,
    ) -> Result<usize, Error> {
        let subject = self.signed_in()?.claims.sub.clone();
        let (app, client) = (self.app.clone(), self.client_info());
        let work = self.app.spawn(async move {
            let filter = SessionFilter::Subject(subject_hash(&subject));
            let parts = app.parts();
            let mut ended = LoggedOut::default();
            let outcome = parts
                .sessions
                .end_all(filter, |id, _| fate(id), &mut ended)
                .await;
            app.report_ended(&ended, cause, Some(&client));
            let sessions = ended.sessions.len();
            if sessions > 0 {
                let reason = "the person has ended them from another session";
                tracing::info!(subject, sessions, reason, "sessions ended");
            }
            let tokens = parts.tokens.clone();
            drop(app.spawn(async move { tokens.revoke_all(&ended.secrets).await }));
            outcome.map(|()| sessions)
        });
        let ended = work.await.map_err(|_| Error::Interrupted)?;
        Ok(ended?)
    }
}

/// The handle of another session for the one of the request, with each session key, that of the
/// first key first.
fn handles<'a>(
    keys: &'a SessionKeys,
    here: &'a Hash,
    other: &'a Hash,
) -> impl Iterator<Item = String> + 'a {
    let tags = keys.session_handle_tags(here, other);
    tags.map(|tag| URL_SAFE_NO_PAD.encode(tag))
}
