//! Where sessions and tokens are kept, and which sign-ins were used.
//!
//! The published tower-sessions stores write the whole record back and bring a deleted session to
//! life again, so the store is ours: narrow rows, each written on its own, updates that never
//! create, and tokens under compare-and-set. A store only ever sees hashes and sealed bytes.

mod measured;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod postgres_connections;
#[cfg(feature = "postgres")]
mod postgres_events;
#[cfg(feature = "postgres")]
mod postgres_migrations;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "redis")]
mod redis_connection;
#[cfg(feature = "redis")]
mod redis_events;
#[cfg(feature = "redis")]
mod redis_scripts;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql_migrations;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql_rows;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
mod sqlite_connections;
#[cfg(feature = "sqlite")]
mod sqlite_contents;
#[cfg(feature = "sqlite")]
mod sqlite_events;
#[cfg(feature = "sqlite")]
mod sqlite_file;
#[cfg(feature = "sqlite")]
mod sqlite_migrations;
#[cfg(feature = "sqlite")]
mod sqlite_pools;
#[cfg(feature = "sqlite")]
mod sqlite_reads;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use tokio::sync::broadcast::{self, Receiver, Sender};

use crate::hash::Hash;

#[cfg(feature = "redis")]
pub use self::redis::RedisStore;
pub(crate) use measured::MeasuredStore;
pub use memory::MemoryStore;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

/// Counts the writes of one row, for compare-and-set.
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
    /// The hash of the subject (`sub`) who is signed in.
    pub subject: Option<Hash>,
    /// The hash of the id of the session at Logto (`sid`), if the ID token has one.
    pub sid: Option<Hash>,
}

/// A sealed value with its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// The sealed content.
    pub sealed: Vec<u8>,
    /// The number of this write.
    pub version: Version,
}

/// Which sessions [`Store::find_sessions`] gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionFilter {
    /// All of them.
    All,
    /// Those of one subject, by its hash.
    Subject(Hash),
    /// Those of one session at Logto, by the hash of its `sid`.
    Sid(Hash),
    /// Those without a subject: nobody is signed in, or an earlier version wrote them.
    WithoutSubject,
}

/// Who holds a lease: a random number for each refresh of a process.
pub type LeaseHolder = [u8; 16];

/// The outcome of a request for a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// The caller holds it, for the time it asked for from now on.
    Held,
    /// Another holder has it, and its time has not run out.
    Taken,
    /// The session has no tokens, or is gone.
    Gone,
}

/// What happened to a session, in this process or another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionEvent {
    /// It was deleted.
    Ended(Hash),
    /// Who looks at it should read it again, for example because an organization was left.
    Changed(Hash),
    /// Events may have been lost: every session may have ended or changed.
    Missed,
}

