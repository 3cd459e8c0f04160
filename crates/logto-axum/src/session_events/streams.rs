//! The streams of session events that are open in this process, found by session.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{
        Notify,
        broadcast::{Receiver, error::RecvError},
    },
    time::{Instant, timeout},
};

use super::limits::SessionStreamLimits;
use crate::{
    hash::Hash,
    measurements::{stream_closed, stream_opened},
    store::{SessionEvent, Store},
};

/// So long the events of the store are followed after the last stream has closed. A browser opens a
/// stream again within that time.
const LINGER: Duration = Duration::from_secs(30);

/// What a stream has to do. Of several, the last in this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wake {
    /// Events may have been lost.
    Check = 1,
    /// The session has changed.
    Changed,
    /// The session has ended.
    Ended,
    /// The process stops.
    Stop,
}

/// The streams that are open. One task follows the events of the store for all of them, while there
/// are any.
#[derive(Debug)]
pub(crate) struct SessionStreams {
    store: Arc<dyn Store>,
    limits: SessionStreamLimits,
    open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    signals: HashMap<Hash, Vec<Arc<Signal>>>,
    addresses: HashMap<IpAddr, usize>,
    count: usize,
    /// Whether a task follows the events of the store.
    is_followed: bool,
    /// When the last stream closed.
    empty_since: Instant,
    is_stopping: bool,
}

/// Wakes one stream. It holds one [`Wake`] however many there were, so that a client that does not
/// read costs no memory.
#[derive(Default)]
struct Signal {
    latest: AtomicU8,
    woken: Notify,
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signal")
    }
}

impl Signal {
    fn wake(&self, wake: Wake) {
        self.latest.fetch_max(wake as u8, Ordering::AcqRel);
        self.woken.notify_one();
    }

    async fn next(&self) -> Wake {
        loop {
            match self.latest.swap(0, Ordering::AcqRel) {
                0 => self.woken.notified().await,
                1 => return Wake::Check,
                2 => return Wake::Changed,
                3 => return Wake::Ended,
                _ => return Wake::Stop,
            }
        }
    }
}

impl SessionStreams {
    pub(crate) fn new(store: Arc<dyn Store>, limits: SessionStreamLimits) -> Self {
        Self {
            store,
            limits,
            open: Mutex::new(Open {
                signals: HashMap::new(),
                addresses: HashMap::new(),
                count: 0,
                is_followed: false,
                empty_since: Instant::now(),
                is_stopping: false,
            }),
        }
    }

    /// Takes a place for a stream, which hears of what happens to the session from now on. `None`
    /// when there are too many, or the process stops.
    pub(super) fn take_place(
        self: &Arc<Self>,
        session: Hash,
        address: Option<IpAddr>,
    ) -> Option<Place> {
        let address = address.map(network);
        let limits = &self.limits;
        let mut open = self.open();
        let of_session = open.signals.get(&session).map_or(0, Vec::len);
        let of_address = address.and_then(|address| open.addresses.get(&address));
        if open.is_stopping
            || open.count >= limits.total
            || of_session >= limits.per_session
            || of_address.is_some_and(|count| *count >= limits.per_address)
        {
            return None;
        }
        let signal = Arc::new(Signal::default());
        open.count += 1;
        let of_session = open.signals.entry(session).or_default();
        of_session.push(signal.clone());
        if let Some(address) = address {
            *open.addresses.entry(address).or_default() += 1;
        }
        if !open.is_followed {
            open.is_followed = true;
            tokio::spawn(self.clone().follow(self.store.events()));
        }
        drop(open);
        stream_opened();
        Some(Place {
            streams: self.clone(),
            session,
            address,
            signal,
        })
    }

    /// How many are open.
    pub(super) fn count(&self) -> usize {
        self.open().count
    }

    /// Notes that a session has ended in this process, though the store does not know yet.
    pub(crate) fn session_ended(&self, session: &Hash) {
        self.wake(session, Wake::Ended);
    }

    /// Closes all of them, and opens no more.
    pub(super) fn close(&self) {
        self.open().is_stopping = true;
        self.wake_all(Wake::Stop);
    }

    /// Passes the events of the store on to the streams of each session.
    async fn follow(self: Arc<Self>, mut events: Receiver<SessionEvent>) {
        while self.is_needed() {
            match timeout(LINGER, events.recv()).await {
                Ok(Ok(SessionEvent::Ended(session))) => self.wake(&session, Wake::Ended),
                Ok(Ok(SessionEvent::Changed(session))) => self.wake(&session, Wake::Changed),
                Ok(Ok(SessionEvent::Missed) | Err(RecvError::Lagged(_))) => {
                    self.wake_all(Wake::Check);
                }
                // The store is gone.
                Ok(Err(RecvError::Closed)) => return,
                Err(_) => {}
            }
        }
    }

    /// Whether the events of the store are to be followed on.
    fn is_needed(&self) -> bool {
        let mut open = self.open();
        open.is_followed = open.count > 0 || open.empty_since.elapsed() < LINGER;
        open.is_followed
    }

