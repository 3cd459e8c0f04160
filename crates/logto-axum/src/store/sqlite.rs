//! Sessions in a `SQLite` file: the embedded default. One file, no server.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use sqlx::{Row, sqlite::SqliteRow};
use tokio::sync::broadcast::{Receiver, Sender};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Lease, LeaseHolder, SessionEvent, SessionFilter, SessionRow, Store, StoreError, TokenRow,
    Version, event_channel,
    sql_rows::{found_session, session_row, token_row},
    sqlite_connections::Connections,
    sqlite_events::follow,
    sqlite_file::options,
    sqlite_pools::PROBE,
};
use crate::hash::Hash;

/// The time of the store in milliseconds since 1970.
macro_rules! now_ms {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}

/// Sessions in a `SQLite` file.
///
/// Readers have connections of their own and never wait for a writer. The session and the tokens of a
/// request are read on its own thread, so the file belongs on a local disk. Writes take their turn on one
/// connection; when 64 of them wait, or another process keeps the file locked for a second, they
/// fail with [`StoreErrorKind::Busy`](crate::StoreErrorKind::Busy). What a sign-in, a refresh or a
/// sign-out writes is on the disk when the call returns.
///
/// The file shrinks as sessions end. When it is removed or replaced while it is open, the next call
/// opens the file that is there now, and makes it if there is none; the sessions of the other file
/// are gone.
///
/// # Restoring a backup
///
/// Stop the server first, and remove the files with `-wal` and `-shm` at their end together with
/// the one they belong to. Sessions that were signed out after the backup was made are in the file
/// again. None of them gets a new token, because their refresh tokens were revoked at the sign-out:
/// the first refresh ends such a session, and one that nobody used for the idle time has ended in
/// any case. Pages that ask for nothing but a session can be seen until then with the old cookie,
/// which the sign-out has removed from the browser. To rule that out, start with an empty file
/// instead: everybody signs in again.
#[derive(Clone)]
pub struct SqliteStore {
    file: Connections,
    events: Sender<SessionEvent>,
    _follower: Arc<AbortOnDropHandle<()>>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.file.options.get_filename();
        f.debug_tuple("SqliteStore").field(&path).finish()
    }
}

