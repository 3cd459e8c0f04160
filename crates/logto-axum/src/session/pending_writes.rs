//! Writes that the store has not taken yet: that a session has ended, that one was used, and the
//! tokens that a refresh brought. This process goes by it until the store can be written.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Notify;

use super::{id::IdOrigin, refreshed_tokens::RefreshedTokens};
use crate::hash::Hash;

/// How many sessions of each kind are remembered. Above that, ends are refused and uses are not
/// remembered.
const LIMIT: usize = 50_000;
/// The limit above which the end of a session with an unverified id is not remembered. While the
/// store does not answer, forged ids must not use up the places of real sign-outs.
const UNVERIFIED_LIMIT: usize = 5_000;
/// For how many sessions tokens are kept, a few KB each. Above that, tokens are refused.
const TOKENS_LIMIT: usize = 10_000;

/// Ends, uses and tokens of sessions that are not in the store.
#[derive(Debug, Default)]
pub(crate) struct PendingWrites {
    ended: Mutex<HashMap<Hash, Revocation>>,
    uses: Mutex<HashMap<Hash, Use>>,
    tokens: Mutex<HashMap<Hash, PendingTokens>>,
    /// Counts the refreshes of all sessions whose tokens were kept.
    refreshes: AtomicU64,
    added: Notify,
}

/// The tokens of one session that the store does not have, and the number of the latest refresh
/// that brought some.
struct PendingTokens {
    tokens: RefreshedTokens,
    latest: u64,
}

impl fmt::Debug for PendingTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingTokens")
    }
}

/// Whether the tokens of a session that has ended here must still be revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Revocation {
    /// The tokens were read: whoever ended the session revokes them.
    Done,
    /// The tokens could not be read, so they are revoked when the session is deleted.
    Due,
}

/// When a session was last used, and whether the store knows.
#[derive(Clone, Copy, Debug)]
struct Use {
    at: i64,
    is_written: bool,
}

