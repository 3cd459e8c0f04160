//! Sessions in Redis or Valkey, for several processes on several machines.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use redis::cmd;
use tokio::sync::broadcast::{Receiver, Sender};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Lease, LeaseHolder, SessionEvent, SessionFilter, SessionRow, Store, StoreError, TokenRow,
    Version, event_channel,
    redis_connection::Connection,
    redis_events::{CHANGED, ENDED, follow, published},
    redis_scripts as scripts,
};
use crate::hash::Hash;

/// How many rows of each kind a sweep removes at once. Nobody else is answered meanwhile.
const BATCH: u16 = 100;

/// Sessions in Redis 6 or later, or Valkey. Cheap to clone.
///
/// A process has one connection, and one by which it hears of events. An operation waits two
/// seconds for the connection and three for its answer, and then fails; nothing is tried again by
/// itself, because it may have been done.
///
/// The server keeps what its settings say. A sign-out that was acknowledged is in the log when
/// `appendfsync` is `always`; else the last second may be lost in a power cut. Without
/// persistence, sessions end with the server: their people sign in again. It must not evict keys
/// (`maxmemory-policy noeviction`): a logout at Logto finds sessions by keys of their own. A cluster is not
/// supported: the sets that find sessions are about all of them.
#[derive(Clone)]
pub struct RedisStore {
    server: Connection,
    events: Sender<SessionEvent>,
    _follower: Arc<AbortOnDropHandle<()>>,
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedisStore").field(&self.server).finish()
    }
}

impl RedisStore {
    /// Connects to the server that a URL names: `redis://user@host:port/database?prefix=shop:`, or
    /// `rediss://` for TLS, whose certificate an authority of the system has to have signed.
    ///
    /// A password that the URL leaves out is taken from `REDISCLI_AUTH`. All keys begin with the
    /// prefix, `logto:` unless the URL says otherwise; applications that share a database need one
    /// each.
    ///
    /// # Errors
    /// When the URL is malformed, the server cannot be reached, it refuses the user, or a newer
    /// version has written the keys.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let server = Connection::open(url).await?;
        let events = event_channel();
        let following = follow(server.client.clone(), server.prefix.clone(), events.clone());
        Ok(Self {
            server,
            events,
            _follower: Arc::new(AbortOnDropHandle::new(tokio::spawn(following))),
        })
    }

    fn key(&self, name: &str) -> Vec<u8> {
        [self.server.prefix.as_bytes(), name.as_bytes()].concat()
    }

    fn session_key(&self, id: &Hash) -> Vec<u8> {
        [&self.key("session:"), id.as_slice()].concat()
    }
}

/// Empty for `None`.
fn optional<const N: usize>(bytes: Option<&[u8; N]>) -> &[u8] {
    bytes.map_or(&[], <[u8; N]>::as_slice)
}

/// Content, last use, end, subject, sid.
type Fields = (Vec<u8>, i64, i64, Vec<u8>, Vec<u8>);

