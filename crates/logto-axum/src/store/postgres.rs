//! Sessions in PostgreSQL, for several processes on several machines.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use sqlx::Row as _;
use tokio::sync::broadcast::{Receiver, Sender};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Lease, LeaseHolder, SessionEvent, SessionFilter, SessionRow, Store, StoreError, TokenRow,
    Version, event_channel,
    postgres_connections::Connections,
    postgres_events::follow,
    sql_rows::{found_session, session_row, token_row},
};
use crate::hash::Hash;

/// How many rows a sweep removes at once.
const BATCH: i64 = 500;

/// Sessions in PostgreSQL 12 or later, in a schema of their own, `logto_sessions`. Cheap to clone.
///
/// A process has up to ten connections, and one by which it hears of events. An operation waits two
/// seconds for a connection and five for a statement, and then fails; nothing is tried again by
/// itself, because it may have been done. Connections that are lost are made again when they are
/// needed.
///
/// What a sign-in, a refresh or a sign-out writes is as durable as the server's
/// `synchronous_commit` says. A pooler in front must keep a connection for its client (PgBouncer:
/// `pool_mode = session`).
#[derive(Clone)]
pub struct PostgresStore {
    database: Connections,
    events: Sender<SessionEvent>,
    _follower: Arc<AbortOnDropHandle<()>>,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresStore")
            .field(&self.database)
            .finish()
    }
}

impl PostgresStore {
    /// Opens the database that a URL names, `postgres://user@host/database`, and makes the schema
    /// and its tables where they are missing.
    ///
    /// What the URL leaves out is taken from the variables of `libpq`: the password from
    /// `PGPASSWORD` or the file of passwords, what is demanded of TLS from `PGSSLMODE`
    /// (`verify-full` checks the certificate and its name) and `PGSSLROOTCERT`.
    ///
    /// # Errors
    /// When the URL is malformed, the server cannot be reached, it refuses the user, or a newer
    /// version has made the tables.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let database = Connections::open(url).await?;
        let events = event_channel();
        let follower = tokio::spawn(follow(database.options.clone(), events.clone()));
        Ok(Self {
            database,
            events,
            _follower: Arc::new(AbortOnDropHandle::new(follower)),
        })
    }

    /// Removes rows in batches. Gives back how many there were.
    async fn remove(&self, batch: &'static str, until: i64) -> Result<u64, StoreError> {
        let mut removed = 0;
        loop {
            let query = sqlx::query(batch).bind(until).bind(BATCH);
            let removing = query.execute(&self.database.pool);
            let done = self.database.run("remove what is past its time", removing);
            let rows = done.await?.rows_affected();
            removed += rows;
            if rows < BATCH.unsigned_abs() {
                return Ok(removed);
            }
        }
    }
}

