//! Sessions in a `SQLite` file: the embedded default. One file, no server.

use std::{path::Path, str::FromStr, time::Duration};

use async_trait::async_trait;
use sqlx::{
    Row, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::private_file;

use super::{
    Hash, PENDING_IN_ALL, PENDING_PER_BROWSER, PendingRow, SessionRow, Store, StoreError, TokenRow,
    Version,
};

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
    CREATE TABLE IF NOT EXISTS pending_sign_ins (
        state BLOB PRIMARY KEY, browser BLOB NOT NULL, sealed BLOB NOT NULL, expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS pending_by_browser ON pending_sign_ins (browser, expires_at);
    CREATE INDEX IF NOT EXISTS pending_by_age ON pending_sign_ins (expires_at);
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

    async fn add_pending(&self, state: &Hash, row: PendingRow) -> Result<(), StoreError> {
        let failed = |source| StoreError::new("note a sign-in", source);
        sqlx::query(
            "INSERT INTO pending_sign_ins (state, browser, sealed, expires_at) VALUES (?, ?, ?, ?)",
        )
        .bind(state.as_slice())
        .bind(row.browser.as_slice())
        .bind(row.sealed)
        .bind(row.expires_at)
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        // The one just added comes first: of several that began in the same second, it is the one to stay.
        sqlx::query(
            "DELETE FROM pending_sign_ins WHERE state IN (SELECT state FROM pending_sign_ins WHERE browser = ? \
             ORDER BY state = ? DESC, expires_at DESC LIMIT -1 OFFSET ?)",
        )
        .bind(row.browser.as_slice())
        .bind(state.as_slice())
        .bind(i64::try_from(PENDING_PER_BROWSER).unwrap_or(i64::MAX))
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        sqlx::query(
            "DELETE FROM pending_sign_ins WHERE state IN (SELECT state FROM pending_sign_ins \
             ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
        )
        .bind(i64::try_from(PENDING_IN_ALL).unwrap_or(i64::MAX))
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn take_pending(
        &self,
        state: &Hash,
        browser: &Hash,
        now: i64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let failed = |source| StoreError::new("take a sign-in", source);
        let row = sqlx::query(
            "DELETE FROM pending_sign_ins WHERE state = ? AND browser = ? RETURNING sealed, expires_at",
        )
        .bind(state.as_slice())
        .bind(browser.as_slice())
        .fetch_optional(&self.pool)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let expires_at: i64 = row.try_get(1).map_err(failed)?;
        let sealed = row.try_get(0).map_err(failed)?;
        Ok((expires_at > now).then_some(sealed))
    }

    async fn newest_pending(
        &self,
        browser: &Hash,
        now: i64,
    ) -> Result<Option<(Hash, Vec<u8>)>, StoreError> {
        let failed = |source| StoreError::new("look for a sign-in", source);
        let row = sqlx::query(
            "SELECT state, sealed FROM pending_sign_ins WHERE browser = ? AND expires_at > ? \
             ORDER BY expires_at DESC LIMIT 1",
        )
        .bind(browser.as_slice())
        .bind(now)
        .fetch_optional(&self.pool)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let state: Vec<u8> = row.try_get(0).map_err(failed)?;
        let state = state
            .try_into()
            .map_err(|_| StoreError::new("look for a sign-in", "a state has another length"))?;
        Ok(Some((state, row.try_get(1).map_err(failed)?)))
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        let failed = |source| StoreError::new("remove what is past its time", source);
        sqlx::query("DELETE FROM pending_sign_ins WHERE expires_at <= ?")
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
