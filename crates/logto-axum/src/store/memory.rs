//! Sessions in memory: for tests, and for one process that may forget.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::{
    Hash, PENDING_IN_ALL, PENDING_PER_BROWSER, PendingRow, SessionRow, Store, StoreError, TokenRow,
    Version,
};

/// Sessions in memory. Everybody is signed out when the process ends.
#[derive(Default)]
pub struct MemoryStore(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    sessions: HashMap<Hash, (SessionRow, Option<TokenRow>)>,
    pending: HashMap<Hash, PendingRow>,
}

impl MemoryStore {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryStore")
    }
}

impl Tables {
    /// Makes room for one more among the rows that `counts` picks.
    fn drop_oldest(&mut self, limit: usize, counts: impl Fn(&PendingRow) -> bool) {
        while self.pending.values().filter(|row| counts(row)).count() >= limit {
            let oldest = self
                .pending
                .iter()
                .filter(|(_, row)| counts(row))
                .min_by_key(|(_, row)| row.expires_at)
                .map(|(state, _)| *state);
            match oldest {
                Some(state) => self.pending.remove(&state),
                None => break,
            };
        }
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        if tables.sessions.contains_key(id) {
            return Ok(false);
        }
        tables.sessions.insert(*id, (row, None));
        Ok(true)
    }

    async fn load_session(&self, id: &Hash) -> Result<Option<SessionRow>, StoreError> {
        Ok(self.tables().sessions.get(id).map(|(row, _)| row.clone()))
    }

    async fn update_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let Some((stored, _)) = tables.sessions.get_mut(id) else {
            return Ok(false);
        };
        *stored = row;
        Ok(true)
    }

    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError> {
        if let Some((row, _)) = self.tables().sessions.get_mut(id) {
            row.seen_at = seen_at;
        }
        Ok(())
    }

    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError> {
        self.tables().sessions.remove(id);
        Ok(())
    }

    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError> {
        let tables = self.tables();
        Ok(tables
            .sessions
            .get(session)
            .and_then(|(_, tokens)| tokens.clone()))
    }

    async fn save_tokens(
        &self,
        session: &Hash,
        sealed: Vec<u8>,
        expected: Option<Version>,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let Some((_, tokens)) = tables.sessions.get_mut(session) else {
            return Ok(false);
        };
        if tokens.as_ref().map(|row| row.version) != expected {
            return Ok(false);
        }
        *tokens = Some(TokenRow {
            sealed,
            version: expected.unwrap_or(0) + 1,
        });
        Ok(true)
    }

    async fn add_pending(&self, state: &Hash, row: PendingRow) -> Result<(), StoreError> {
        let mut tables = self.tables();
        tables.drop_oldest(PENDING_IN_ALL, |_| true);
        tables.drop_oldest(PENDING_PER_BROWSER, |other| other.browser == row.browser);
        tables.pending.insert(*state, row);
        Ok(())
    }

    async fn take_pending(
        &self,
        state: &Hash,
        browser: &Hash,
        now: i64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut tables = self.tables();
        if tables.pending.get(state).map(|row| &row.browser) != Some(browser) {
            return Ok(None);
        }
        let row = tables.pending.remove(state);
        Ok(row.filter(|row| row.expires_at > now).map(|row| row.sealed))
    }

    async fn newest_pending(
        &self,
        browser: &Hash,
        now: i64,
    ) -> Result<Option<(Hash, Vec<u8>)>, StoreError> {
        let tables = self.tables();
        let newest = tables
            .pending
            .iter()
            .filter(|(_, row)| row.browser == *browser && row.expires_at > now)
            .max_by_key(|(_, row)| row.expires_at);
        Ok(newest.map(|(state, row)| (*state, row.sealed.clone())))
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        let mut tables = self.tables();
        tables.pending.retain(|_, row| row.expires_at > now);
        tables
            .sessions
            .retain(|_, (row, _)| row.expires_at > now && row.seen_at > idle_since);
        Ok(())
    }
}