impl SqliteStore {
    /// Opens the file that a `sqlite://path` URL names, and makes it where it is missing. Its
    /// folder must exist.
    ///
    /// # Errors
    /// When the URL is malformed, there is no such folder, the file cannot be opened, belongs to
    /// another program, or was written by a newer version.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let file = Connections::open(url).await?;
        let events = event_channel();
        let follower = tokio::spawn(follow(file.clone(), events.clone()));
        Ok(Self {
            file,
            events,
            _follower: Arc::new(AbortOnDropHandle::new(follower)),
        })
    }

    /// The file that a `sqlite://` URL names, as `SQLite` opens it: percent-decoded, without the
    /// parameters. A relative path counts from the current folder.
    ///
    /// # Errors
    /// When the URL cannot be read or names no file.
    pub fn path_of(url: &str) -> Result<PathBuf, StoreError> {
        options(url).map(|options| options.get_filename().to_path_buf())
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        let action = "add a session";
        let mut writer = self.file.writer(action).await?;
        let done = sqlx::query(
            "INSERT INTO sessions (id, sealed, version, seen_at, expires_at, subject, sid) VALUES (?, ?, 1, ?, ?, ?, ?) \
             ON CONFLICT DO NOTHING",
        )
        .bind(id.as_slice())
        .bind(row.sealed)
        .bind(row.seen_at)
        .bind(row.expires_at)
        .bind(row.subject.as_ref().map(Hash::as_slice))
        .bind(row.sid.as_ref().map(Hash::as_slice))
        .execute(&mut *writer)
        .await
        .map_err(self.file.failed(action))?;
        Ok(done.rows_affected() == 1)
    }

    async fn load_session(&self, id: &Hash) -> Result<Option<(SessionRow, Version)>, StoreError> {
        let query =
            "SELECT sealed, version, seen_at, expires_at, subject, sid FROM sessions WHERE id = ?";
        let at_once = |row: &rusqlite::Row<'_>| {
            let session = SessionRow {
                sealed: row.get("sealed")?,
                seen_at: row.get("seen_at")?,
                expires_at: row.get("expires_at")?,
                subject: row.get("subject")?,
                sid: row.get("sid")?,
            };
            Ok((session, row.get("version")?))
        };
        let from_pool = |row: &SqliteRow| Ok((session_row(row)?, row.try_get("version")?));
        self.file
            .row("read a session", query, id, at_once, from_pool)
            .await
    }

    async fn update_session(
        &self,
        id: &Hash,
        row: SessionRow,
        expected: Version,
    ) -> Result<bool, StoreError> {
        let action = "change a session";
        let mut writer = self.file.writer(action).await?;
        let done = sqlx::query(
            "UPDATE sessions SET sealed = ?, version = version + 1, seen_at = max(seen_at, ?), expires_at = ?, subject = ?, sid = ? \
             WHERE id = ? AND version = ?",
        )
        .bind(row.sealed)
        .bind(row.seen_at)
        .bind(row.expires_at)
        .bind(row.subject.as_ref().map(Hash::as_slice))
        .bind(row.sid.as_ref().map(Hash::as_slice))
        .bind(id.as_slice())
        .bind(expected)
        .execute(&mut *writer)
        .await
        .map_err(self.file.failed(action))?;
        Ok(done.rows_affected() == 1)
    }

    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError> {
        let action = "note the use of a session";
        let mut writer = self.file.relaxed_writer(action).await?;
        sqlx::query("UPDATE sessions SET seen_at = ? WHERE id = ?")
            .bind(seen_at)
            .bind(id.as_slice())
            .execute(&mut *writer)
            .await
            .map_err(self.file.failed(action))?;
        Ok(())
    }

    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError> {
        let action = "delete a session";
        let mut writer = self.file.writer(action).await?;
        // One statement of two, in one transaction: the event is there if the deletion is.
        let mut change = sqlx::Connection::begin(&mut *writer)
            .await
            .map_err(self.file.failed(action))?;
        let done = sqlx::query("DELETE FROM sessions WHERE id = ?")
            .bind(id.as_slice())
            .execute(&mut *change)
            .await
            .map_err(self.file.failed(action))?;
        let was_there = done.rows_affected() == 1;
        if was_there {
            sqlx::query("INSERT INTO events (session, has_ended, at) VALUES (?, 1, unixepoch())")
                .bind(id.as_slice())
                .execute(&mut *change)
                .await
                .map_err(self.file.failed(action))?;
        }
        change.commit().await.map_err(self.file.failed(action))?;
        if was_there {
            let _ = self.events.send(SessionEvent::Ended(*id));
        }
        Ok(())
    }

    async fn find_sessions(
        &self,
        filter: SessionFilter,
        after: Option<&Hash>,
        limit: u16,
    ) -> Result<Vec<(Hash, SessionRow)>, StoreError> {
        let readers = self.file.readers().await?;
        let failed = self.file.failed("find sessions");
        let after = after.map_or(&[][..], Hash::as_slice);
        let (query, key) = match &filter {
            SessionFilter::All => (
                "SELECT * FROM sessions WHERE id > ? ORDER BY id LIMIT ?",
                None,
            ),
            SessionFilter::Subject(subject) => (
                "SELECT * FROM sessions WHERE id > ? AND subject = ?3 ORDER BY id LIMIT ?2",
                Some(subject),
            ),
            SessionFilter::Sid(sid) => (
                "SELECT * FROM sessions WHERE id > ? AND sid = ?3 ORDER BY id LIMIT ?2",
                Some(sid),
            ),
            SessionFilter::WithoutSubject => (
                "SELECT * FROM sessions WHERE id > ? AND subject IS NULL ORDER BY id LIMIT ?",
                None,
            ),
        };
        let mut query = sqlx::query(query).bind(after).bind(limit);
        if let Some(key) = key {
            query = query.bind(key.as_slice());
        }
        let rows = query.fetch_all(&readers).await.map_err(&failed)?;
        let rows = rows.iter().map(found_session);
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    async fn count_sessions(&self) -> Result<Option<u64>, StoreError> {
        let readers = self.file.readers().await?;
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions")
            .fetch_one(&readers)
            .await
            .map_err(self.file.failed("count sessions"))?;
        Ok(u64::try_from(count).ok())
    }

    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError> {
        let query = "SELECT sealed, version FROM tokens WHERE session = ?";
        let at_once = |row: &rusqlite::Row<'_>| {
            Ok(TokenRow {
                sealed: row.get("sealed")?,
                version: row.get("version")?,
            })
        };
        self.file
            .row("read tokens", query, session, at_once, |row| token_row(row))
            .await
    }

    async fn save_tokens(
        &self,
        session: &Hash,
        sealed: Vec<u8>,
        expected: Option<Version>,
        holder: Option<&LeaseHolder>,
    ) -> Result<bool, StoreError> {
        let action = "write tokens";
        let mut writer = self.file.writer(action).await?;
        let query = match expected {
            None => sqlx::query(
                "INSERT INTO tokens (session, sealed, version) SELECT id, ?, 1 FROM sessions WHERE id = ? \
                 ON CONFLICT DO NOTHING",
            )
            .bind(sealed)
            .bind(session.as_slice()),
            Some(version) => sqlx::query(concat!(
                "UPDATE tokens SET sealed = ?1, version = version + 1 WHERE session = ?2 AND version = ?3 AND NOT EXISTS \
                 (SELECT 1 FROM leases WHERE session = ?2 AND holder <> ?4 AND until_ms > ",
                now_ms!(),
                ")"
            ))
            .bind(sealed)
            .bind(session.as_slice())
            .bind(version)
            .bind(holder.map(LeaseHolder::as_slice)),
        };
        let done = query
            .execute(&mut *writer)
            .await
            .map_err(self.file.failed(action))?;
        Ok(done.rows_affected() == 1)
    }

    async fn lease_tokens(
        &self,
        session: &Hash,
        holder: &LeaseHolder,
        duration: Duration,
    ) -> Result<Lease, StoreError> {
        let action = "take a lease";
        let mut writer = self.file.relaxed_writer(action).await?;
        let duration = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let done = sqlx::query(concat!(
            "INSERT INTO leases (session, holder, until_ms) SELECT session, ?2, ",
            now_ms!(),
            " + ?3 FROM tokens WHERE session = ?1 \
             ON CONFLICT (session) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms \
             WHERE leases.holder = excluded.holder OR leases.until_ms <= ",
            now_ms!()
        ))
        .bind(session.as_slice())
        .bind(holder.as_slice())
        .bind(duration)
        .execute(&mut *writer)
        .await
        .map_err(self.file.failed(action))?;
        if done.rows_affected() == 1 {
            return Ok(Lease::Held);
        }
        let there: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM tokens WHERE session = ?)")
                .bind(session.as_slice())
                .fetch_one(&mut *writer)
                .await
                .map_err(self.file.failed(action))?;
        Ok(if there { Lease::Taken } else { Lease::Gone })
    }

    async fn release_tokens(&self, session: &Hash, holder: &LeaseHolder) -> Result<(), StoreError> {
        let action = "give a lease back";
        let mut writer = self.file.relaxed_writer(action).await?;
        sqlx::query("DELETE FROM leases WHERE session = ? AND holder = ?")
            .bind(session.as_slice())
            .bind(holder.as_slice())
            .execute(&mut *writer)
            .await
            .map_err(self.file.failed(action))?;
        Ok(())
    }

    async fn spend(&self, what: &Hash, expires_at: i64) -> Result<bool, StoreError> {
        let action = "look up the pending sign-in";
        let mut writer = self.file.writer(action).await?;
        let done = sqlx::query(
            "INSERT INTO spent (what, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(what.as_slice())
        .bind(expires_at)
        .execute(&mut *writer)
        .await
        .map_err(self.file.failed(action))?;
        Ok(done.rows_affected() == 1)
    }

    async fn is_spent(&self, what: &Hash) -> Result<bool, StoreError> {
        let readers = self.file.readers().await?;
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM spent WHERE what = ?)")
            .bind(what.as_slice())
            .fetch_one(&readers)
            .await
            .map_err(self.file.failed("look up what was used"))
    }

    async fn refuse_sign_ins(
        &self,
        owner: &Hash,
        before: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let action = "refuse earlier sign-ins";
        let mut writer = self.file.writer(action).await?;
        sqlx::query(
            "INSERT INTO refused_sign_ins (owner, before, expires_at) VALUES (?, ?, ?) ON CONFLICT (owner) DO UPDATE SET \
             before = max(before, excluded.before), expires_at = max(expires_at, excluded.expires_at)",
        )
        .bind(owner.as_slice())
        .bind(before)
        .bind(expires_at)
        .execute(&mut *writer)
        .await
        .map_err(self.file.failed(action))?;
        Ok(())
    }

    async fn refused_before(&self, owner: &Hash) -> Result<Option<i64>, StoreError> {
        let readers = self.file.readers().await?;
        sqlx::query_scalar("SELECT before FROM refused_sign_ins WHERE owner = ?")
            .bind(owner.as_slice())
            .fetch_optional(&readers)
            .await
            .map_err(self.file.failed("look up refused sign-ins"))
    }

    async fn announce_change(&self, session: &Hash) -> Result<(), StoreError> {
        let action = "announce a change";
        let mut writer = self.file.relaxed_writer(action).await?;
        sqlx::query("INSERT INTO events (session, has_ended, at) VALUES (?, 0, unixepoch())")
            .bind(session.as_slice())
            .execute(&mut *writer)
            .await
            .map_err(self.file.failed(action))?;
        let _ = self.events.send(SessionEvent::Changed(*session));
        Ok(())
    }

    fn events(&self) -> Receiver<SessionEvent> {
        self.events.subscribe()
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        let batches = [
            (
                "DELETE FROM spent WHERE what IN (SELECT what FROM spent WHERE expires_at <= ? LIMIT ?)",
                now,
            ),
            (
                "DELETE FROM refused_sign_ins WHERE owner IN \
                 (SELECT owner FROM refused_sign_ins WHERE expires_at <= ? LIMIT ?)",
                now,
            ),
            (
                "DELETE FROM events WHERE number IN (SELECT number FROM events WHERE at <= unixepoch() - 60 AND ? IS NOT NULL LIMIT ?)",
                now,
            ),
        ];
        for (batch, until) in batches {
            self.file.remove(batch, until).await?;
        }
        let ended = self
            .file
            .remove(
                "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? LIMIT ?)",
                now,
            )
            .await?;
        let unused = self
            .file
            .remove(
                "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE seen_at <= ? LIMIT ?)",
                idle_since,
            )
            .await?;
        tracing::debug!(ended, unused, "expired sessions were removed");
        self.file.shrink().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        let readers = self.file.readers().await?;
        sqlx::query("SELECT 1 FROM sessions LIMIT 1")
            .fetch_optional(&readers)
            .await
            .map_err(self.file.failed("read"))?;
        let mut writer = self.file.relaxed_writer("write").await?;
        sqlx::query(PROBE)
            .execute(&mut *writer)
            .await
            .map_err(self.file.failed("write"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreErrorKind;

    /// Both ways find the same, and that there is nothing.
    #[tokio::test]
    async fn what_cannot_be_read_at_once_is_read_through_the_pool() {
        let folder = std::env::temp_dir().join(format!("sqlite-both-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite://{}", folder.join("sessions.db").display());
        let store = SqliteStore::open(&url).await.unwrap();
        let row = SessionRow {
            sealed: vec![1, 2, 3],
            seen_at: 4,
            expires_at: i64::MAX,
            subject: Some([5; 32]),
            sid: None,
        };
        let (id, nobody) = ([6; 32], [7; 32]);
        assert!(store.create_session(&id, row.clone()).await.unwrap());
        assert!(store.save_tokens(&id, vec![8], None, None).await.unwrap());
        let tokens = TokenRow {
            sealed: vec![8],
            version: 1,
        };
        for _ in ["at once", "through the pool"] {
            let session = store.load_session(&id).await.unwrap();
            assert_eq!(session, Some((row.clone(), 1)));
            assert_eq!(store.load_session(&nobody).await.unwrap(), None);
            assert_eq!(store.load_tokens(&id).await.unwrap(), Some(tokens.clone()));
            assert_eq!(store.load_tokens(&nobody).await.unwrap(), None);
            let many = std::iter::repeat_with(|| store.load_session(&id)).take(40);
            let many = futures_util::future::join_all(many).await;
            assert!(many.iter().all(|found| matches!(found, Ok(Some(_)))));
            store.file.close_reads();
        }
        store.file.close().await;
        let error = store.load_session(&id).await.err().unwrap();
        assert_eq!(error.kind, StoreErrorKind::Busy);
        drop(store);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
