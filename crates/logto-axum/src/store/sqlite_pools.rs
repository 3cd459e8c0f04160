//! The connections to one `SQLite` file: some for the reads of every request, a pool for other
//! readers, and one connection for writes.

use std::{
    ops::{Deref, DerefMut},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Sqlite, SqliteConnection, SqlitePool,
    pool::PoolConnection,
    sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    StoreError, StoreErrorKind,
    sqlite_contents::refuse_foreign,
    sqlite_file::{FileId, connect_sqlite, create, failed},
    sqlite_migrations::migrate,
    sqlite_reads::Reads,
};

/// Connections for readers, besides those that read at once.
const READERS: u32 = 4;
/// So many writes may wait; the next one is refused at once.
const LONGEST_QUEUE: usize = 64;
/// How long a reader or a writer waits for its connection.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(2);
/// The write-ahead log is cut to this size when it has been written into the file.
const LOG_BYTES: &str = "4194304";
/// A file of an earlier version that is no larger than this is rewritten at the start, so that it
/// can shrink.
const REWRITTEN_BYTES: i64 = 64 * 1024 * 1024;

/// The connections, and which file they are to.
#[derive(Debug)]
pub(super) struct Pools {
    pub(super) readers: SqlitePool,
    pub(super) reads: Reads,
    writer: SqlitePool,
    queue: Arc<Semaphore>,
    file: FileId,
    is_stale: AtomicBool,
}

/// Whether a write must survive a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// It is on the disk when it is done.
    Full,
    /// The file stays whole, and the last such writes may be lost.
    Relaxed,
}

/// The one connection that writes, for as long as it is held.
pub(super) struct Writer {
    connection: PoolConnection<Sqlite>,
    _place: OwnedSemaphorePermit,
}

impl Deref for Writer {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

impl Pools {
    /// Connects to the file, and makes it, its folder and its tables where they are missing.
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self, StoreError> {
        let path = options.get_filename();
        create(path)?;
        refuse_foreign(options).await?;
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(CONNECTION_TIMEOUT)
                // A file in this process needs no ping before each use, and its connections do not
                // age.
                .test_before_acquire(false)
                .idle_timeout(None)
                .max_lifetime(None)
        };
        let write_options = options
            .clone()
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .journal_mode(SqliteJournalMode::Wal)
            .foreign_keys(true)
            .pragma("journal_size_limit", LOG_BYTES);
        let writer = connect_sqlite(pool(1), write_options)
            .await
            .map_err(failed("open its file"))?;
        migrate(&writer).await?;
        rewrite(&writer).await?;
        let read_options = options.clone().pragma("query_only", "ON");
        let readers = connect_sqlite(pool(READERS), read_options)
            .await
            .map_err(failed("open its file"))?;
        let file =
            FileId::of(path).map_err(|source| StoreError::new("look at its file", source))?;
        Ok(Self {
            readers,
            reads: Reads::new(path.to_path_buf()),
            writer,
            queue: Arc::new(Semaphore::new(LONGEST_QUEUE)),
            file,
            is_stale: AtomicBool::new(false),
        })
    }

    /// Whether the path still leads to the file that is open.
    pub(super) fn is_current(&self, path: &Path) -> bool {
        !self.is_stale.load(Ordering::Relaxed) && FileId::of(path).is_ok_and(|id| id == self.file)
    }

    /// The open file turned out to be another one than it was.
    pub(super) fn set_stale(&self) {
        self.is_stale.store(true, Ordering::Relaxed);
    }

    /// The connection that writes, once those who came before are done.
    pub(super) async fn writer(
        &self,
        action: &'static str,
        durability: Durability,
    ) -> Result<Writer, StoreError> {
        let place = self.queue.clone().try_acquire_owned().map_err(|_| {
            let reason = format!("{LONGEST_QUEUE} writes are waiting already");
            StoreError::new(action, reason).of_kind(StoreErrorKind::Busy)
        })?;
        let mut connection = self.writer.acquire().await.map_err(failed(action))?;
        // Each time: a caller that was dropped may have left the other one. Not as a prepared
        // statement: `SQLite` does this when it compiles the statement, not when it runs it.
        let synchronous = match durability {
            Durability::Full => "PRAGMA synchronous = FULL",
            Durability::Relaxed => "PRAGMA synchronous = NORMAL",
        };
        sqlx::raw_sql(synchronous)
            .execute(&mut *connection)
            .await
            .map_err(failed(action))?;
        Ok(Writer {
            connection,
            _place: place,
        })
    }

