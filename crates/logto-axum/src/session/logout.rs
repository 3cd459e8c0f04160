//! The end of sessions because a session at Logto has ended, and the refusal of sign-ins that were
//! on their way then.

use logto::{Claims, LogoutToken, Secret};

use super::{
    data::{sid_hash, subject_hash},
    id::IdOrigin,
    pending_writes::Revocation,
    repository::Sessions,
    token_record::TokenRecord,
};
use crate::{
    hash::{Hash, digest},
    store::{SessionFilter, SessionRow, StoreError, StoreErrorKind},
};

/// Later than any sign-in: the end of the year 9999, which every store holds exactly.
const ALWAYS: i64 = 253_402_300_799;
/// How long sign-ins are refused: a pending one lasts ten minutes, and its callback may take a
/// while.
const REFUSED_SECONDS: i64 = 15 * 60;
/// How long it is remembered that a logout token was used. It counts for five minutes, and clocks
/// may differ by less than five.
const SPENT_SECONDS: i64 = 15 * 60;

/// What becomes of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It goes on.
    Stays,
    /// It ends, and its tokens are left to expire.
    Ends,
    /// It ends, and its tokens are to be revoked.
    EndsWithTokens,
}

/// The sessions that were ended.
#[derive(Debug, Default)]
pub(crate) struct LoggedOut {
    /// Each session, with the subject if it could be read.
    pub(crate) sessions: Vec<(Hash, Option<String>)>,
    /// Their tokens, to be revoked.
    pub(crate) secrets: Vec<Secret>,
    /// How many had tokens that cannot be read, and so not be revoked.
    pub(crate) unreadable_tokens: usize,
    /// Whether the token was used before, and ended nothing.
    pub(crate) is_replay: bool,
}

/// The tokens of a session that was ended.
enum FoundTokens {
    Read(Option<TokenRecord>),
    /// No key opens them, or another version wrote them.
    Unreadable,
}

impl Sessions {
    /// Ends the sessions of a logout token, and notes what has ended also when
    /// the rest fails. `accepted` is called as soon as no sign-in can bring one of them back.
    ///
    /// A repeated attempt leaves sessions alone that began after the token was received. The first
    /// one does not: the clocks of processes may differ.
    ///
    /// The order holds against what happens at the same time. Sign-ins are refused before sessions
    /// are looked for, and a callback looks for refusals after it has stored its session: so either
    /// this finds the session, or the callback takes it back. That the token was used is noted
    /// last: if anything fails, the same token works again.
    pub(crate) async fn log_out(
        &self,
        token: &LogoutToken,
        received_at: i64,
        is_repeated: bool,
        accepted: impl Fn(),
        ended: &mut LoggedOut,
    ) -> Result<(), StoreError> {
        let jti = digest(&[b"logout token", token.jti.as_bytes()]);
        if self.store.is_spent(&jti).await? {
            ended.is_replay = true;
            return Ok(());
        }
        let subject = token.sub.as_deref().map(subject_hash);
        let (owner, filter, before) = match (token.sid.as_deref().map(sid_hash), subject) {
            // A session at Logto does not begin again.
            (Some(sid), _) => (sid, SessionFilter::Sid(sid), ALWAYS),
            (None, Some(subject)) => {
                let ended_at = i64::try_from(token.iat)
                    .unwrap_or(i64::MAX)
                    .max(received_at);
                let before = ended_at.saturating_add(1);
                (subject, SessionFilter::Subject(subject), before)
            }
            (None, None) => return Ok(()),
        };
        let expires_at = received_at.saturating_add(REFUSED_SECONDS);
        self.store
            .refuse_sign_ins(&owner, before, expires_at)
            .await?;
        accepted();
        let fate = |session: &Hash, row: &SessionRow| {
            let is_of_another = subject.is_some() && row.subject != subject;
            // Somebody may sign in again before a failed attempt is repeated.
            let began_later = || {
                let person = self.person_in(session, row);
                matches!(person, Ok(Some(person)) if person.signed_in_at >= before)
            };
            if is_of_another || (is_repeated && began_later()) {
                Fate::Stays
            } else {
                Fate::EndsWithTokens
            }
        };
        self.end_all(filter, fate, ended).await?;
        let expires_at = received_at.saturating_add(SPENT_SECONDS);
        self.store.spend(&jti, expires_at).await?;
        Ok(())
    }