#[async_trait]
impl Store for PostgresStore {
    fn name(&self) -> &'static str {
        "postgres"
    }

    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "INSERT INTO sessions (id, sealed, version, seen_at, expires_at, subject, sid) VALUES ($1, $2, 1, $3, $4, $5, $6) \
             ON CONFLICT DO NOTHING",
        )
        .bind(id.as_slice())
        .bind(row.sealed)
        .bind(row.seen_at)
        .bind(row.expires_at)
        .bind(row.subject.as_ref().map(Hash::as_slice))
        .bind(row.sid.as_ref().map(Hash::as_slice));
        let adding = query.execute(&self.database.pool);
        let done = self.database.run("add a session", adding).await?;
        Ok(done.rows_affected() == 1)
    }

    async fn load_session(&self, id: &Hash) -> Result<Option<(SessionRow, Version)>, StoreError> {
        let reading = async {
            let query = "SELECT sealed, version, seen_at, expires_at, subject, sid FROM sessions WHERE id = $1";
            let query = sqlx::query(query).bind(id.as_slice());
            let row = query.fetch_optional(&self.database.pool).await?;
            let row = row.map(|row| Ok((session_row(&row)?, row.try_get("version")?)));
            row.transpose()
        };
        self.database.run("read a session", reading).await
    }

    async fn update_session(
        &self,
        id: &Hash,
        row: SessionRow,
        expected: Version,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "UPDATE sessions SET sealed = $1, version = version + 1, seen_at = greatest(seen_at, $2), expires_at = $3, \
             subject = $4, sid = $5 WHERE id = $6 AND version = $7",
        )
        .bind(row.sealed)
        .bind(row.seen_at)
        .bind(row.expires_at)
        .bind(row.subject.as_ref().map(Hash::as_slice))
        .bind(row.sid.as_ref().map(Hash::as_slice))
        .bind(id.as_slice())
        .bind(expected);
        let changing = query.execute(&self.database.pool);
        let done = self.database.run("change a session", changing).await?;
        Ok(done.rows_affected() == 1)
    }

    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE sessions SET seen_at = $1 WHERE id = $2")
            .bind(seen_at)
            .bind(id.as_slice());
        let touching = query.execute(&self.database.pool);
        self.database
            .run("note the use of a session", touching)
            .await?;
        Ok(())
    }

    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError> {
        // One statement: the event is sent if the deletion is committed.
        let query = sqlx::query(
            "WITH ended AS (DELETE FROM sessions WHERE id = $1 RETURNING id) \
             SELECT pg_notify('logto_sessions', 'e' || encode(id, 'base64')) FROM ended",
        )
        .bind(id.as_slice());
        let deleting = query.fetch_all(&self.database.pool);
        let ended = self.database.run("delete a session", deleting).await?;
        if !ended.is_empty() {
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
        let (query, key) = match &filter {
            SessionFilter::All => (
                "SELECT * FROM sessions WHERE id > $1 ORDER BY id LIMIT $2",
                None,
            ),
            SessionFilter::Subject(subject) => (
                "SELECT * FROM sessions WHERE id > $1 AND subject = $3 ORDER BY id LIMIT $2",
                Some(subject),
            ),
            SessionFilter::Sid(sid) => (
                "SELECT * FROM sessions WHERE id > $1 AND sid = $3 ORDER BY id LIMIT $2",
                Some(sid),
            ),
            SessionFilter::WithoutSubject => (
                "SELECT * FROM sessions WHERE id > $1 AND subject IS NULL ORDER BY id LIMIT $2",
                None,
            ),
        };
        let after = after.map_or(&[][..], Hash::as_slice);
        let mut query = sqlx::query(query).bind(after).bind(i64::from(limit));
        if let Some(key) = key {
            query = query.bind(key.as_slice());
        }
        let finding = async {
            let rows = query.fetch_all(&self.database.pool).await?;
            rows.iter().map(found_session).collect()
        };
        self.database.run("find sessions", finding).await
    }

    async fn count_sessions(&self) -> Result<Option<u64>, StoreError> {
        let query = sqlx::query_scalar("SELECT count(*) FROM sessions");
        let counting = query.fetch_one(&self.database.pool);
        let count: i64 = self.database.run("count sessions", counting).await?;
        Ok(u64::try_from(count).ok())
    }

    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError> {
        let reading = async {
            let query = sqlx::query("SELECT sealed, version FROM tokens WHERE session = $1");
            let query = query.bind(session.as_slice());
            let row = query.fetch_optional(&self.database.pool).await?;
            row.as_ref().map(token_row).transpose()
        };
        self.database.run("read tokens", reading).await
    }

    async fn save_tokens(
        &self,
        session: &Hash,
        sealed: Vec<u8>,
        expected: Option<Version>,
        holder: Option<&LeaseHolder>,
    ) -> Result<bool, StoreError> {
        let query = match expected {
            // The session stays until the tokens are written, or is gone before.
            None => sqlx::query(
                "INSERT INTO tokens (session, sealed, version) SELECT id, $2, 1 FROM sessions WHERE id = $1 FOR KEY SHARE \
                 ON CONFLICT DO NOTHING",
            )
            .bind(session.as_slice())
            .bind(sealed),
            Some(version) => sqlx::query(
                "UPDATE tokens SET sealed = $2, version = version + 1 WHERE session = $1 AND version = $3 AND \
                 ($4::bytea IS NULL OR holder IS NULL OR holder = $4 OR leased_until <= clock_timestamp())",
            )
            .bind(session.as_slice())
            .bind(sealed)
            .bind(version)
            .bind(holder.map(LeaseHolder::as_slice)),
        };
        let saving = query.execute(&self.database.pool);
        let done = self.database.run("write tokens", saving).await?;
        Ok(done.rows_affected() == 1)
    }

    async fn lease_tokens(
        &self,
        session: &Hash,
        holder: &LeaseHolder,
        duration: Duration,
    ) -> Result<Lease, StoreError> {
        let query = sqlx::query_as(
            "WITH leased AS (UPDATE tokens SET holder = $2, leased_until = clock_timestamp() + $3 * interval '1 millisecond' \
             WHERE session = $1 AND (holder IS NULL OR holder = $2 OR leased_until <= clock_timestamp()) RETURNING 1) \
             SELECT EXISTS (SELECT 1 FROM leased), EXISTS (SELECT 1 FROM tokens WHERE session = $1)",
        )
        .bind(session.as_slice())
        .bind(holder.as_slice())
        .bind(i32::try_from(duration.as_millis()).unwrap_or(i32::MAX));
        let leasing = query.fetch_one(&self.database.pool);
        let (is_held, is_there) = self.database.run("take a lease", leasing).await?;
        Ok(match (is_held, is_there) {
            (true, _) => Lease::Held,
            (false, true) => Lease::Taken,
            (false, false) => Lease::Gone,
        })
    }

    async fn release_tokens(&self, session: &Hash, holder: &LeaseHolder) -> Result<(), StoreError> {
        let query = "UPDATE tokens SET holder = NULL, leased_until = NULL WHERE session = $1 AND holder = $2";
        let query = sqlx::query(query)
            .bind(session.as_slice())
            .bind(holder.as_slice());
        let releasing = query.execute(&self.database.pool);
        self.database.run("give a lease back", releasing).await?;
        Ok(())
    }

    async fn spend(&self, what: &Hash, expires_at: i64) -> Result<bool, StoreError> {
        let query = "INSERT INTO spent (what, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let query = sqlx::query(query).bind(what.as_slice()).bind(expires_at);
        let spending = query.execute(&self.database.pool);
        let done = self.database.run("look up the pending sign-in", spending);
        Ok(done.await?.rows_affected() == 1)
    }

    async fn is_spent(&self, what: &Hash) -> Result<bool, StoreError> {
        let query = "SELECT EXISTS (SELECT FROM spent WHERE what = $1)";
        let query = sqlx::query_scalar(query).bind(what.as_slice());
        let reading = query.fetch_one(&self.database.pool);
        self.database.run("look up what was used", reading).await
    }

    async fn refuse_sign_ins(
        &self,
        owner: &Hash,
        before: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO refused_sign_ins AS noted (owner, before, expires_at) VALUES ($1, $2, $3) ON CONFLICT (owner) DO UPDATE SET \
             before = greatest(noted.before, excluded.before), expires_at = greatest(noted.expires_at, excluded.expires_at)",
        )
        .bind(owner.as_slice())
        .bind(before)
        .bind(expires_at);
        let refusing = query.execute(&self.database.pool);
        self.database
            .run("refuse earlier sign-ins", refusing)
            .await?;
        Ok(())
    }

    async fn refused_before(&self, owner: &Hash) -> Result<Option<i64>, StoreError> {
        let query = "SELECT before FROM refused_sign_ins WHERE owner = $1";
        let query = sqlx::query_scalar(query).bind(owner.as_slice());
        let reading = query.fetch_optional(&self.database.pool);
        self.database.run("look up refused sign-ins", reading).await
    }

    async fn announce_change(&self, session: &Hash) -> Result<(), StoreError> {
        let query = "SELECT pg_notify('logto_sessions', 'c' || encode($1, 'base64'))";
        let query = sqlx::query(query).bind(session.as_slice());
        let announcing = query.execute(&self.database.pool);
        self.database.run("announce a change", announcing).await?;
        let _ = self.events.send(SessionEvent::Changed(*session));
        Ok(())
    }

    fn events(&self) -> Receiver<SessionEvent> {
        self.events.subscribe()
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        // Rows that another process removes or changes now are left to the next sweep.
        let batches = [
            (
                "DELETE FROM spent WHERE what IN \
                 (SELECT what FROM spent WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
                now,
            ),
            (
                "DELETE FROM refused_sign_ins WHERE owner IN \
                 (SELECT owner FROM refused_sign_ins WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
                now,
            ),
            (
                "DELETE FROM sessions WHERE id IN \
                 (SELECT id FROM sessions WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
                now,
            ),
            (
                "DELETE FROM sessions WHERE id IN \
                 (SELECT id FROM sessions WHERE seen_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
                idle_since,
            ),
        ];
        for (batch, until) in batches {
            let removed = self.remove(batch, until).await?;
            tracing::trace!(removed, batch, "rows past their time were removed");
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), StoreError> {
        let reading =
            sqlx::query("SELECT 1 FROM sessions LIMIT 1").fetch_optional(&self.database.pool);
        self.database.run("read", reading).await?;
        let writing = sqlx::query(
            "INSERT INTO probe (number, at) VALUES (1, now()) ON CONFLICT (number) DO UPDATE SET at = now()",
        )
        .execute(&self.database.pool);
        self.database.run("write", writing).await?;
        Ok(())
    }
}
