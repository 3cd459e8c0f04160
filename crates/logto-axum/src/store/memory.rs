//! Sessions in memory: for tests, and for one process that may forget.

use std::{
    collections::BTreeMap,
    fmt,
    ops::Bound,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use tokio::sync::broadcast::{Receiver, Sender};

use super::{
    Lease, LeaseHolder, SessionEvent, SessionFilter, SessionRow, Store, StoreError, TokenRow,
    Version, event_channel,
};
use crate::hash::Hash;

/// Sessions in memory. Everybody is signed out when the process ends.
pub struct MemoryStore {
    tables: Mutex<Tables>,
    events: Sender<SessionEvent>,
}

#[derive(Default)]
struct Tables {
    sessions: BTreeMap<Hash, Session>,
    /// When each may be forgotten.
    spent: BTreeMap<Hash, i64>,
    /// Before when sign-ins are refused, and when that may be forgotten.
    refused: BTreeMap<Hash, (i64, i64)>,
}

struct Session {
    row: SessionRow,
    version: Version,
    tokens: Option<TokenRow>,
    lease: Option<(LeaseHolder, Instant)>,
}

impl Session {
    /// Whether somebody else has the lease.
    fn is_leased_to_another(&self, holder: &LeaseHolder) -> bool {
        let lease = self.lease.as_ref();
        lease.is_some_and(|(other, until)| other != holder && *until > Instant::now())
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self {
            tables: Mutex::default(),
            events: event_channel(),
        }
    }
}

impl MemoryStore {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryStore")
    }
}

impl SessionFilter {
    fn accepts(&self, row: &SessionRow) -> bool {
        match self {
            Self::All => true,
            Self::Subject(subject) => row.subject.as_ref() == Some(subject),
            Self::Sid(sid) => row.sid.as_ref() == Some(sid),
            Self::WithoutSubject => row.subject.is_none(),
        }
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn name(&self) -> &'static str {
        "memory"
    }

    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        if tables.sessions.contains_key(id) {
            return Ok(false);
        }
        let session = Session {
            row,
            version: 1,
            tokens: None,
            lease: None,
        };
        tables.sessions.insert(*id, session);
        Ok(true)
    }

    async fn load_session(&self, id: &Hash) -> Result<Option<(SessionRow, Version)>, StoreError> {
        let tables = self.tables();
        let session = tables.sessions.get(id);
        Ok(session.map(|session| (session.row.clone(), session.version)))
    }

    async fn update_session(
        &self,
        id: &Hash,
        row: SessionRow,
        expected: Version,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let Some(session) = tables.sessions.get_mut(id) else {
            return Ok(false);
        };
        if session.version != expected {
            return Ok(false);
        }
        session.row = SessionRow {
            seen_at: row.seen_at.max(session.row.seen_at),
            ..row
        };
        session.version += 1;
        Ok(true)
    }

    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError> {
        if let Some(session) = self.tables().sessions.get_mut(id) {
            session.row.seen_at = seen_at;
        }
        Ok(())
    }

    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError> {
        if self.tables().sessions.remove(id).is_some() {
            let _ = self.events.send(SessionEvent::Ended(*id));
        }
        Ok(())
    }

    async fn find_sessions(
        &self,
        filter: SessionFilter,
        after: Option<&Hash>,
        limit: u16,
    ) -> Result<Vec<(Hash, SessionRow)>, StoreError> {
        let first = after.map_or(Bound::Unbounded, |after| Bound::Excluded(*after));
        let tables = self.tables();
        let sessions = tables.sessions.range((first, Bound::Unbounded));
        let found = sessions.filter(|(_, session)| filter.accepts(&session.row));
        let found = found.take(usize::from(limit));
        Ok(found
            .map(|(id, session)| (*id, session.row.clone()))
            .collect())
    }

    async fn count_sessions(&self) -> Result<Option<u64>, StoreError> {
        Ok(u64::try_from(self.tables().sessions.len()).ok())
    }

    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError> {
        let tables = self.tables();
        let session = tables.sessions.get(session);
        Ok(session.and_then(|session| session.tokens.clone()))
    }

    async fn save_tokens(
        &self,
        session: &Hash,
        sealed: Vec<u8>,
        expected: Option<Version>,
        holder: Option<&LeaseHolder>,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let Some(session) = tables.sessions.get_mut(session) else {
            return Ok(false);
        };
        let is_late = holder.is_some_and(|holder| session.is_leased_to_another(holder));
        if is_late || session.tokens.as_ref().map(|row| row.version) != expected {
            return Ok(false);
        }
        session.tokens = Some(TokenRow {
            sealed,
            version: expected.unwrap_or(0) + 1,
        });
        Ok(true)
    }

    async fn lease_tokens(
        &self,
        session: &Hash,
        holder: &LeaseHolder,
        duration: Duration,
    ) -> Result<Lease, StoreError> {
        let mut tables = self.tables();
        let session = tables.sessions.get_mut(session);
        let Some(session) = session.filter(|session| session.tokens.is_some()) else {
            return Ok(Lease::Gone);
        };
        if session.is_leased_to_another(holder) {
            return Ok(Lease::Taken);
        }
        session.lease = Some((*holder, Instant::now() + duration));
        Ok(Lease::Held)
    }

    async fn release_tokens(&self, session: &Hash, holder: &LeaseHolder) -> Result<(), StoreError> {
        if let Some(session) = self.tables().sessions.get_mut(session)
            && !session.is_leased_to_another(holder)
        {
            session.lease = None;
        }
        Ok(())
    }

    async fn spend(&self, what: &Hash, expires_at: i64) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        if tables.spent.contains_key(what) {
            return Ok(false);
        }
        tables.spent.insert(*what, expires_at);
        Ok(true)
    }

    async fn is_spent(&self, what: &Hash) -> Result<bool, StoreError> {
        Ok(self.tables().spent.contains_key(what))
    }

    async fn refuse_sign_ins(
        &self,
        owner: &Hash,
        before: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let noted = tables.refused.entry(*owner).or_insert((before, expires_at));
        *noted = (noted.0.max(before), noted.1.max(expires_at));
        Ok(())
    }

    async fn refused_before(&self, owner: &Hash) -> Result<Option<i64>, StoreError> {
        Ok(self.tables().refused.get(owner).map(|(before, _)| *before))
    }

    async fn announce_change(&self, session: &Hash) -> Result<(), StoreError> {
        let _ = self.events.send(SessionEvent::Changed(*session));
        Ok(())
    }

    fn events(&self) -> Receiver<SessionEvent> {
        self.events.subscribe()
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        let mut tables = self.tables();
        tables.spent.retain(|_, expires_at| *expires_at > now);
        tables
            .refused
            .retain(|_, (_, expires_at)| *expires_at > now);
        tables
            .sessions
            .retain(|_, session| session.row.expires_at > now && session.row.seen_at > idle_since);
        Ok(())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
