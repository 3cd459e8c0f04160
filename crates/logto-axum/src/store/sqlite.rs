//! Sessions in a `SQLite` file: the embedded default. One file, no server.

use std::{path::Path, str::FromStr, time::Duration};

use async_trait::async_trait;
use sqlx::{
    Row, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::private_file;

use super::{Hash, SessionRow, Store, StoreError, TokenRow, Version};

/// `user_version` of the file. A file of a newer layout is refused, not misread.
const LAYOUT: i64 = 1;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS sessions (
        id BLOB PRIMARY KEY, sealed BLOB NOT NULL, seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS tokens (
        session BLOB PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
        sealed BLOB NOT NULL, version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS spent_states (
        state BLOB PRIMARY KEY, expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS spent_states_by_age ON spent_states (expires_at);
    DROP TABLE IF EXISTS pending_sign_ins;
    PRAGMA user_version = 1;
";

/// Sessions in a `SQLite` file.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    pool: SqlitePool,
}

/// Connects to a file that another process may be opening for the first time. `SQLite` lets nobody else in while it switches a
/// file to its write-ahead log, and does not wait for that as it does for other locks.
///
/// # Errors
/// As those of sqlx; that the file is locked only after two seconds.
pub async fn connect_sqlite(
    pool: SqlitePoolOptions,
    options: SqliteConnectOptions,
) -> Result<SqlitePool, sqlx::Error> {
    for _ in 0..40 {
        match pool.clone().connect_with(options.clone()).await {
            Err(sqlx::Error::Database(error)) if is_busy(&*error) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            outcome => return outcome,
        }
    }
    pool.connect_with(options).await
}

/// `SQLITE_BUSY`, in whichever of its extended forms.
fn is_busy(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code % 256 == 5)
}

impl SqliteStore {
    /// Opens the file that a `sqlite://path` URL names, and makes it and its folder where they are missing.
    ///
    /// # Errors
    /// When the URL is malformed, the file cannot be opened, or it was written by a newer version.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let failed = |source: sqlx::Error| StoreError::new("open its file", source);
        // Each connection of a pool would have a database in memory of its own.
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        if in_memory || !url.starts_with("sqlite://") {
            let reason = format!("{url:?} names no file; sessions in memory are MemoryStore's");
            return Err(StoreError::new("open its file", reason));
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(failed)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let folder = options.get_filename().parent().map(Path::to_path_buf);
        if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(&folder)
                .map_err(|source| StoreError::new("make the folder of its file", source))?;
        }
        // `SQLite` gives the files beside it the same mode.
        private_file()
            .append(true)
            .create(true)
            .open(options.get_filename())
            .map_err(|source| StoreError::new("make its file", source))?;
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(5))
            // A file in this process needs no ping before each use.
            .test_before_acquire(false);
        let pool = connect_sqlite(pool, options).await.map_err(failed)?;
        let layout: i64 = sqlx::query_scalar("PRAGMA user_version")
            .fetch_one(&pool)
            .await
            .map_err(failed)?;
        if layout > LAYOUT {
            let reason = format!("the file has layout {layout}, this program knows {LAYOUT}");
            return Err(StoreError::new("read its file", reason));
        }
        sqlx::raw_sql(TABLES).execute(&pool).await.map_err(failed)?;
        Ok(Self { pool })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        let done = sqlx::query("INSERT INTO sessions (id, sealed, seen_at, expires_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(id.as_slice())
            .bind(row.sealed)
            .bind(row.seen_at)
            .bind(row.expires_at)
            .execute(&self.pool)
            .await
            .map_err(|source| StoreError::new("add a session", source))?;
        Ok(done.rows_affected() == 1)
    }

    async fn load_session(&self, id: &Hash) -> Result<Option<SessionRow>, StoreError> {
        let failed = |source| StoreError::new("read a session", source);
        let row = sqlx::query("SELECT sealed, seen_at, expires_at FROM sessions WHERE id = ?")
            .bind(id.as_slice())
            .fetch_optional(&self.pool)
            .await
            .map_err(failed)?;
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
        let done =
            sqlx::query("UPDATE sessions SET sealed = ?, seen_at = ?, expires_at = ? WHERE id = ?")
                .bind(row.sealed)
                .bind(row.seen_at)
                .bind(row.expires_at)
                .bind(id.as_slice())
                .execute(&self.pool)
                .await
                .map_err(|source| StoreError::new("change a session", source))?;
        Ok(done.rows_affected() == 1)
    }

    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET seen_at = ? WHERE id = ?")
            .bind(seen_at)
            .bind(id.as_slice())
            .execute(&self.pool)
            .await
            .map_err(|source| StoreError::new("note the use of a session", source))?;
        Ok(())
    }

    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE id = ?")
            .bind(id.as_slice())
            .execute(&self.pool)
            .await
            .map_err(|source| StoreError::new("delete a session", source))?;
        Ok(())
    }

    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError> {
        let failed = |source| StoreError::new("read tokens", source);
        let row = sqlx::query("SELECT sealed, version FROM tokens WHERE session = ?")
            .bind(session.as_slice())
            .fetch_optional(&self.pool)
            .await
            .map_err(failed)?;
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
            .execute(&self.pool)
            .await
            .map_err(|source| StoreError::new("write tokens", source))?;
        Ok(done.rows_affected() == 1)
    }

    async fn spend_state(&self, state: &Hash, expires_at: i64) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO spent_states (state, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(state.as_slice())
        .bind(expires_at)
        .execute(&self.pool)
        .await
        .map_err(|source| StoreError::new("note the use of a state", source))?;
        Ok(done.rows_affected() == 1)
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        let failed = |source| StoreError::new("remove what is past its time", source);
        sqlx::query("DELETE FROM spent_states WHERE expires_at <= ?")
            .bind(now)
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        sqlx::query("DELETE FROM sessions WHERE expires_at <= ? OR seen_at <= ?")
            .bind(now)
            .bind(idle_since)
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        Ok(())
    }
}
