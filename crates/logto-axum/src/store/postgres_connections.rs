//! The connections to PostgreSQL, and how long anything may take there.

use std::{fmt, str::FromStr, time::Duration};

use sqlx::{
    Connection as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

use super::{StoreError, StoreErrorKind, postgres_migrations::migrate};

/// Connections of one process, besides the one that events come by.
const CONNECTIONS: u32 = 10;
/// How long an operation waits for a connection.
pub(super) const CONNECTION_TIMEOUT: Duration = Duration::from_secs(2);
/// How long an operation takes in all: a server that has gone without a word answers nothing.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);
/// How long the first connection may take, from which the tables are made.
const START_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection that was not used for this long is asked before it is used.
const IDLE: Duration = Duration::from_secs(1);
/// What each connection begins with. Not as parameters of the connection, which poolers refuse.
const SETTINGS: &str = "SET search_path = logto_sessions; SET statement_timeout = '5s'";

/// The connections to one database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Connections {
    pub(super) options: PgConnectOptions,
    pub(super) pool: PgPool,
}

/// Without the password.
impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections")
            .field("host", &self.options.get_host())
            .field("port", &self.options.get_port())
            .field("database", &self.options.get_database())
            .finish_non_exhaustive()
    }
}

impl Connections {
    /// Connects, and makes the tables where they are missing.
    pub(super) async fn open(url: &str) -> Result<Self, StoreError> {
        let options = options(url)?;
        let action = "connect to PostgreSQL";
        let connecting = PgConnection::connect_with(&options);
        let Ok(connected) = timeout(START_TIMEOUT, connecting).await else {
            return Err(late(action, START_TIMEOUT));
        };
        let mut connection = connected.map_err(|source| failed(action, source))?;
        migrate(&mut connection).await?;
        let _ = connection.close().await;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(CONNECTION_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, state| {
                Box::pin(async move {
                    if state.idle_for > IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(|connection, _| {
                Box::pin(async move {
                    sqlx::raw_sql(SETTINGS).execute(connection).await?;
                    Ok(())
                })
            })
            .connect_lazy_with(options.clone());
        Ok(Self { options, pool })
    }

    /// Waits for an operation, within the time that it may take. Whether one that fails was done is
    /// not known.
    pub(super) async fn run<T>(
        &self,
        action: &'static str,
        operation: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StoreError> {
        match timeout(OPERATION_TIMEOUT, operation).await {
            Ok(Err(sqlx::Error::PoolTimedOut)) if self.pool.size() < CONNECTIONS => {
                Err(late("connect to PostgreSQL", CONNECTION_TIMEOUT))
            }
            Ok(outcome) => outcome.map_err(|source| failed(action, source)),
            Err(_) => Err(late(action, OPERATION_TIMEOUT)),
        }
    }
}

fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    // Its text shows nothing of the URL.
    let options = PgConnectOptions::from_str(url)
        .map_err(|source| StoreError::new("read the URL of PostgreSQL", source))?;
    Ok(match options.get_application_name() {
        Some(_) => options,
        None => options.application_name("logto-axum"),
    })
}

fn late(action: &'static str, limit: Duration) -> StoreError {
    StoreError::new(action, format!("no answer within {limit:?}"))
}

/// What went wrong, and whether waiting may help.
pub(super) fn failed(action: &'static str, source: sqlx::Error) -> StoreError {
    let is_busy = match &source {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_passing(&code)),
        _ => false,
    };
    let error = StoreError::new(action, source);
    if is_busy {
        error.of_kind(StoreErrorKind::Busy)
    } else {
        error
    }
}

/// Whether a code of an error is about other clients: a serialization failure, a deadlock, too many
/// connections, a lock that cannot be had, a statement that took too long.
fn is_passing(code: &str) -> bool {
    matches!(code, "40001" | "40P01" | "53300" | "55P03" | "57014")
}
