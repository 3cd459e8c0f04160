//! The open connections to the file of an [`SqliteStore`](super::SqliteStore), which follow the
//! path when the file is replaced.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use sqlx::{
    SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use tokio::{sync::Mutex, time::sleep};

use super::{
    StoreError, StoreErrorKind,
    sqlite_file::{check_folder, failed, is_another_file, options},
    sqlite_pools::{Durability, Pools, Writer, number},
};
use crate::hash::Hash;

/// How many rows a sweep removes at once.
const BATCH: u16 = 500;
/// How often a sweep finds the store busy before it leaves the rest to the next one.
const ATTEMPTS: u8 = 20;
/// How long a sweep lets others write between two batches.
const PAUSE: Duration = Duration::from_millis(20);
/// So many free pages stay in the file for the next sessions.
const SPARE_PAGES: i64 = 256;
/// How long a caller waits while another one opens the file again.
const REOPEN_TIMEOUT: Duration = Duration::from_secs(2);

/// The connections to one path. Cheap to clone.
#[derive(Clone)]
pub(super) struct Connections {
    pub(super) options: SqliteConnectOptions,
    pools: Arc<RwLock<Arc<Pools>>>,
    reopening: Arc<Mutex<()>>,
}

impl Connections {
    pub(super) async fn open(url: &str) -> Result<Self, StoreError> {
        let options = options(url)?.create_if_missing(true);
        check_folder(options.get_filename())?;
        let pools = Pools::open(&options).await?;
        Ok(Self {
            options,
            pools: Arc::new(RwLock::new(Arc::new(pools))),
            reopening: Arc::default(),
        })
    }

    /// The connections to the file that the path leads to now.
    async fn pools(&self) -> Result<Arc<Pools>, StoreError> {
        let path = self.options.get_filename();
        let held = self.held();
        if held.is_current(path) {
            return Ok(held);
        }
        let action = "open its file again";
        let Ok(_alone) = tokio::time::timeout(REOPEN_TIMEOUT, self.reopening.lock()).await else {
            let error = StoreError::new(action, "it is being opened already");
            return Err(error.of_kind(StoreErrorKind::Busy));
        };
        let held = self.held();
        if held.is_current(path) {
            return Ok(held);
        }
        // Closed first: two files must not share the log beside them.
        held.set_stale();
        held.close().await;
        let pools = Arc::new(Pools::open(&self.options).await?);
        tracing::warn!(
            path = %path.display(),
            "the file of the session store was removed or replaced while the server runs; the file that is there now is \
             used, and sessions that are not in it have ended"
        );
        *self.pools.write().unwrap_or_else(PoisonError::into_inner) = pools.clone();
        Ok(pools)
    }

    fn held(&self) -> Arc<Pools> {
        let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
        pools.clone()
    }

    /// A row with this key, read at once where that can be, else through the pool.
    pub(super) async fn row<T>(
        &self,
        action: &'static str,
        query: &'static str,
        key: &Hash,
        at_once: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
        from_pool: impl FnOnce(&SqliteRow) -> Result<T, sqlx::Error>,
    ) -> Result<Option<T>, StoreError> {
        let pools = self.pools().await?;
        if let Ok(found) = pools.reads.row(query, key, at_once) {
            return Ok(found);
        }
        let failed = self.failed(action);
        let row = sqlx::query(query)
            .bind(key.as_slice())
            .fetch_optional(&pools.readers)
            .await
            .map_err(&failed)?;
        row.as_ref().map(from_pool).transpose().map_err(failed)
    }

    /// From now on, everything is read through the pool.
    #[cfg(test)]
    pub(super) fn close_reads(&self) {
        self.held().reads.close();
    }

    #[cfg(test)]
    pub(super) async fn close(&self) {
        self.held().close().await;
    }

    /// The connections for other readers.
    pub(super) async fn readers(&self) -> Result<SqlitePool, StoreError> {
        Ok(self.pools().await?.readers.clone())
    }

    /// The connection that writes, for something that must survive a power cut.
    pub(super) async fn writer(&self, action: &'static str) -> Result<Writer, StoreError> {
        self.pools().await?.writer(action, Durability::Full).await
    }

    /// The same, for something that may be lost in one.
    pub(super) async fn relaxed_writer(&self, action: &'static str) -> Result<Writer, StoreError> {
        let pools = self.pools().await?;
        pools.writer(action, Durability::Relaxed).await
    }

    /// Converts the error. When the open file was replaced, the next call opens it again.
    pub(super) fn failed(&self, action: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
        let pools = self.held();
        move |source| {
            if is_another_file(&source) {
                pools.set_stale();
            }
            failed(action)(source)
        }
    }

    /// The connection that writes, for a sweep, which has time.
    async fn patient_writer(&self, action: &'static str) -> Result<Writer, StoreError> {
        for _ in 1..ATTEMPTS {
            match self.relaxed_writer(action).await {
                Err(error) if error.kind == StoreErrorKind::Busy => sleep(PAUSE).await,
                outcome => return outcome,
            }
        }
        self.relaxed_writer(action).await
    }

    /// Removes rows in batches, and lets others write between them. Gives back how many there were.
    pub(super) async fn remove(&self, batch: &'static str, until: i64) -> Result<u64, StoreError> {
        let action = "remove what is past its time";
        let mut removed = 0;
        loop {
            let mut writer = self.patient_writer(action).await?;
            let done = sqlx::query(batch)
                .bind(until)
                .bind(BATCH)
                .execute(&mut *writer)
                .await
                .map_err(self.failed(action))?;
            drop(writer);
            removed += done.rows_affected();
            if done.rows_affected() < u64::from(BATCH) {
                return Ok(removed);
            }
            sleep(PAUSE).await;
        }
    }

    /// Gives free pages back to the disk, a few at a time, and lets the log be cut.
    pub(super) async fn shrink(&self) -> Result<(), StoreError> {
        let action = "shrink its file";
        let mut free = i64::MAX;
        loop {
            let mut writer = self.patient_writer(action).await?;
            let before = std::mem::replace(&mut free, free_pages(&mut writer).await?);
            // No fewer than before: the file was made by an earlier version and cannot shrink.
            if free <= SPARE_PAGES || free >= before {
                sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
                    .execute(&mut *writer)
                    .await
                    .map_err(self.failed(action))?;
                return Ok(());
            }
            sqlx::query("PRAGMA incremental_vacuum(100)")
                .execute(&mut *writer)
                .await
                .map_err(self.failed(action))?;
            drop(writer);
            sleep(PAUSE).await;
        }
    }
}

async fn free_pages(writer: &mut SqliteConnection) -> Result<i64, StoreError> {
    number(writer, "PRAGMA freelist_count").await
}
