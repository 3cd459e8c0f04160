//! The store with its keys, times and clock.

use std::{sync::Arc, time::Duration};

use super::{outage::Outage, pending_writes::PendingWrites, unreadable::Unreadable};
use crate::{
    error_chain::chain,
    hash::Hash,
    log_limit::LogLimit,
    measurements::set_sessions,
    options::AuthOptions,
    seal::{Place, SealError, SessionKeys},
    session_events::SessionStreams,
    store::{Store, StoreError},
};

/// How long readiness reports a row that could not be read, in seconds.
const UNREADABLE_SECONDS: i64 = 600;

/// The sessions: the store with its keys, times and clock.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    pub(super) store: Arc<dyn Store>,
    pub(super) keys: SessionKeys,
    pub(super) idle: i64,
    pub(super) lifetime: i64,
    pub(super) client: logto::Client,
    pub(super) pending_writes: Arc<PendingWrites>,
    pub(super) outage: Arc<Outage>,
    pub(super) streams: Arc<SessionStreams>,
    pub(super) unreadable: Arc<Unreadable>,
    pub(super) write_failures: Arc<LogLimit>,
    pub(super) token_failures: Arc<LogLimit>,
}

impl Sessions {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        client: &logto::Client,
        options: &AuthOptions,
    ) -> Self {
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        let streams = SessionStreams::new(store.clone(), options.session_stream_limits);
        Self {
            store,
            keys: options.keys.clone(),
            idle: seconds(options.idle),
            lifetime: seconds(options.lifetime),
            client: client.clone(),
            pending_writes: Arc::default(),
            outage: Arc::default(),
            streams: Arc::new(streams),
            unreadable: Arc::default(),
            write_failures: Arc::default(),
            token_failures: Arc::default(),
        }
    }

    pub(crate) fn keys(&self) -> &SessionKeys {
        &self.keys
    }

    /// The open streams of session events.
    pub(crate) fn streams(&self) -> &Arc<SessionStreams> {
        &self.streams
    }

    pub(crate) fn now(&self) -> i64 {
        i64::try_from(self.client.now()).unwrap_or(i64::MAX)
    }

    /// When a session ends that is not used after `used`.
    pub(crate) fn idle_end(&self, used: i64) -> i64 {
        used.saturating_add(self.idle)
    }

    /// When a session that starts now ends.
    pub(crate) fn ends_at(&self) -> i64 {
        self.now().saturating_add(self.lifetime)
    }

    /// Repeats failed writes, and removes expired rows.
    pub(crate) async fn sweep(&self) -> Result<(), StoreError> {
        // Before anything is removed as unused.
        self.write_uses().await?;
        let now = self.now();
        self.store.sweep(now, now.saturating_sub(self.idle)).await?;
        if let Some(count) = self.store.count_sessions().await? {
            set_sessions(count);
        }
        Ok(())
    }

    /// Tells the open pages of a session that what it gives access to has changed.
    pub(crate) async fn announce_change(&self, session: &Hash) {
        if let Err(error) = self.store.announce_change(session).await {
            let error = chain(&error);
            tracing::debug!(error, "open pages do not hear of a change of their session");
        }
    }

    /// Whether the store can be read and written now.
    pub(crate) async fn check_store(&self) -> Result<(), StoreError> {
        self.store.check().await
    }

    /// Whether a sealed value can be opened again.
    pub(crate) fn check_keys(&self) -> Result<(), SealError> {
        let place = Place {
            kind: "check",
            row: b"",
        };
        let sealed = self.keys.seal(&place, &"check")?;
        let opened: String = self.keys.open(&place, &sealed)?;
        if opened == "check" {
            Ok(())
        } else {
            Err(SealError::NotAuthentic)
        }
    }

    /// Why rows could not be read in the last ten minutes.
    pub(crate) fn unreadable_lately(&self) -> Vec<SealError> {
        let then = self.now().saturating_sub(UNREADABLE_SECONDS);
        self.unreadable.since(then)
    }

    /// The session of somebody has content that this version cannot read.
    pub(crate) fn note_unknown_shape(&self) {
        self.unreadable.note(SealError::UnknownShape, self.now());
    }

    /// Notes that a `state` is used, until a time; `false` when it was before.
    pub(crate) async fn spend_state(&self, state: &Hash, until: u64) -> Result<bool, StoreError> {
        let until = i64::try_from(until).unwrap_or(i64::MAX);
        self.store.spend(state, until).await
    }
}
