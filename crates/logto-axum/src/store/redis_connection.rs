//! The connection to Redis, and how long anything may take there.

use std::{env, fmt, time::Duration};

use redis::{
    Client, ErrorKind, FromRedisValue, IntoConnectionInfo as _, RedisError, ScriptInvocation,
    ServerErrorKind,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use url::Url;

use super::{StoreError, StoreErrorKind, redis_scripts::LAYOUT};

/// How long a connection may take.
pub(super) const CONNECTION_TIMEOUT: Duration = Duration::from_secs(2);
/// How long an answer may take.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(3);
/// What all keys begin with, unless the URL says otherwise.
const PREFIX: &str = "logto:";
/// The layout of the keys.
const KNOWN: i64 = 1;

/// One connection, which all operations share. Cheap to clone.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) client: Client,
    manager: ConnectionManager,
    pub(super) prefix: String,
}

/// Without the password.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("address", &self.client.get_connection_info().addr())
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl Connection {
    pub(super) async fn open(url: &str) -> Result<Self, StoreError> {
        let (client, prefix) = client(url)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECTION_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            // Each operation tries once more, and the next one again.
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(100));
        let manager = client.get_connection_manager_with_config(config).await;
        let manager = manager.map_err(failed("connect to Redis"))?;
        let connection = Self {
            client,
            manager,
            prefix,
        };
        let mut script = LAYOUT.key(&connection.prefix);
        let layout: i64 = connection.run("read its keys", script.arg(KNOWN)).await?;
        if layout > KNOWN {
            let reason = format!(
                "the keys that begin with {} have layout {layout}, this program knows {KNOWN}",
                connection.prefix
            );
            return Err(StoreError::new("read its keys", reason));
        }
        connection.warn_of_eviction().await;
        Ok(connection)
    }

    /// A server that evicts keys may evict the sets by which sessions are found, and keep the
    /// sessions. Who may not ask for its settings is not warned.
    async fn warn_of_eviction(&self) {
        let mut command = redis::cmd("INFO");
        command.arg("memory");
        let info: String = self
            .ask("read its settings", &command)
            .await
            .unwrap_or_default();
        if may_evict(&info) {
            tracing::warn!(
                "Redis may evict keys of the session store when its memory is full; then a logout at Logto does not find the sessions \
                 to end. Set maxmemory-policy noeviction"
            );
        }
    }

    /// Runs a script.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        action: &'static str,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        let mut manager = self.manager.clone();
        let outcome = script.invoke_async(&mut manager).await;
        outcome.map_err(failed(action))
    }

    /// Runs a command.
    pub(super) async fn ask<T: FromRedisValue>(
        &self,
        action: &'static str,
        command: &redis::Cmd,
    ) -> Result<T, StoreError> {
        let mut manager = self.manager.clone();
        let outcome = command.query_async(&mut manager).await;
        outcome.map_err(failed(action))
    }
}

/// Whether a server with these lines of `INFO memory` evicts keys.
fn may_evict(info: &str) -> bool {
    let value = |name: &str| {
        let mut lines = info.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
    };
    let is_limited = value("maxmemory").is_some_and(|limit| limit.trim() != "0");
    is_limited && value("maxmemory_policy").is_some_and(|policy| policy.trim() != "noeviction")
}

/// The client of a URL, and the prefix that it names.
fn client(url: &str) -> Result<(Client, String), StoreError> {
    let action = "read the URL of Redis";
    let mut url = Url::parse(url).map_err(|source| StoreError::new(action, source))?;
    let named = url.query_pairs().find(|(name, _)| name == "prefix");
    let prefix = named.map_or_else(|| PREFIX.to_owned(), |(_, prefix)| prefix.into_owned());
    url.set_query(None);
    let info = url.into_connection_info().map_err(failed(action))?;
    let mut settings = info.redis_settings().clone();
    if settings.password().is_none()
        && let Ok(password) = env::var("REDISCLI_AUTH")
    {
        settings = settings.set_password(password);
    }
    let client = Client::open(info.set_redis_settings(settings)).map_err(failed(action))?;
    Ok((client, prefix))
}

/// What went wrong, and whether waiting may help.
pub(super) fn failed(action: &'static str) -> impl Fn(RedisError) -> StoreError {
    move |source| {
        let is_busy = matches!(
            source.kind(),
            ErrorKind::Server(ServerErrorKind::BusyLoading | ServerErrorKind::TryAgain)
        );
        let error = StoreError::new(action, source);
        if is_busy {
            error.of_kind(StoreErrorKind::Busy)
        } else {
            error
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_may_evict_is_known_by_its_limit_and_its_policy() {
        for (info, evicts) in [
            ("maxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n", false),
            ("maxmemory:1000\r\nmaxmemory_policy:noeviction\r\n", false),
            ("maxmemory:1000\r\nmaxmemory_policy:allkeys-lru\r\n", true),
            ("maxmemory:1000\r\nmaxmemory_policy:volatile-ttl\r\n", true),
            ("", false),
        ] {
            assert_eq!(may_evict(info), evicts, "{info}");
        }
    }
}