    /// Refuses the sign-ins of a person that are on their way: those that began in an earlier second.
    pub(crate) async fn refuse_pending_sign_ins(&self, subject: &Hash) -> Result<(), StoreError> {
        let now = self.now();
        let expires_at = now.saturating_add(REFUSED_SECONDS);
        self.store.refuse_sign_ins(subject, now, expires_at).await
    }

    /// Ends the sessions that the filter finds, as `fate` says. One that cannot be ended does not
    /// keep the others.
    pub(crate) async fn end_all(
        &self,
        filter: SessionFilter,
        fate: impl Fn(&Hash, &SessionRow) -> Fate + Send + Sync,
        ended: &mut LoggedOut,
    ) -> Result<(), StoreError> {
        let mut failure = None;
        let mut found = self.find(filter);
        while let Some(batch) = found.next().await? {
            for (session, row) in &batch {
                let fate = fate(session, row);
                if fate == Fate::Stays {
                    continue;
                }
                let person = self.person_in(session, row).ok().flatten();
                let subject = person.map(|person| person.claims.sub);
                let revocation = match fate {
                    Fate::EndsWithTokens => Revocation::Due,
                    Fate::Ends | Fate::Stays => Revocation::Done,
                };
                match self.end_found(session, revocation).await {
                    Ok(tokens) => {
                        ended.sessions.push((*session, subject));
                        if fate == Fate::EndsWithTokens {
                            match &tokens {
                                FoundTokens::Read(tokens) => {
                                    let secret = tokens.as_ref().and_then(TokenRecord::revocable);
                                    ended.secrets.extend(secret.cloned());
                                }
                                FoundTokens::Unreadable => ended.unreadable_tokens += 1,
                            }
                        }
                    }
                    Err(error) => failure = Some(error),
                }
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Ends a session that the store has. When the store fails, it has ended for this process
    /// alone, which is an error.
    async fn end_found(
        &self,
        session: &Hash,
        revocation: Revocation,
    ) -> Result<FoundTokens, StoreError> {
        let end = async {
            let tokens = match self.stored_tokens(session).await {
                Err(error) if error.kind == StoreErrorKind::Unreadable => FoundTokens::Unreadable,
                tokens => FoundTokens::Read(tokens?.map(|(record, _)| record)),
            };
            self.store.delete_session(session).await?;
            Ok(tokens)
        };
        let tokens = end.await;
        if tokens.is_ok() {
            self.pending_writes.deleted(session);
        } else {
            let issued = IdOrigin::Issued;
            if self.pending_writes.end(*session, revocation, issued) {
                self.streams.session_ended(session);
            }
        }
        tokens
    }

    /// Whether a logout has refused a sign-in that began at that time, by the clock of this
    /// application.
    ///
    /// A logout without `sid` refuses who began here before it and authenticated at Logto before
    /// it. Whoever began afterwards has a session at Logto that lives on, and whoever typed their
    /// password afterwards has a new one. Times are whole seconds; the second of the logout itself
    /// counts as before it.
    pub(crate) async fn is_refused(&self, claims: &Claims, began: u64) -> Result<bool, StoreError> {
        let is_before =
            |time: u64, before: i64| i64::try_from(time).is_ok_and(|time| time < before);
        let sid = claims.sid.value().map(|sid| sid_hash(sid));
        for owner in [Some(subject_hash(&claims.sub)), sid].into_iter().flatten() {
            let Some(before) = self.store.refused_before(&owner).await? else {
                continue;
            };
            let authenticated = claims.auth_time.value().copied();
            if is_before(began, before) && authenticated.is_none_or(|time| is_before(time, before))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
