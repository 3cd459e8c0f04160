//! A store whose operations are measured.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use tokio::sync::broadcast::Receiver;

use super::{
    Lease, LeaseHolder, SessionEvent, SessionFilter, SessionRow, Store, StoreError, TokenRow,
    Version,
};
use crate::{hash::Hash, measurements::record_store_operation};

/// Passes every operation to another store, and records how long it takes.
#[derive(Debug)]
pub(crate) struct MeasuredStore {
    inner: Arc<dyn Store>,
    name: &'static str,
}

impl MeasuredStore {
    pub(crate) fn new(inner: Arc<dyn Store>) -> Self {
        let name = inner.name();
        Self { inner, name }
    }

    async fn measured<T>(
        &self,
        operation: &'static str,
        work: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let began = Instant::now();
        let outcome = work.await;
        record_store_operation(self.name, operation, began.elapsed(), outcome.is_ok());
        outcome
    }
}

#[async_trait]
impl Store for MeasuredStore {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        let work = self.inner.create_session(id, row);
        self.measured("create_session", work).await
    }

    async fn load_session(&self, id: &Hash) -> Result<Option<(SessionRow, Version)>, StoreError> {
        let work = self.inner.load_session(id);
        self.measured("load_session", work).await
    }

    async fn update_session(
        &self,
        id: &Hash,
        row: SessionRow,
        expected: Version,
    ) -> Result<bool, StoreError> {
        let work = self.inner.update_session(id, row, expected);
        self.measured("update_session", work).await
    }

    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError> {
        let work = self.inner.touch_session(id, seen_at);
        self.measured("touch_session", work).await
    }

    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError> {
        let work = self.inner.delete_session(id);
        self.measured("delete_session", work).await
    }

    async fn find_sessions(
        &self,
        filter: SessionFilter,
        after: Option<&Hash>,
        limit: u16,
    ) -> Result<Vec<(Hash, SessionRow)>, StoreError> {
        let work = self.inner.find_sessions(filter, after, limit);
        self.measured("find_sessions", work).await
    }

    async fn count_sessions(&self) -> Result<Option<u64>, StoreError> {
        let work = self.inner.count_sessions();
        self.measured("count_sessions", work).await
    }

    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError> {
        let work = self.inner.load_tokens(session);
        self.measured("load_tokens", work).await
    }

    async fn save_tokens(
        &self,
        session: &Hash,
        sealed: Vec<u8>,
        expected: Option<Version>,
        holder: Option<&LeaseHolder>,
    ) -> Result<bool, StoreError> {
        let work = self.inner.save_tokens(session, sealed, expected, holder);
        self.measured("save_tokens", work).await
    }

    async fn lease_tokens(
        &self,
        session: &Hash,
        holder: &LeaseHolder,
        duration: Duration,
    ) -> Result<Lease, StoreError> {
        let work = self.inner.lease_tokens(session, holder, duration);
        self.measured("lease_tokens", work).await
    }

    async fn release_tokens(&self, session: &Hash, holder: &LeaseHolder) -> Result<(), StoreError> {
        let work = self.inner.release_tokens(session, holder);
        self.measured("release_tokens", work).await
    }

    async fn spend(&self, what: &Hash, expires_at: i64) -> Result<bool, StoreError> {
        let work = self.inner.spend(what, expires_at);
        self.measured("spend", work).await
    }

    async fn is_spent(&self, what: &Hash) -> Result<bool, StoreError> {
        let work = self.inner.is_spent(what);
        self.measured("is_spent", work).await
    }

    async fn refuse_sign_ins(
        &self,
        owner: &Hash,
        before: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let work = self.inner.refuse_sign_ins(owner, before, expires_at);
        self.measured("refuse_sign_ins", work).await
    }

    async fn refused_before(&self, owner: &Hash) -> Result<Option<i64>, StoreError> {
        let work = self.inner.refused_before(owner);
        self.measured("refused_before", work).await
    }

    async fn announce_change(&self, session: &Hash) -> Result<(), StoreError> {
        let work = self.inner.announce_change(session);
        self.measured("announce_change", work).await
    }

    fn events(&self) -> Receiver<SessionEvent> {
        self.inner.events()
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        let work = self.inner.sweep(now, idle_since);
        self.measured("sweep", work).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.measured("check", self.inner.check()).await
    }
}
