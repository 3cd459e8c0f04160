//! The connections to one `SQLite` file: some for the reads of every request, a pool for other
//! readers, and one connection for writes.

use std::{
    ops::{Deref, DerefMut},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Execute, Executor as _, Sqlite, SqliteConnection, SqlitePool,
    pool::PoolConnection,
    sqlite::{
        SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    },
};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    StoreError, StoreErrorKind,
    sqlite_contents::refuse_foreign,
    sqlite_file::{FileId, connect_sqlite, create, failed},
    sqlite_migrations::migrate,
};

/// Connections for the reads of every request.
const REQUEST_READERS: usize = 4;
/// Connections for other readers.
const OTHER_READERS: u32 = 2;
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
    request_readers: [Arc<Mutex<Option<PoolConnection<Sqlite>>>>; REQUEST_READERS],
    next_reader: AtomicUsize,
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

/// A connection that reads for a request, for as long as it is held.
///
/// It is not given back to the pool in between, which would ask the thread of the connection
/// whether it is well each time: that takes as long as the read.
pub(super) struct RequestReader(OwnedMutexGuard<Option<PoolConnection<Sqlite>>>);

impl RequestReader {
    /// The row of a query, if there is one. After an error, the pool tests the connection.
    pub(super) async fn fetch_optional<'q>(
        &mut self,
        query: impl Execute<'q, Sqlite> + 'q,
    ) -> Result<Option<SqliteRow>, sqlx::Error> {
        let Some(connection) = self.0.as_deref_mut() else {
            return Err(sqlx::Error::PoolClosed);
        };
        let read = connection.fetch_optional(query).await;
        if read.is_err() {
            *self.0 = None;
        }
        read
    }
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
        let request_readers = u32::try_from(REQUEST_READERS).unwrap_or(u32::MAX);
        let all_readers = OTHER_READERS.saturating_add(request_readers);
        let readers = connect_sqlite(pool(all_readers), read_options)
            .await
            .map_err(failed("open its file"))?;
        let file =
            FileId::of(path).map_err(|source| StoreError::new("look at its file", source))?;
        Ok(Self {
            readers,
            request_readers: Default::default(),
            next_reader: AtomicUsize::new(0),
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

    /// A connection for a read of a request, once it is free.
    pub(super) async fn request_reader(
        &self,
        action: &'static str,
    ) -> Result<RequestReader, StoreError> {
        let mut reader = timeout(CONNECTION_TIMEOUT, self.free_reader())
            .await
            .map_err(|_| failed(action)(sqlx::Error::PoolTimedOut))?;
        if reader.is_none() {
            *reader = Some(self.readers.acquire().await.map_err(failed(action))?);
        }
        Ok(RequestReader(reader))
    }

    async fn free_reader(&self) -> OwnedMutexGuard<Option<PoolConnection<Sqlite>>> {
        let free = self.request_readers.iter();
        let mut free = free.filter_map(|reader| reader.clone().try_lock_owned().ok());
        if let Some(reader) = free.next() {
            return reader;
        }
        let next = self.next_reader.fetch_add(1, Ordering::Relaxed);
        self.request_readers[next % REQUEST_READERS]
            .clone()
            .lock_owned()
            .await
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
        for reader in &self.request_readers {
            *reader.lock().await = None;
        }
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

    async fn seven(pools: &Pools) -> i64 {
        use sqlx::Row as _;

        let mut reader = pools.request_reader("test").await.unwrap();
        let row = reader.fetch_optional(sqlx::query("SELECT 7")).await;
        row.unwrap().unwrap().get(0)
    }

    #[tokio::test]
    async fn a_reader_goes_on_after_an_error_and_after_a_read_that_nobody_waits_for() {
        let (pools, folder) = open("readers").await;
        for _ in 0..2 * REQUEST_READERS {
            let mut reader = pools.request_reader("test").await.unwrap();
            let nothing = sqlx::query("SELECT nothing FROM nowhere");
            assert!(reader.fetch_optional(nothing).await.is_err());
            drop(reader);
            assert_eq!(seven(&pools).await, 7);
            let slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n";
            let mut reader = pools.request_reader("test").await.unwrap();
            let slow = reader.fetch_optional(sqlx::query(slow));
            assert!(timeout(Duration::from_millis(1), slow).await.is_err());
            drop(reader);
            assert_eq!(seven(&pools).await, 7);
        }
        pools.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn readers_take_turns_and_are_gone_when_the_file_is_closed() {
        let (pools, folder) = open("turns").await;
        let mut held = Vec::new();
        for _ in 0..REQUEST_READERS {
            held.push(pools.request_reader("test").await.unwrap());
        }
        let error = pools.request_reader("test").await.err().unwrap();
        assert_eq!(error.kind, StoreErrorKind::Busy);
        held.clear();
        let many = std::iter::repeat_with(|| seven(&pools)).take(10 * REQUEST_READERS);
        assert!(
            futures_util::future::join_all(many)
                .await
                .iter()
                .all(|row| *row == 7)
        );
        pools.close().await;
        let error = pools.request_reader("test").await.err().unwrap();
        assert_eq!(error.kind, StoreErrorKind::Busy);
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
