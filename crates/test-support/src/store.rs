//! A store that shows what was written, corrupts it, and fails on demand.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use logto_axum::{
    Hash, Lease, LeaseHolder, MemoryStore, SessionEvent, SessionFilter, SessionRow, Store,
    StoreError, StoreErrorKind, TokenRow, Version,
};
use tokio::{
    sync::broadcast::{Receiver, Sender, channel},
    time::sleep,
};

/// Sessions in memory, watched.
#[derive(Debug)]
pub struct Watched {
    inner: Arc<dyn Store>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    sessions: Vec<Hash>,
    calls: HashMap<&'static str, usize>,
    /// Which calls fail, how often still, and in which way.
    failing: HashMap<&'static str, (usize, StoreErrorKind)>,
    /// How long calls take.
    slow: HashMap<&'static str, Duration>,
    all_fail: bool,
    writes_fail: bool,
    /// Which call panics, once.
    panics: Option<&'static str>,
    /// The calls that wait, or every call.
    stalled: Option<Vec<&'static str>>,
    /// Those who follow the events.
    followers: Vec<Sender<SessionEvent>>,
    drops_events: bool,
}

impl Default for Watched {
    fn default() -> Self {
        Self::over(Arc::new(MemoryStore::default()))
    }
}

impl Watched {
    pub fn over(inner: Arc<dyn Store>) -> Self {
        Self {
            inner,
            state: Arc::default(),
        }
    }

    pub fn set_failing(&self, failing: bool) {
        self.state.lock().unwrap().all_fail = failing;
    }

    /// Everything that writes fails, as on a full disk.
    pub fn set_writes_failing(&self, failing: bool) {
        self.state.lock().unwrap().writes_fail = failing;
    }

    /// The next calls of one kind fail.
    pub fn fail_next(&self, call: &'static str, times: usize) {
        self.fail_next_as(call, times, StoreErrorKind::Failed);
    }

    /// The same, with errors of another kind.
    pub fn fail_next_as(&self, call: &'static str, times: usize, kind: StoreErrorKind) {
        let mut state = self.state.lock().unwrap();
        state.failing.insert(call, (times, kind));
    }

    /// These calls wait, or every call if none is named, as in a process that stands still.
    pub fn stall(&self, calls: &[&'static str]) {
        self.state.lock().unwrap().stalled = Some(calls.to_vec());
    }

    /// What waits goes on.
    pub fn go_on(&self) {
        self.state.lock().unwrap().stalled = None;
    }

    fn is_stalled(&self, call: &str) -> bool {
        let state = self.state.lock().unwrap();
        let stalled = state.stalled.as_ref();
        stalled.is_some_and(|calls| calls.is_empty() || calls.contains(&call))
    }

    /// The next call of one kind panics.
    pub fn panic_next(&self, call: &'static str) {
        self.state.lock().unwrap().panics = Some(call);
    }

    /// Calls of one kind take so long from now on.
    pub fn slow_down(&self, call: &'static str, time: Duration) {
        self.state.lock().unwrap().slow.insert(call, time);
    }

    /// From now on, events of the store reach nobody, or again everybody.
    pub fn drop_events(&self, drops: bool) {
        self.state.lock().unwrap().drops_events = drops;
    }

    /// Says that events may have been lost.
    pub fn miss_events(&self) {
        for follower in &self.state.lock().unwrap().followers {
            let _ = follower.send(SessionEvent::Missed);
        }
    }

    /// How often something was called.
    pub fn calls(&self, call: &str) -> usize {
        let state = self.state.lock().unwrap();
        state.calls.get(call).copied().unwrap_or_default()
    }

    /// The sessions that are there, in the order they came.
    pub async fn live(&self) -> Vec<Hash> {
        let sessions = self.state.lock().unwrap().sessions.clone();
        let mut live = Vec::new();
        for id in sessions {
            if self.inner.load_session(&id).await.unwrap().is_some() {
                live.push(id);
            }
        }
        live
    }

    /// Deletes a session, as another process does.
    pub async fn remove(&self, id: &Hash) {
        self.inner.delete_session(id).await.unwrap();
    }

    /// Exchanges the sealed content of two sessions.
    pub async fn swap(&self, one: &Hash, other: &Hash) {
        let first = self.inner.load_session(one).await.unwrap().unwrap();
        let second = self.inner.load_session(other).await.unwrap().unwrap();
        for (id, row, version) in [(one, second.0, first.1), (other, first.0, second.1)] {
            assert!(self.inner.update_session(id, row, version).await.unwrap());
        }
    }

    /// Exchanges the sealed tokens of two sessions.
    pub async fn swap_tokens(&self, one: &Hash, other: &Hash) {
        let first = self.inner.load_tokens(one).await.unwrap().unwrap();
        let second = self.inner.load_tokens(other).await.unwrap().unwrap();
        for (id, row, by) in [(one, &first, &second), (other, &second, &first)] {
            let saved = self
                .inner
                .save_tokens(id, by.sealed.clone(), Some(row.version), None)
                .await;
            assert!(saved.unwrap());
        }
    }

    /// Changes one bit of a session's sealed content.
    pub async fn flip(&self, id: &Hash) {
        let (mut row, version) = self.inner.load_session(id).await.unwrap().unwrap();
        let middle = row.sealed.len() / 2;
        row.sealed[middle] ^= 1;
        assert!(self.inner.update_session(id, row, version).await.unwrap());
    }

    /// Changes the times of a session in their columns, as somebody who can write the file may.
    pub async fn set_times(&self, id: &Hash, seen_at: i64, expires_at: i64) {
        let row = self.row(id).await.unwrap();
        let row = SessionRow {
            seen_at,
            expires_at,
            ..row
        };
        // A store does not put a use back, so the session is written anew.
        let tokens = self.inner.load_tokens(id).await.unwrap();
        self.inner.delete_session(id).await.unwrap();
        assert!(self.inner.create_session(id, row).await.unwrap());
        if let Some(TokenRow { sealed, .. }) = tokens {
            assert!(
                self.inner
                    .save_tokens(id, sealed, None, None)
                    .await
                    .unwrap()
            );
        }
    }

    pub async fn row(&self, id: &Hash) -> Option<SessionRow> {
        let found = self.inner.load_session(id).await.unwrap();
        found.map(|(row, _)| row)
    }

    async fn note(&self, call: &'static str) -> Result<(), StoreError> {
        while self.is_stalled(call) {
            sleep(Duration::from_millis(5)).await;
        }
        let slow = self.state.lock().unwrap().slow.get(call).copied();
        if let Some(time) = slow {
            sleep(time).await;
        }
        let mut state = self.state.lock().unwrap();
        *state.calls.entry(call).or_default() += 1;
        let panics = state.panics.take_if(|panics| *panics == call).is_some();
        let failing = state.failing.get_mut(call).filter(|(left, _)| *left > 0);
        let kind = failing.map(|(left, kind)| {
            *left -= 1;
            *kind
        });
        let is_read = matches!(
            call,
            "load_session" | "load_tokens" | "find_sessions" | "is_spent" | "refused_before"
        );
        if kind.is_some() || state.all_fail || (state.writes_fail && !is_read) {
            let error = StoreError::new(call, "a test asked for this failure");
            return Err(error.of_kind(kind.unwrap_or(StoreErrorKind::Failed)));
        }
        drop(state);
        assert!(!panics, "a test asked for this panic");
        Ok(())
    }
}

#[async_trait]
impl Store for Watched {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        self.note("create_session").await?;
        self.state.lock().unwrap().sessions.push(*id);
        self.inner.create_session(id, row).await
    }

