//! Events of the processes that share one file. `SQLite` tells no other process of a change, so
//! each asks four times a second, while anybody listens.

use std::time::Duration;

use sqlx::Row;
use tokio::sync::broadcast::Sender;

use super::{SessionEvent, StoreError, sqlite_connections::Connections};
use crate::hash::Hash;

/// An end of a session has to reach open pages within a second.
const INTERVAL: Duration = Duration::from_millis(250);

/// Passes the events of the file on, for as long as it is polled. While nobody listens, the file is
/// not read.
pub(super) async fn follow(file: Connections, events: Sender<SessionEvent>) {
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut last = None;
    loop {
        interval.tick().await;
        if events.receiver_count() == 0 {
            last = None;
            continue;
        }
        let outcome = match last {
            None => newest(&file).await.inspect(|_| {
                let _ = events.send(SessionEvent::Missed);
            }),
            Some(last) => pass_on(&file, last, &events).await,
        };
        // A file that cannot be read now may have lost some by the time that it can.
        last = outcome.ok();
    }
}

async fn newest(file: &Connections) -> Result<i64, StoreError> {
    let readers = file.readers().await?;
    // Also when all events are swept: the numbers of a table with AUTOINCREMENT go on.
    sqlx::query_scalar(
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)",
    )
    .fetch_one(&readers)
    .await
    .map_err(file.failed("read events"))
}

/// Passes on what came after `last`. Gives back the number of the last event.
async fn pass_on(
    file: &Connections,
    mut last: i64,
    events: &Sender<SessionEvent>,
) -> Result<i64, StoreError> {
    let readers = file.readers().await?;
    let failed = file.failed("read events");
    let query = "SELECT number, session, has_ended FROM events WHERE number > ? ORDER BY number";
    let rows = sqlx::query(query)
        .bind(last)
        .fetch_all(&readers)
        .await
        .map_err(&failed)?;
    for row in rows {
        last = row.try_get("number").map_err(&failed)?;
        let session: Vec<u8> = row.try_get("session").map_err(&failed)?;
        let Ok(session) = Hash::try_from(session) else {
            continue;
        };
        let has_ended: bool = row.try_get("has_ended").map_err(&failed)?;
        let _ = events.send(if has_ended {
            SessionEvent::Ended(session)
        } else {
            SessionEvent::Changed(session)
        });
    }
    Ok(last)
}
