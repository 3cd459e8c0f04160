//! Where sessions and tokens are kept, and which sign-ins were used.
//!
//! The published tower-sessions stores write the whole record back and bring a deleted session to
//! life again, so the store is ours: narrow rows, each written on its own, updates that never
//! create, and tokens under compare-and-set. A store only ever sees hashes and sealed bytes.

mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
mod sqlite_contents;
#[cfg(feature = "sqlite")]
mod sqlite_file;
#[cfg(feature = "sqlite")]
mod sqlite_migrations;
#[cfg(feature = "sqlite")]
mod sqlite_pools;

use std::fmt;

use async_trait::async_trait;

use crate::hash::Hash;

pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use {sqlite::SqliteStore, sqlite_file::sqlite_path};

/// Counts the writes of one token row, for compare-and-set.
pub type Version = i64;

/// A session as the store keeps it. Times are Unix seconds.
///
/// It is exhaustive: a store that forgot a new column would lose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The sealed content.
    pub sealed: Vec<u8>,
    /// When somebody last used it.
    pub seen_at: i64,
    /// When it ends whatever happens.
    pub expires_at: i64,
}

/// A sealed value with its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// The sealed content.
    pub sealed: Vec<u8>,
    /// The number of this write.
    pub version: Version,
}

/// The store behind the sessions. `SQLite` and memory come with this crate; the suite in `tests/store.rs` says what
/// any other one must do.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Adds a session. `false` when the id is taken, in which case nothing changes.
    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError>;

    /// Reads a session, whatever its times say. It does not wait for pending writes.
    async fn load_session(&self, id: &Hash) -> Result<Option<SessionRow>, StoreError>;

    /// Replaces the content of a session that exists. `false`, and no row, when it does not.
    async fn update_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError>;

    /// Notes that a session was used, and nothing else.
    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError>;

    /// Removes a session and its tokens. Once this has succeeded, a power cut does not bring them back.
    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError>;

    /// Reads the tokens of a session.
    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError>;

    /// Writes the tokens of a session that exists, if their version is still `expected` (`None`: there are none yet).
    /// `false` when the session is gone or another write came first.
    async fn save_tokens(
        &self,
        session: &Hash,
        sealed: Vec<u8>,
        expected: Option<Version>,
    ) -> Result<bool, StoreError>;

    /// Notes that a `state` was used, until `expires_at`. `false` when it was noted before and not swept: a `state` is used
    /// once. Only callbacks of browsers that started a sign-in come here.
    async fn spend_state(&self, state: &Hash, expires_at: i64) -> Result<bool, StoreError>;

    /// Removes expired rows: spent states and sessions by `expires_at`, sessions also when not used
    /// since `idle_since`. Other calls get their turn meanwhile, however much there is to remove.
    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError>;

    /// Whether the store can be read and written now, found out by doing both.
    async fn check(&self) -> Result<(), StoreError>;
}

/// A store operation failed. Callers must not take it for "no such session".
#[derive(Debug, thiserror::Error)]
#[error("the session store failed to {action}")]
pub struct StoreError {
    /// The operation that failed.
    pub action: &'static str,
    /// What kind of failure it is.
    pub kind: StoreErrorKind,
    /// The error of the database.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// What kind of failure a [`StoreError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store failed: it is not reachable, its disk is full, its file is damaged.
    Failed,
    /// Too many writes wait already, or another process holds the write lock. Trying again in a few seconds may help.
    Busy,
    /// The row is there, and this process cannot read it: its key is missing, or another version wrote it. Another process
    /// may be able to, so the row and the cookie stay.
    Unreadable,
}

impl StoreError {
    /// Wraps an error of the database.
    pub fn new(
        action: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            action,
            kind: StoreErrorKind::Failed,
            source: source.into(),
        }
    }

    /// Other writes of the same tokens came first, each time.
    pub(crate) fn overtaken() -> Self {
        Self::new("write tokens", "other writes came first").of_kind(StoreErrorKind::Busy)
    }

    /// The same failure, as one of another kind.
    #[must_use]
    pub fn of_kind(self, kind: StoreErrorKind) -> Self {
        Self { kind, ..self }
    }
}