impl PendingWrites {
    fn ended(&self) -> MutexGuard<'_, HashMap<Hash, Revocation>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn uses(&self) -> MutexGuard<'_, HashMap<Hash, Use>> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self) -> MutexGuard<'_, HashMap<Hash, PendingTokens>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends a session for this process. `false` when too many have ended that way, in which case
    /// nothing changes.
    pub(crate) fn end(&self, session: Hash, revocation: Revocation, origin: IdOrigin) -> bool {
        let limit = match origin {
            IdOrigin::Issued => LIMIT,
            IdOrigin::Unverified => UNVERIFIED_LIMIT,
        };
        let mut ended = self.ended();
        if ended.len() >= limit && !ended.contains_key(&session) {
            return false;
        }
        ended.entry(session).or_insert(revocation);
        drop(ended);
        self.added.notify_one();
        true
    }

    /// Whether a session has ended here.
    pub(crate) fn has_ended(&self, session: &Hash) -> bool {
        self.ended().contains_key(session)
    }

    /// Every session that has ended here and is still in the store.
    pub(crate) fn to_delete(&self) -> Vec<(Hash, Revocation)> {
        let ended = self.ended();
        let all = ended.iter();
        all.map(|(session, revocation)| (*session, *revocation))
            .collect()
    }

    /// The store has deleted a session.
    pub(crate) fn deleted(&self, session: &Hash) {
        self.ended().remove(session);
        self.uses().remove(session);
        self.forget_tokens(session);
    }

    /// Waits until a session has ended here, or tokens were kept.
    pub(crate) async fn wait(&self) {
        self.added.notified().await;
    }

    /// Notes a use that is being written. `false` when another caller has noted one that is not
    /// older than `seconds`.
    pub(crate) fn note_use(&self, session: Hash, at: i64, seconds: i64) -> bool {
        let is_recent = |other: &Use| (0..seconds).contains(&at.saturating_sub(other.at));
        let mut uses = self.uses();
        if uses.get(&session).is_some_and(is_recent) {
            return false;
        }
        if uses.len() >= LIMIT {
            uses.retain(|_, other| !other.is_written || is_recent(other));
        }
        if uses.len() < LIMIT || uses.contains_key(&session) {
            let is_written = false;
            uses.insert(session, Use { at, is_written });
        }
        true
    }

    /// The store knows of a use.
    pub(crate) fn use_is_written(&self, session: &Hash, at: i64) {
        if let Some(held) = self.uses().get_mut(session)
            && held.at <= at
        {
            held.is_written = true;
        }
    }

    /// When a session was last used, as far as this process knows.
    pub(crate) fn last_use(&self, session: &Hash) -> Option<i64> {
        self.uses().get(session).map(|held| held.at)
    }

    /// Keeps what a refresh brought, after what earlier ones brought. `false` when too many
    /// sessions have such tokens, in which case nothing changes.
    pub(crate) fn keep_tokens(&self, session: Hash, tokens: RefreshedTokens, now: u64) -> bool {
        let mut all = self.tokens();
        let latest = self.refreshes.fetch_add(1, Ordering::Relaxed);
        if let Some(held) = all.get_mut(&session) {
            held.tokens.add(tokens, now);
            held.latest = latest;
        } else if all.len() < TOKENS_LIMIT {
            all.insert(session, PendingTokens { tokens, latest });
        } else {
            return false;
        }
        drop(all);
        self.added.notify_one();
        true
    }

    /// What refreshes brought for a session that the store does not have, and the number of the
    /// latest one.
    pub(crate) fn kept_tokens(&self, session: &Hash) -> Option<(RefreshedTokens, u64)> {
        let all = self.tokens();
        let held = all.get(session)?;
        Some((held.tokens.clone(), held.latest))
    }

    /// The sessions with tokens that the store does not have.
    pub(crate) fn tokens_to_write(&self) -> Vec<Hash> {
        self.tokens().keys().copied().collect()
    }

    /// The store has what refreshes brought up to this one. If more have come since, everything is
    /// written once more.
    pub(crate) fn tokens_are_written(&self, session: &Hash, latest: u64) {
        let mut all = self.tokens();
        if all.get(session).is_some_and(|held| held.latest == latest) {
            all.remove(session);
        }
    }

    /// Throws away the tokens of a session that is not there any more.
    pub(crate) fn forget_tokens(&self, session: &Hash) -> Option<RefreshedTokens> {
        self.tokens().remove(session).map(|held| held.tokens)
    }

    /// The uses that the store does not know of.
    pub(crate) fn uses_to_write(&self) -> Vec<(Hash, i64)> {
        let uses = self.uses();
        let unwritten = uses.iter().filter(|(_, held)| !held.is_written);
        unwritten
            .map(|(session, held)| (*session, held.at))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: usize) -> Hash {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        hash
    }

    #[test]
    fn no_more_sessions_than_the_limit_are_remembered() {
        let writes = PendingWrites::default();
        for number in 0..LIMIT {
            assert!(writes.end(hash(number), Revocation::Done, IdOrigin::Issued));
            assert!(writes.note_use(hash(number), 1000, 60));
        }
        assert!(!writes.end(hash(LIMIT), Revocation::Done, IdOrigin::Issued));
        assert!(
            writes.end(hash(0), Revocation::Done, IdOrigin::Issued),
            "it is there"
        );
        writes.deleted(&hash(0));
        assert!(writes.end(hash(LIMIT), Revocation::Done, IdOrigin::Issued));
        assert_eq!(writes.to_delete().len(), LIMIT);

        // One use was forgotten with its session; the next one finds no place.
        assert!(writes.note_use(hash(LIMIT), 1000, 60));
        assert!(writes.note_use(hash(LIMIT + 1), 1000, 60));
        assert_eq!(writes.last_use(&hash(LIMIT + 1)), None);
        // Uses that are written and old make room.
        writes.use_is_written(&hash(1), 1000);
        assert!(writes.note_use(hash(LIMIT + 1), 1060, 60));
        assert_eq!(writes.last_use(&hash(LIMIT + 1)), Some(1060));
        assert_eq!(writes.uses_to_write().len(), LIMIT);
    }

    /// LO-05: somebody sends sign-outs with session ids of their own making.
    #[test]
    fn forged_sessions_do_not_use_up_the_places_of_real_sign_outs() {
        let writes = PendingWrites::default();
        let end = |number, origin| writes.end(hash(number), Revocation::Due, origin);
        let forged = (0..2 * LIMIT).filter(|number| end(*number, IdOrigin::Unverified));
        assert_eq!(forged.count(), UNVERIFIED_LIMIT);
        assert!(end(2 * LIMIT, IdOrigin::Issued));
        assert!(writes.has_ended(&hash(2 * LIMIT)));
    }

    /// SE-24
    #[test]
    fn a_use_is_noted_once_within_the_interval() {
        let writes = PendingWrites::default();
        assert!(writes.note_use(hash(1), 1000, 60));
        assert!(!writes.note_use(hash(1), 1059, 60));
        assert!(writes.note_use(hash(1), 1060, 60));
        assert!(writes.note_use(hash(1), 900, 60), "the clock went back");
        assert_eq!(writes.last_use(&hash(1)), Some(900));
    }
}
