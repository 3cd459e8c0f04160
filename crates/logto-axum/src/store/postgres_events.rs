//! Events of the processes that share a database, by LISTEN.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sqlx::{
    Executor as _,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::{
    sync::broadcast::Sender,
    time::{sleep, timeout},
};

use super::{SessionEvent, postgres_connections::CONNECTION_TIMEOUT};
use crate::hash::Hash;

/// The channel of notifications. What follows the first letter is the session in base64.
const CHANNEL: &str = "logto_sessions";
/// How soon a connection that was lost is made again.
const RETRY: Duration = Duration::from_millis(500);
/// After this long without an event, the server is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(20);

/// Passes on what is notified, for as long as it is polled.
pub(super) async fn follow(options: PgConnectOptions, events: Sender<SessionEvent>) {
    let mut is_lost = false;
    loop {
        let mut is_new = false;
        let error = listen(&options, &events, || is_new = true).await;
        // Said once for each time that they do not come.
        if is_new || !is_lost {
            let error = error.map_or_else(|| "the connection was lost".into(), |e| e.to_string());
            tracing::warn!(
                error,
                "PostgreSQL connection lost: session events of other processes are missed until it is back"
            );
        }
        is_lost = true;
        sleep(RETRY).await;
    }
}

/// Passes events on until something goes wrong, which is the result.
async fn listen(
    options: &PgConnectOptions,
    events: &Sender<SessionEvent>,
    began: impl FnOnce(),
) -> Option<sqlx::Error> {
    // A pool for each time: the listener gives its connection back to it, dead or alive.
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECTION_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options.clone());
    let outcome = async {
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        began();
        let _ = events.send(SessionEvent::Missed);
        loop {
            match timeout(SILENCE, listener.try_recv()).await {
                Ok(notified) => {
                    let Some(notification) = notified? else {
                        return Ok(());
                    };
                    if let Some(event) = event(notification.payload()) {
                        let _ = events.send(event);
                    }
                }
                Err(_) => match timeout(CONNECTION_TIMEOUT, listener.execute("SELECT 1")).await {
                    Ok(answer) => {
                        answer?;
                    }
                    Err(_) => return Ok(()),
                },
            }
        }
    };
    outcome.await.err()
}

/// A notification of [`PostgresStore`](super::PostgresStore).
fn event(payload: &str) -> Option<SessionEvent> {
    let (kind, session) = payload.split_at_checked(1)?;
    let session = STANDARD.decode(session).ok()?;
    let session = Hash::try_from(session).ok()?;
    Some(match kind {
        "e" => SessionEvent::Ended(session),
        _ => SessionEvent::Changed(session),
    })
}
