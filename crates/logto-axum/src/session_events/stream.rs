//! The events of one stream.

use std::{convert::Infallible, future::ready, time::Duration};

use axum::response::sse::Event;
use futures_util::{
    Stream,
    stream::{once, unfold},
};
use tokio::time::{Instant, timeout_at};

use super::streams::{Place, Wake};
use crate::{
    session::{SessionStatus, Sessions},
    store::Version,
};

/// A proxy that closes silent connections waits longer.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(20);
/// How long a stream stays open at most, and how much shorter some of them are.
const LONGEST: Duration = Duration::from_mins(15);
const SHORTER: Duration = Duration::from_mins(3);
/// After how long a browser opens a stream again that was closed: at least, and how much longer
/// some of them wait.
const RETRY: Duration = Duration::from_secs(1);
const RETRY_SPREAD: Duration = Duration::from_secs(4);
/// After events were lost, all open pages check, on average one in this time.
const CHECK_INTERVAL: Duration = Duration::from_millis(1);

/// The id of an event when the version of the session is not known.
const UNKNOWN: &str = "unknown";

type Item = Result<Event, Infallible>;

/// One stream.
struct Progress {
    sessions: Sessions,
    place: Place,
    closes_at: Instant,
    /// When the session is looked at, because events may have been lost.
    check_at: Option<Instant>,
    /// The version of the session that the page knows, if it is known.
    versions: Option<[Version; 2]>,
    state: State,
}

enum State {
    New {
        /// Whether the page knows another version of the session.
        is_changed: bool,
    },
    Open,
    Ended,
}

/// The events of a session. `known` is the id of the last event that the browser has had, `shown`
/// when the session ends at the latest that its page shows.
pub(super) fn events(
    sessions: Sessions,
    place: Place,
    status: SessionStatus,
    known: Option<&[u8]>,
    shown: Option<i64>,
) -> impl Stream<Item = Item> + Send + 'static {
    let left = status.ends_at.saturating_sub(sessions.now());
    let left = Duration::from_secs(u64::try_from(left).unwrap_or_default());
    let longest = LONGEST.saturating_sub(random_part(SHORTER));
    let is_newer =
        known.is_some_and(|known| !known.is_empty() && known != id(status.versions).as_bytes());
    let is_changed = is_newer || shown.is_some_and(|shown| shown != status.latest);
    let progress = Progress {
        sessions,
        place,
        closes_at: Instant::now() + left.min(longest),
        check_at: None,
        versions: Some(status.versions),
        state: State::New { is_changed },
    };
    unfold(progress, |mut progress| async {
        let event = progress.next().await?;
        Some((Ok(event), progress))
    })
}

/// The stream of a session that has ended already.
pub(super) fn ended() -> impl Stream<Item = Item> + Send + 'static {
    once(ready(Ok(end())))
}

/// The last event. Without an id, so that the answer to the next request of the same browser is
/// that nobody is signed in.
fn end() -> Event {
    Event::default().id("").data("ended")
}

impl Progress {
    async fn next(&mut self) -> Option<Event> {
        match self.state {
            State::New { is_changed } => {
                self.state = State::Open;
                let retry = RETRY + random_part(RETRY_SPREAD);
                let event = if is_changed {
                    self.changed()
                } else {
                    self.event()
                };
                return Some(event.retry(retry));
            }
            State::Open => {}
            State::Ended => return None,
        }
        loop {
            let due = self.check_at.unwrap_or(self.closes_at).min(self.closes_at);
            match timeout_at(due, self.place.next()).await {
                Ok(Wake::Check) => {
                    let spread = CHECK_INTERVAL * self.place.open_streams();
                    self.check_after(random_part(spread));
                }
                Ok(Wake::Changed) => {
                    self.versions = None;
                    let event = self.check().await;
                    return event.or_else(|| Some(self.changed()));
                }
                Ok(Wake::Ended) => return Some(self.ended()),
                Err(_) if due < self.closes_at => {
                    if let Some(event) = self.check().await {
                        return Some(event);
                    }
                }
                Ok(Wake::Stop) | Err(_) => return None,
            }
        }
    }

    fn check_after(&mut self, pause: Duration) {
        let at = Instant::now() + pause;
        self.check_at = Some(self.check_at.map_or(at, |earlier| earlier.min(at)));
    }

    /// Looks at the session, without using it. `None` when the page knows what there is. A store
    /// that does not answer is asked again a little later.
    async fn check(&mut self) -> Option<Event> {
        self.check_at = None;
        match self.sessions.status(self.place.session()).await {
            Ok(Some(status)) => {
                let known = self.versions.replace(status.versions);
                (known != Some(status.versions)).then(|| self.changed())
            }
            Ok(None) => Some(self.ended()),
            Err(_) => {
                self.check_after(RETRY + random_part(RETRY_SPREAD));
                None
            }
        }
    }

    fn ended(&mut self) -> Event {
        self.state = State::Ended;
        end()
    }

    fn changed(&self) -> Event {
        self.event().data("changed")
    }

    fn event(&self) -> Event {
        Event::default().id(self.versions.map_or_else(|| UNKNOWN.to_owned(), id))
    }
}

/// The id of events about this version of a session. A browser sends the last one back when it opens
/// a stream again (`Last-Event-ID`).
fn id([session, tokens]: [Version; 2]) -> String {
    format!("{session}.{tokens}")
}

/// A random part of a duration, so that not all browsers do the same at the same time.
fn random_part(most: Duration) -> Duration {
    let random = crate::random::bytes().map_or(0, u16::from_le_bytes);
    most * u32::from(random) / (1 << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_part_is_within_the_whole() {
        let parts = [(); 100].map(|()| random_part(RETRY_SPREAD));
        assert!(parts.iter().all(|part| *part < RETRY_SPREAD));
        assert!(parts.iter().any(|part| *part != parts[0]));
    }
}