    async fn load_session(&self, id: &Hash) -> Result<Option<(SessionRow, Version)>, StoreError> {
        self.note("load_session").await?;
        self.inner.load_session(id).await
    }

    async fn update_session(
        &self,
        id: &Hash,
        row: SessionRow,
        expected: Version,
    ) -> Result<bool, StoreError> {
        self.note("update_session").await?;
        self.inner.update_session(id, row, expected).await
    }

    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError> {
        self.note("touch_session").await?;
        self.inner.touch_session(id, seen_at).await
    }

    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError> {
        self.note("delete_session").await?;
        self.inner.delete_session(id).await
    }

    async fn find_sessions(
        &self,
        filter: SessionFilter,
        after: Option<&Hash>,
        limit: u16,
    ) -> Result<Vec<(Hash, SessionRow)>, StoreError> {
        self.note("find_sessions").await?;
        self.inner.find_sessions(filter, after, limit).await
    }

    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError> {
        self.note("load_tokens").await?;
        self.inner.load_tokens(session).await
    }

    async fn save_tokens(
        &self,
        session: &Hash,
        sealed: Vec<u8>,
        expected: Option<Version>,
        holder: Option<&LeaseHolder>,
    ) -> Result<bool, StoreError> {
        self.note("save_tokens").await?;
        self.inner
            .save_tokens(session, sealed, expected, holder)
            .await
    }

    async fn lease_tokens(
        &self,
        session: &Hash,
        holder: &LeaseHolder,
        duration: Duration,
    ) -> Result<Lease, StoreError> {
        self.note("lease_tokens").await?;
        self.inner.lease_tokens(session, holder, duration).await
    }

    async fn release_tokens(&self, session: &Hash, holder: &LeaseHolder) -> Result<(), StoreError> {
        self.note("release_tokens").await?;
        self.inner.release_tokens(session, holder).await
    }

    async fn spend(&self, what: &Hash, expires_at: i64) -> Result<bool, StoreError> {
        self.note("spend").await?;
        self.inner.spend(what, expires_at).await
    }

    async fn is_spent(&self, what: &Hash) -> Result<bool, StoreError> {
        self.note("is_spent").await?;
        self.inner.is_spent(what).await
    }

    async fn refuse_sign_ins(
        &self,
        owner: &Hash,
        before: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        self.note("refuse_sign_ins").await?;
        self.inner.refuse_sign_ins(owner, before, expires_at).await
    }

    async fn refused_before(&self, owner: &Hash) -> Result<Option<i64>, StoreError> {
        self.note("refused_before").await?;
        self.inner.refused_before(owner).await
    }

    async fn announce_change(&self, session: &Hash) -> Result<(), StoreError> {
        self.note("announce_change").await?;
        self.inner.announce_change(session).await
    }

    fn events(&self) -> Receiver<SessionEvent> {
        let mut events = self.inner.events();
        let (follower, receiver) = channel(1024);
        self.state.lock().unwrap().followers.push(follower.clone());
        let state = self.state.clone();
        tokio::spawn(async move {
            while let Ok(event) = events.recv().await {
                if !state.lock().unwrap().drops_events {
                    let _ = follower.send(event);
                }
            }
        });
        receiver
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        self.note("sweep").await?;
        self.inner.sweep(now, idle_since).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.note("check").await?;
        self.inner.check().await
    }
}
