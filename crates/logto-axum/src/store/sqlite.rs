//! Sessions in a `SQLite` file: the embedded default. One file, no server.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteConnectOptions};
use tokio::{sync::Mutex, time::sleep};

use super::{
    SessionRow, Store, StoreError, StoreErrorKind, TokenRow, Version,
    sqlite_file::{check_folder, failed, is_another_file, options},
    sqlite_pools::{Durability, PROBE, Pools, Writer, number},
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

/// Sessions in a `SQLite` file.
///
/// Readers have connections of their own and never wait for a writer. Writes take their turn on one connection; when 64 of
/// them wait, or another process keeps the file locked for a second, they fail with [`StoreErrorKind::Busy`]. What a
/// sign-in, a refresh or a sign-out writes is on the disk when the call returns.
///
/// The file shrinks as sessions end. When it is removed or replaced while it is open, the next call opens the file that is
/// there now, and makes it if there is none; the sessions of the other file are gone.
///
/// # Restoring a backup
///
/// Stop the server first, and remove the files with `-wal` and `-shm` at their end together with the one they belong to.
/// Sessions that were signed out after the backup was made are in the file again. None of them gets a new token, because
/// their refresh tokens were revoked at the sign-out: the first refresh ends such a session, and one that nobody used for the
/// idle time has ended in any case. Pages that ask for nothing but a session can be seen until then with the old cookie, which the
/// sign-out has removed from the browser. To rule that out, start with an empty file instead: everybody signs in again.
#[derive(Clone)]
pub struct SqliteStore {
    options: SqliteConnectOptions,
    pools: Arc<RwLock<Arc<Pools>>>,
    reopening: Arc<Mutex<()>>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.options.get_filename();
        f.debug_tuple("SqliteStore").field(&path).finish()
    }
}

impl SqliteStore {
    /// Opens the file that a `sqlite://path` URL names, and makes it where it is missing. Its folder must exist.
    ///
    /// # Errors
    /// When the URL is malformed, there is no such folder, the file cannot be opened, belongs to another program, or was written by a
    /// newer version.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
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

    /// The connections for readers.
    async fn readers(&self) -> Result<SqlitePool, StoreError> {
        Ok(self.pools().await?.readers.clone())
    }

    /// The connection that writes, for something that must survive a power cut.
    async fn writer(&self, action: &'static str) -> Result<Writer, StoreError> {
        self.pools().await?.writer(action, Durability::Full).await
    }

    /// The same, for something that may be lost in one.
    async fn relaxed_writer(&self, action: &'static str) -> Result<Writer, StoreError> {
        let pools = self.pools().await?;
        pools.writer(action, Durability::Relaxed).await
    }