/// The store behind the sessions. Several processes may share one. `store_contract!`, of the
/// feature `testing`, says what each must do, and tests it.
///
/// "Now" is the time of the store, so that processes whose clocks differ agree about leases.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// What metrics call it: one word that is the same for every store of its kind.
    fn name(&self) -> &'static str {
        "other"
    }

    /// Adds a session. `false` when the id is taken, in which case nothing changes.
    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError>;

    /// Reads a session, whatever its times say. It does not wait for pending writes.
    async fn load_session(&self, id: &Hash) -> Result<Option<(SessionRow, Version)>, StoreError>;

    /// Replaces a session that exists, if its version is still `expected`. `false`, and no change,
    /// when it is gone or another write came first. The later one of the two `seen_at` stays.
    async fn update_session(
        &self,
        id: &Hash,
        row: SessionRow,
        expected: Version,
    ) -> Result<bool, StoreError>;

    /// Notes when a session was used, and nothing else. The version stays. A time in the future
    /// gives way: a clock was put back.
    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError>;

    /// Removes a session, its tokens and its lease, and reports [`SessionEvent::Ended`] if it was
    /// there. Once this has succeeded, a power cut does not bring them back.
    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError>;

    /// Finds sessions, `limit` at a time: the first ones, or those that follow the one given as
    /// `after`, which may be gone by now. A session that exists all the time comes exactly once.
    async fn find_sessions(
        &self,
        filter: SessionFilter,
        after: Option<&Hash>,
        limit: u16,
    ) -> Result<Vec<(Hash, SessionRow)>, StoreError>;

    /// How many sessions there are, with those that are past their time and not swept yet; `None`
    /// when the store does not count them. Metrics ask every five minutes.
    async fn count_sessions(&self) -> Result<Option<u64>, StoreError> {
        Ok(None)
    }

    /// Reads the tokens of a session.
    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError>;

    /// Writes the tokens of a session that exists, if their version is still `expected` (`None`:
    /// there are none yet), and, for a `holder`, if no other one holds the lease now. `false` when
    /// the session is gone, another write came first, or another holder has the lease.
    async fn save_tokens(
        &self,
        session: &Hash,
        sealed: Vec<u8>,
        expected: Option<Version>,
        holder: Option<&LeaseHolder>,
    ) -> Result<bool, StoreError>;

    /// Takes the lease of a session's refresh token, or renews it: for `duration` from now on, no
    /// other holder gets it. It may be forgotten in a power cut.
    async fn lease_tokens(
        &self,
        session: &Hash,
        holder: &LeaseHolder,
        duration: Duration,
    ) -> Result<Lease, StoreError>;

    /// Gives the lease back, if this holder has it.
    async fn release_tokens(&self, session: &Hash, holder: &LeaseHolder) -> Result<(), StoreError>;

    /// Notes that something that may be used once was used: a `state` or the `jti` of a logout
    /// token. It is remembered until `expires_at`. `false` when it was noted before and not swept.
    async fn spend(&self, what: &Hash, expires_at: i64) -> Result<bool, StoreError>;

    /// Whether [`spend`](Self::spend) has noted this.
    async fn is_spent(&self, what: &Hash) -> Result<bool, StoreError>;

    /// Notes that no sign-in of a subject or `sid` counts that began before `before`, which is in the
    /// year 9999 at the latest. It is
    /// remembered until `expires_at`. Of several, the latest counts.
    async fn refuse_sign_ins(
        &self,
        owner: &Hash,
        before: i64,
        expires_at: i64,
    ) -> Result<(), StoreError>;

    /// Reads what [`refuse_sign_ins`](Self::refuse_sign_ins) has noted.
    async fn refused_before(&self, owner: &Hash) -> Result<Option<i64>, StoreError>;

    /// Tells every process that a session has changed, as far as they can be reached.
    async fn announce_change(&self, session: &Hash) -> Result<(), StoreError>;

    /// The events of all processes from now on. An event may come twice.
    fn events(&self) -> Receiver<SessionEvent>;

    /// Removes expired rows: what [`spend`](Self::spend) and
    /// [`refuse_sign_ins`](Self::refuse_sign_ins) noted and sessions by `expires_at`, sessions also
    /// when not used since `idle_since`. It reports no events. Other calls get their turn
    /// meanwhile, however much there is to remove.
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
    /// Too many writes wait already, or another process holds the write lock. Trying again in a few
    /// seconds may help.
    Busy,
    /// The row is there, and this process cannot read it: its key is missing, or another version
    /// wrote it. Another process may be able to, so the row and the cookie stay.
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

    /// Whether trying again in a moment may help.
    pub(crate) fn is_passing(&self) -> bool {
        self.kind == StoreErrorKind::Busy
    }

    /// The same failure, as one of another kind.
    #[must_use]
    pub fn of_kind(self, kind: StoreErrorKind) -> Self {
        Self { kind, ..self }
    }
}

/// How many events wait for a receiver that is slow. Above that, it misses some.
const EVENTS: usize = 1024;

fn event_channel() -> Sender<SessionEvent> {
    broadcast::channel(EVENTS).0
}
