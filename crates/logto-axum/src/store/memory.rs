//! Sessions in memory: for tests, and for one process that may forget.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::{SessionRow, Store, StoreError, TokenRow, Version};
use crate::hash::Hash;

/// Sessions in memory. Everybody is signed out when the process ends.
#[derive(Default)]
pub struct MemoryStore(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    sessions: HashMap<Hash, (SessionRow, Option<TokenRow>)>,
    /// When each may be forgotten.
    spent_states: HashMap<Hash, i64>,
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

    async fn spend_state(&self, state: &Hash, expires_at: i64) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        if tables.spent_states.contains_key(state) {
            return Ok(false);
        }
        tables.spent_states.insert(*state, expires_at);
        Ok(true)
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        let mut tables = self.tables();
        tables
            .spent_states
            .retain(|_, expires_at| *expires_at > now);
        tables
            .sessions
            .retain(|_, (row, _)| row.expires_at > now && row.seen_at > idle_since);
        Ok(())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