/// A session that is there has all of them.
type Loaded = (
    Option<Version>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<i64>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

/// The id before the fields.
type Found = (Vec<u8>, Vec<u8>, i64, i64, Vec<u8>, Vec<u8>);

fn session_row(
    (sealed, seen_at, expires_at, subject, sid): Fields,
) -> Result<SessionRow, StoreError> {
    let owner = |bytes: Vec<u8>| {
        let bytes = (!bytes.is_empty()).then_some(bytes);
        bytes.map(hash).transpose()
    };
    Ok(SessionRow {
        sealed,
        seen_at,
        expires_at,
        subject: owner(subject)?,
        sid: owner(sid)?,
    })
}

fn hash(bytes: Vec<u8>) -> Result<Hash, StoreError> {
    Hash::try_from(bytes).map_err(|_| StoreError::new("read a session", "a member is no hash"))
}

#[async_trait]
impl Store for RedisStore {
    fn name(&self) -> &'static str {
        "redis"
    }

    async fn create_session(&self, id: &Hash, row: SessionRow) -> Result<bool, StoreError> {
        let mut script = scripts::CREATE.key(&self.server.prefix);
        let script = script
            .arg(id)
            .arg(row.sealed)
            .arg(row.seen_at)
            .arg(row.expires_at)
            .arg(optional(row.subject.as_ref()))
            .arg(optional(row.sid.as_ref()));
        self.server.run("add a session", script).await
    }

    async fn load_session(&self, id: &Hash) -> Result<Option<(SessionRow, Version)>, StoreError> {
        let mut command = cmd("HMGET");
        command.arg(self.session_key(id));
        command.arg(&["v", "c", "u", "e", "s", "i"]);
        let found: Loaded = self.server.ask("read a session", &command).await?;
        let (
            Some(version),
            Some(sealed),
            Some(seen_at),
            Some(expires_at),
            Some(subject),
            Some(sid),
        ) = found
        else {
            return Ok(None);
        };
        let row = session_row((sealed, seen_at, expires_at, subject, sid))?;
        Ok(Some((row, version)))
    }

    async fn update_session(
        &self,
        id: &Hash,
        row: SessionRow,
        expected: Version,
    ) -> Result<bool, StoreError> {
        let mut script = scripts::UPDATE.key(&self.server.prefix);
        let script = script
            .arg(id)
            .arg(row.sealed)
            .arg(row.seen_at)
            .arg(row.expires_at)
            .arg(optional(row.subject.as_ref()))
            .arg(optional(row.sid.as_ref()))
            .arg(expected);
        self.server.run("change a session", script).await
    }

    async fn touch_session(&self, id: &Hash, seen_at: i64) -> Result<(), StoreError> {
        let mut script = scripts::TOUCH.key(&self.server.prefix);
        let script = script.arg(id).arg(seen_at);
        self.server.run("note the use of a session", script).await
    }

    async fn delete_session(&self, id: &Hash) -> Result<(), StoreError> {
        let mut script = scripts::DELETE.key(&self.server.prefix);
        let script = script.arg(id).arg(published(ENDED, id));
        if self.server.run("delete a session", script).await? {
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
        let set = match &filter {
            SessionFilter::All => b"all".to_vec(),
            SessionFilter::Subject(subject) => [b"subject:", subject.as_slice()].concat(),
            SessionFilter::Sid(sid) => [b"sid:", sid.as_slice()].concat(),
            SessionFilter::WithoutSubject => b"nobody".to_vec(),
        };
        let from = after.map_or_else(|| b"-".to_vec(), |after| [b"(", after.as_slice()].concat());
        let mut script = scripts::FIND.key(&self.server.prefix);
        let script = script.arg(set).arg(from).arg(limit);
        let found: Vec<Found> = self.server.run("find sessions", script).await?;
        let found = found
            .into_iter()
            .map(|(id, sealed, seen_at, expires_at, subject, sid)| {
                Ok((
                    hash(id)?,
                    session_row((sealed, seen_at, expires_at, subject, sid))?,
                ))
            });
        found.collect()
    }

    async fn count_sessions(&self) -> Result<Option<u64>, StoreError> {
        let script = scripts::COUNT.key(&self.server.prefix);
        self.server.run("count sessions", &script).await.map(Some)
    }

    async fn load_tokens(&self, session: &Hash) -> Result<Option<TokenRow>, StoreError> {
        let mut command = cmd("HMGET");
        command.arg(self.session_key(session)).arg(&["t", "w"]);
        let found: (Option<Vec<u8>>, Option<Version>) =
            self.server.ask("read tokens", &command).await?;
        Ok(match found {
            (Some(sealed), Some(version)) => Some(TokenRow { sealed, version }),
            _ => None,
        })
    }

    async fn save_tokens(
        &self,
        session: &Hash,
        sealed: Vec<u8>,
        expected: Option<Version>,
        holder: Option<&LeaseHolder>,
    ) -> Result<bool, StoreError> {
        let expected = expected.map(|version| version.to_string());
        let mut script = scripts::SAVE_TOKENS.key(&self.server.prefix);
        let script = script
            .arg(session)
            .arg(sealed)
            .arg(expected.unwrap_or_default())
            .arg(optional(holder));
        self.server.run("write tokens", script).await
    }

    async fn lease_tokens(
        &self,
        session: &Hash,
        holder: &LeaseHolder,
        duration: Duration,
    ) -> Result<Lease, StoreError> {
        let duration = u32::try_from(duration.as_millis()).unwrap_or(u32::MAX);
        let mut script = scripts::LEASE.key(&self.server.prefix);
        let script = script.arg(session).arg(holder).arg(duration);
        let answer: u8 = self.server.run("take a lease", script).await?;
        Ok(match answer {
            0 => Lease::Held,
            1 => Lease::Taken,
            _ => Lease::Gone,
        })
    }

    async fn release_tokens(&self, session: &Hash, holder: &LeaseHolder) -> Result<(), StoreError> {
        let mut script = scripts::RELEASE.key(&self.server.prefix);
        let script = script.arg(session).arg(holder);
        self.server.run("give a lease back", script).await
    }

    async fn spend(&self, what: &Hash, expires_at: i64) -> Result<bool, StoreError> {
        let mut command = cmd("ZADD");
        command.arg(self.key("spent")).arg("NX").arg(expires_at);
        command.arg(what);
        self.server
            .ask("look up the pending sign-in", &command)
            .await
    }

    async fn is_spent(&self, what: &Hash) -> Result<bool, StoreError> {
        let mut command = cmd("ZSCORE");
        command.arg(self.key("spent")).arg(what);
        let found: Option<i64> = self.server.ask("look up what was used", &command).await?;
        Ok(found.is_some())
    }

    async fn refuse_sign_ins(
        &self,
        owner: &Hash,
        before: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let mut script = scripts::REFUSE.key(&self.server.prefix);
        let script = script.arg(owner).arg(before).arg(expires_at);
        self.server.run("refuse earlier sign-ins", script).await
    }

    async fn refused_before(&self, owner: &Hash) -> Result<Option<i64>, StoreError> {
        let mut command = cmd("ZSCORE");
        command.arg(self.key("refused")).arg(owner);
        self.server.ask("look up refused sign-ins", &command).await
    }

    async fn announce_change(&self, session: &Hash) -> Result<(), StoreError> {
        let mut command = cmd("PUBLISH");
        command.arg(self.key("events"));
        command.arg(published(CHANGED, session));
        let _: i64 = self.server.ask("announce a change", &command).await?;
        let _ = self.events.send(SessionEvent::Changed(*session));
        Ok(())
    }

    fn events(&self) -> Receiver<SessionEvent> {
        self.events.subscribe()
    }

    async fn sweep(&self, now: i64, idle_since: i64) -> Result<(), StoreError> {
        loop {
            let mut script = scripts::SWEEP.key(&self.server.prefix);
            let script = script.arg(now).arg(idle_since).arg(BATCH);
            let removed: u64 = self
                .server
                .run("remove what is past its time", script)
                .await?;
            tracing::trace!(removed, "rows past their time were removed");
            if removed == 0 {
                return Ok(());
            }
        }
    }

    async fn check(&self) -> Result<(), StoreError> {
        let script = scripts::CHECK.key(&self.server.prefix);
        self.server.run("read and write", &script).await
    }
}