    /// Waits for pending writes, and closes the file.
    pub(super) async fn close(&self) {
        self.reads.close();
        tokio::join!(self.readers.close(), self.writer.close());
    }
}

/// Sees to it that the file can shrink.
async fn rewrite(pool: &SqlitePool) -> Result<(), StoreError> {
    if number(pool, "PRAGMA auto_vacuum").await? != 0 {
        return Ok(());
    }
    let pages = number(pool, "PRAGMA page_count").await?;
    let bytes = pages.saturating_mul(number(pool, "PRAGMA page_size").await?);
    if bytes > REWRITTEN_BYTES {
        tracing::warn!(
            bytes,
            "the file of the session store was made by an earlier version and does not shrink when sessions end; the space is \
             used again. To shrink it, stop the server and run in sqlite3: PRAGMA auto_vacuum = INCREMENTAL; VACUUM;"
        );
    } else if let Err(error) = sqlx::raw_sql("VACUUM").execute(pool).await {
        let error = error.to_string();
        tracing::warn!(error, "the file of the session store was not rewritten");
    }
    Ok(())
}

/// What a PRAGMA says.
pub(super) async fn number(
    executor: impl sqlx::Executor<'_, Database = Sqlite>,
    pragma: &'static str,
) -> Result<i64, StoreError> {
    sqlx::query_scalar(pragma)
        .fetch_one(executor)
        .await
        .map_err(failed("read its file"))
}

/// Writes one page, which no row depends on: the number that the newest migration has set.
pub(super) const PROBE: &str = "PRAGMA user_version = 2";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite_file::options;

    /// The settings of a connection, compiled each time.
    async fn synchronous(writer: &mut Writer) -> i64 {
        sqlx::query_scalar("PRAGMA synchronous")
            .persistent(false)
            .fetch_one(&mut **writer)
            .await
            .unwrap()
    }

    async fn open(name: &str) -> (Pools, std::path::PathBuf) {
        let process = std::process::id();
        let folder = std::env::temp_dir().join(format!("sqlite-pools-{name}-{process}"));
        let url = format!("sqlite://{}", folder.join("sessions.db").display());
        let options = options(&url).unwrap().create_if_missing(true);
        (Pools::open(&options).await.unwrap(), folder)
    }

    /// How many sessions there are, read at once.
    fn at_once(pools: &Pools) -> Option<i64> {
        let query = "SELECT count(*) FROM sessions WHERE id <> ?";
        pools.reads.row(query, &[7; 32], |row| row.get(0)).ok()?
    }

    #[tokio::test]
    async fn what_was_written_is_read_at_once_and_nothing_after_the_file_is_closed() {
        let (pools, folder) = open("reads").await;
        assert_eq!(at_once(&pools), Some(0));
        let mut writer = pools.writer("test", Durability::Relaxed).await.unwrap();
        let insert = "INSERT INTO sessions (id, sealed, version, seen_at, expires_at) VALUES (randomblob(32), x'', 1, 1, 1)";
        sqlx::raw_sql(insert).execute(&mut *writer).await.unwrap();
        drop(writer);
        assert_eq!(at_once(&pools), Some(1));
        let nothing = "SELECT 1 FROM sessions WHERE id = ?";
        let none = pools
            .reads
            .row(nothing, &[7; 32], |row| row.get::<_, i64>(0));
        assert_eq!(none.unwrap(), None);
        let fault = "SELECT nothing FROM nowhere WHERE id = ?";
        let fault = pools.reads.row(fault, &[7; 32], |row| row.get::<_, i64>(0));
        assert!(fault.is_err());
        assert_eq!(at_once(&pools), Some(1), "with another connection");
        pools.close().await;
        assert_eq!(at_once(&pools), None);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn each_writer_gets_the_durability_it_asks_for() {
        let (pools, folder) = open("writers").await;
        for _ in 0..3 {
            for (durability, expected) in [(Durability::Full, 2), (Durability::Relaxed, 1)] {
                let mut writer = pools.writer("test", durability).await.unwrap();
                assert_eq!(synchronous(&mut writer).await, expected, "{durability:?}");
            }
        }
        pools.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    }
}
