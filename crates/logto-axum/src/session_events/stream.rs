//! The events of one stream.

use std::{convert::Infallible, future::ready, time::Duration};

use axum::response::sse::Event;
use futures_util::{
    Stream,
    stream::{once, unfold},
};
use tokio::time::{Instant, timeout_at};

use super::streams::{Place, Wake};

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
/// The id of events. A browser sends it back when it opens a stream again (`Last-Event-ID`).
const ID: &str = "open";

type Item = Result<Event, Infallible>;

/// One stream.
struct Progress {
    place: Place,
    closes_at: Instant,
    /// When the page is told to check.
    check_at: Option<Instant>,
    state: State,
}

enum State {
    New,
    Open,
    Ended,
}

/// The events of a session that ends after `left` unless it is used.
pub(super) fn events(place: Place, left: Duration) -> impl Stream<Item = Item> + Send + 'static {
    let longest = LONGEST.saturating_sub(random_part(SHORTER));
    let progress = Progress {
        place,
        closes_at: Instant::now() + left.min(longest),
        check_at: None,
        state: State::New,
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
            State::New => {
                self.state = State::Open;
                let retry = RETRY + random_part(RETRY_SPREAD);
                return Some(Event::default().id(ID).retry(retry));
            }
            State::Open => {}
            State::Ended => return None,
        }
        loop {
            let due = self.check_at.unwrap_or(self.closes_at).min(self.closes_at);
            match timeout_at(due, self.place.next()).await {
                Ok(Wake::Check) => {
                    let spread = CHECK_INTERVAL * self.place.open_streams();
                    let check_at = Instant::now() + random_part(spread);
                    self.check_at.get_or_insert(check_at);
                }
                Ok(Wake::Changed) => {
                    self.check_at = None;
                    return Some(Event::default().data("changed"));
                }
                Ok(Wake::Ended) => {
                    self.state = State::Ended;
                    return Some(end());
                }
                Err(_) if due < self.closes_at => {
                    self.check_at = None;
                    return Some(Event::default().data("check"));
                }
                Ok(Wake::Stop) | Err(_) => return None,
            }
        }
    }
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