    fn wake(&self, session: &Hash, wake: Wake) {
        let open = self.open();
        let signals = open.signals.get(session).into_iter().flatten();
        signals.for_each(|signal| signal.wake(wake));
    }

    fn wake_all(&self, wake: Wake) {
        let open = self.open();
        let signals = open.signals.values().flatten();
        signals.for_each(|signal| signal.wake(wake));
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one open stream, which is free when this is dropped.
pub(super) struct Place {
    streams: Arc<SessionStreams>,
    session: Hash,
    address: Option<IpAddr>,
    signal: Arc<Signal>,
}

impl Place {
    /// What the stream has to do next.
    pub(super) async fn next(&self) -> Wake {
        self.signal.next().await
    }

    pub(super) fn session(&self) -> &Hash {
        &self.session
    }

    /// How many streams are open in this process.
    pub(super) fn open_streams(&self) -> u32 {
        u32::try_from(self.streams.count()).unwrap_or(u32::MAX)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open();
        if let Entry::Occupied(mut signals) = open.signals.entry(self.session) {
            signals
                .get_mut()
                .retain(|signal| !Arc::ptr_eq(signal, &self.signal));
            if signals.get().is_empty() {
                signals.remove();
            }
        }
        if let Some(address) = self.address
            && let Entry::Occupied(mut count) = open.addresses.entry(address)
        {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
        stream_closed();
        open.count -= 1;
        if open.count == 0 {
            open.empty_since = Instant::now();
        }
    }
}

/// What counts as one address: the address itself, or its /48 of IPv6, which one customer may have.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 80 << 80).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    fn streams(per_session: usize, per_address: usize, total: usize) -> Arc<SessionStreams> {
        let limits = SessionStreamLimits {
            per_session,
            per_address,
            total,
        };
        let store = Arc::new(MemoryStore::default());
        Arc::new(SessionStreams::new(store, limits))
    }

    /// OU-18
    #[tokio::test]
    async fn each_limit_holds_and_a_closed_stream_makes_room() {
        let streams = streams(2, 3, 5);
        let take = |session: u8, from: &str| {
            streams.take_place([session; 32], Some(from.parse().unwrap()))
        };
        let one = take(1, "192.0.2.1").unwrap();
        let two = take(1, "192.0.2.1").unwrap();
        assert!(take(1, "192.0.2.9").is_none(), "two for each session");
        let three = take(2, "192.0.2.1").unwrap();
        assert!(take(3, "192.0.2.1").is_none(), "three for each address");
        let four = take(3, "2001:db8::1").unwrap();
        let five = streams.take_place([4; 32], None).unwrap();
        assert!(streams.take_place([5; 32], None).is_none(), "five in all");
        drop(one);
        let six = take(1, "2001:db8:0:ffff::2").unwrap();
        assert_eq!(streams.open().addresses.len(), 2, "a /48 is one address");
        assert_eq!(streams.count(), 5);
        drop((two, three, four, five, six));
        let open = streams.open();
        assert_eq!((open.count, open.signals.len()), (0, 0));
        assert!(open.addresses.is_empty());
    }

    #[tokio::test]
    async fn what_a_stream_has_not_heard_of_yet_is_one_thing() {
        let streams = streams(1, 1, 1);
        let place = streams.take_place([1; 32], None).unwrap();
        let store = streams.store.clone();
        for _ in 0..3 {
            store.announce_change(&[1; 32]).await.unwrap();
        }
        assert_eq!(place.next().await, Wake::Changed);
        streams.wake_all(Wake::Check);
        streams.session_ended(&[1; 32]);
        streams.wake(&[1; 32], Wake::Changed);
        streams.session_ended(&[2; 32]);
        assert_eq!(place.next().await, Wake::Ended);
        let more = timeout(Duration::from_millis(50), place.next()).await;
        assert!(more.is_err(), "{more:?}");
    }

    #[tokio::test]
    async fn the_store_is_followed_while_there_are_streams_and_a_little_longer() {
        let streams = streams(1, 1, 1);
        let later = || streams.open().empty_since -= 2 * LINGER;
        let place = streams.take_place([1; 32], None).unwrap();
        later();
        assert!(streams.is_needed());
        drop(place);
        assert!(streams.is_needed());
        later();
        assert!(!streams.is_needed());
        let place = streams.take_place([1; 32], None).unwrap();
        let changed = streams.store.announce_change(&[1; 32]);
        changed.await.unwrap();
        assert_eq!(place.next().await, Wake::Changed);
    }

    #[tokio::test]
    async fn a_process_that_stops_closes_the_streams_and_opens_none() {
        let streams = streams(2, 2, 2);
        let place = streams.take_place([1; 32], None).unwrap();
        streams.close();
        assert_eq!(place.next().await, Wake::Stop);
        assert!(streams.take_place([1; 32], None).is_none());
    }
}
