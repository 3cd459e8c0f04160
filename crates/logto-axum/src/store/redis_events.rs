//! Events of the processes that share a Redis server, by its channels.

use std::time::Duration;

use redis::{
    AsyncConnectionConfig, Client, ProtocolVersion, PushInfo, PushKind, RedisError, Value,
};
use tokio::{
    sync::{broadcast::Sender, mpsc},
    time::{sleep, timeout},
};

use super::{SessionEvent, redis_connection::CONNECTION_TIMEOUT};
use crate::hash::Hash;

/// How soon a connection that was lost is made again.
const RETRY: Duration = Duration::from_millis(500);
/// After this long without an event, the server is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(20);

/// The event of a session, as it is published.
pub(super) fn published(kind: u8, session: &Hash) -> Vec<u8> {
    [&[kind], session.as_slice()].concat()
}

pub(super) const ENDED: u8 = b'e';
pub(super) const CHANGED: u8 = b'c';

/// Passes on what is published, for as long as it is polled.
pub(super) async fn follow(client: Client, prefix: String, events: Sender<SessionEvent>) {
    let channel = format!("{prefix}events");
    let mut is_lost = false;
    loop {
        let mut is_new = false;
        let error = listen(&client, &channel, &events, || is_new = true).await;
        // Said once for each time that they do not come.
        if is_new || !is_lost {
            let error = error.map_or_else(|| "the connection was lost".into(), |e| e.to_string());
            tracing::warn!(
                error,
                "Redis connection lost: session events of other processes are missed until it is back"
            );
        }
        is_lost = true;
        sleep(RETRY).await;
    }
}

/// Passes events on until something goes wrong, which is the result.
async fn listen(
    client: &Client,
    channel: &str,
    events: &Sender<SessionEvent>,
    began: impl FnOnce(),
) -> Option<RedisError> {
    let outcome = async {
        let info = client.get_connection_info().clone();
        let settings = info.redis_settings().clone();
        // Only there do commands and messages share a connection.
        let settings = settings.set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        let (sender, mut pushed) = mpsc::unbounded_channel();
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECTION_TIMEOUT))
            .set_response_timeout(Some(CONNECTION_TIMEOUT))
            .set_push_sender(sender);
        let connecting = client.get_multiplexed_async_connection_with_config(&config);
        let mut connection = connecting.await?;
        connection.subscribe(channel).await?;
        began();
        let _ = events.send(SessionEvent::Missed);
        loop {
            match timeout(SILENCE, pushed.recv()).await {
                Ok(None) => return Ok(()),
                Ok(Some(push)) if push.kind == PushKind::Disconnection => return Ok(()),
                Ok(Some(push)) => {
                    if let Some(event) = event(&push) {
                        let _ = events.send(event);
                    }
                }
                Err(_) => {
                    let _: Value = redis::cmd("PING").query_async(&mut connection).await?;
                }
            }
        }
    };
    outcome.await.err()
}

/// A message of [`RedisStore`](super::RedisStore).
fn event(push: &PushInfo) -> Option<SessionEvent> {
    let (PushKind::Message, [_, Value::BulkString(message)]) = (&push.kind, &push.data[..]) else {
        return None;
    };
    let (kind, session) = message.split_first()?;
    let session = Hash::try_from(session).ok()?;
    Some(match *kind {
        ENDED => SessionEvent::Ended(session),
        _ => SessionEvent::Changed(session),
    })
}