    /// Converts the error. When the open file was replaced, the next call opens it again.
    fn failed(&self, action: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
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
    async fn remove(&self, batch: &'static str, until: i64) -> Result<u64, StoreError> {
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
    async fn shrink(&self) -> Result<(), StoreError> {
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

#[async_trait]
impl Store for SqliteStore {
    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        let action = "add a session";
        let mut writer = self.writer(action).await?;
        let done = sqlx::query("INSERT INTO sessions (id, sealed, seen_at, expires_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(id.as_slice())
            .bind(row.sealed)
            .bind(row.seen_at)
            .bind(row.expires_at)
            .execute(&mut *writer)
            .await
            .map_err(self.failed(action))?;
        Ok(done.rows_affected() == 1)
    }

    async fn load_session(&self, id: &Hash) -> Result<Option<SessionRow>, StoreError> {
        let readers = self.readers().await?;
        let failed = self.failed("read a session");
        let row = sqlx::query("SELECT sealed, seen_at, expires_at FROM sessions WHERE id = ?")
            .bind(id.as_slice())
            .fetch_optional(&readers)
            .await
            .map_err(&failed)?;
        row.map(|row| {
            Ok(SessionRow {
                sealed: row.try_get(0)?,
                seen_at: row.try_get(1)?,
                expires_at: row.try_get(2)?,
            })
        })
        .transpose()
        .map_err(failed)
    }

    async fn update_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        let action = "change a session";
        let mut writer = self.writer(action).await?;
        let done =
            sqlx::query("UPDATE sessions SET sealed = ?, seen_at = ?, expires_at = ? WHERE id = ?")
                .bind(row.sealed)
                .bind(row.seen_at)
                .bind(row.expires_at)
                .bind(id.as_slice())
                .execute(&mut *writer)
                .await
                .map_err(self.failed(action))?;
        Ok(done.rows_affected() == 1)
    }

    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError> {
        let action = "note the use of a session";
        let mut writer = self.relaxed_writer(action).await?;
        sqlx::query("UPDATE sessions SET seen_at = ? WHERE id = ?")
            .bind(seen_at)
            .bind(id.as_slice())
            .execute(&mut *writer)
            .await
            .map_err(self.failed(action))?;
        Ok(())
    }

    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError> {
        let action = "delete a session";
        let mut writer = self.writer(action).await?;
        sqlx::query("DELETE FROM sessions WHERE id = ?")
            .bind(id.as_slice())
            .execute(&mut *writer)
            .await
            .map_err(self.failed(action))?;
        Ok(())
    }

    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError> {
        let readers = self.readers().await?;
        let failed = self.failed("read tokens");
        let row = sqlx::query("SELECT sealed, version FROM tokens WHERE session = ?")
            .bind(session.as_slice())
            .fetch_optional(&readers)
            .await
            .map_err(&failed)?;
        row.map(|row| {
            Ok(TokenRow {
                sealed: row.try_get(0)?,
                version: row.try_get(1)?,
            })
        })
        .transpose()
        .map_err(failed)
    }

    async fn save_tokens(
        &self,
        session: &Hash,
        sealed: Vec<u8>,
        expected: Option<Version>,
    ) -> Result<bool, StoreError> {
        let action = "write tokens";
        let mut writer = self.writer(action).await?;
        let query = match expected {
            None => sqlx::query(
                "INSERT INTO tokens (session, sealed, version) SELECT id, ?, 1 FROM sessions WHERE id = ? \
                 ON CONFLICT DO NOTHING",
            )
            .bind(sealed)
            .bind(session.as_slice()),
            Some(version) => sqlx::query(
                "UPDATE tokens SET sealed = ?, version = version + 1 WHERE session = ? AND version = ?",
            )
            .bind(sealed)
            .bind(session.as_slice())
            .bind(version),
        };
        let done = query
            .execute(&mut *writer)
            .await
            .map_err(self.failed(action))?;
        Ok(done.rows_affected() == 1)
    }

    async fn spend_state(&self, state: &Hash, expires_at: i64) -> Result<bool, StoreError> {
        let action = "look up the pending sign-in";
        let mut writer = self.writer(action).await?;
        let done = sqlx::query(
            "INSERT INTO spent_states (state, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(state.as_slice())
        .bind(expires_at)
        .execute(&mut *writer)
        .await
        .map_err(self.failed(action))?;
        Ok(done.rows_affected() == 1)
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        self.remove(
            "DELETE FROM spent_states WHERE state IN \
             (SELECT state FROM spent_states WHERE expires_at <= ? LIMIT ?)",
            now,
        )
        .await?;
        let ended = self
            .remove(
                "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? LIMIT ?)",
                now,
            )
            .await?;
        let unused = self
            .remove(
                "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE seen_at <= ? LIMIT ?)",
                idle_since,
            )
            .await?;
        tracing::debug!(ended, unused, "expired sessions were removed");
        self.shrink().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        let readers = self.readers().await?;
        sqlx::query("SELECT 1 FROM sessions LIMIT 1")
            .fetch_optional(&readers)
            .await
            .map_err(self.failed("read"))?;
        let mut writer = self.relaxed_writer("write").await?;
        sqlx::query(PROBE)
            .execute(&mut *writer)
            .await
            .map_err(self.failed("write"))?;
        Ok(())
    }
}
