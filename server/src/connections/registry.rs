//! All open connections: who may have one more, and which ones have to close.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    Limits,
    activity::{Activity, Overdue},
};

/// How often a newcomer looks again after an idle connection was told to make room, and how long it waits each time.
const LOOKS: usize = 3;
const ROOM: Duration = Duration::from_millis(100);
/// How many newcomers may wait for room. Each has a descriptor open.
const MOST_WAITING: usize = 16;

#[derive(Debug)]
pub(super) struct Registry {
    limits: Limits,
    open: Mutex<Open>,
    /// A connection has closed.
    closed: Notify,
    waiting: Arc<Semaphore>,
    /// All connections are to close.
    stopping: CancellationToken,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, Arc<Connection>>,
    addresses: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Connection {
    address: IpAddr,
    activity: Arc<Activity>,
    closing: CancellationToken,
    overdue: CancellationToken,
}

/// Whether there is room for one more.
enum Room {
    Taken(Ticket),
    /// This connection, or one before it, has been told to close.
    Soon,
    None,
}

impl Registry {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            open: Mutex::default(),
            closed: Notify::new(),
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
            stopping: CancellationToken::new(),
        }
    }

    /// Asks for room for one more connection, without waiting, so that nobody else waits to be accepted. When there is none,
    /// the connection that has waited longest without a request closes: one of the same address when that has too many, else
    /// any. A few newcomers may wait for that.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr, is_proxy: bool) -> Admission {
        match self.look(address, is_proxy) {
            Room::Taken(ticket) => Admission::Taken(ticket),
            Room::None => Admission::Refused,
            Room::Soon => match Arc::clone(&self.waiting).try_acquire_owned() {
                Ok(place) => Admission::Waits {
                    registry: Arc::clone(self),
                    address,
                    is_proxy,
                    _place: place,
                },
                Err(_) => Admission::Refused,
            },
        }
    }

    async fn wait(self: &Arc<Self>, address: IpAddr, is_proxy: bool) -> Option<Ticket> {
        for _ in 0..LOOKS {
            let closed = self.closed.notified();
            match self.look(address, is_proxy) {
                Room::Taken(ticket) => return Some(ticket),
                Room::Soon => drop(timeout(ROOM, closed).await),
                Room::None => return None,
            }
        }
        None
    }

    fn look(self: &Arc<Self>, address: IpAddr, is_proxy: bool) -> Room {
        let mut open = self.open();
        let of_address = open.addresses.get(&address).copied().unwrap_or_default();
        let too_many = !is_proxy && of_address >= self.limits.per_address;
        if !too_many && open.connections.len() < self.limits.total {
            return Room::Taken(self.insert(&mut open, address));
        }
        let rivals = open.connections.values();
        let rivals = rivals.filter(|other| !too_many || other.address == address);
        let idle = rivals.filter(|other| !other.activity.is_busy());
        match idle.min_by_key(|other| (!other.closing.is_cancelled(), other.activity.worth())) {
            Some(idle) => {
                idle.closing.cancel();
                Room::Soon
            }
            None => Room::None,
        }
    }

    fn insert(self: &Arc<Self>, open: &mut Open, address: IpAddr) -> Ticket {
        let id = open.next;
        open.next += 1;
        let connection = Arc::new(Connection {
            address,
            activity: Arc::new(Activity::new()),
            closing: self.stopping.child_token(),
            overdue: CancellationToken::new(),
        });
        open.connections.insert(id, Arc::clone(&connection));
        *open.addresses.entry(address).or_default() += 1;
        Ticket {
            id,
            connection,
            registry: Arc::clone(self),
        }
    }

    /// Closes connections that take longer than they may, for as long as the future is polled.
    pub(super) async fn close_overdue(self: Arc<Self>) {
        let often = (self.limits.request_head / 15).max(Duration::from_millis(10));
        let mut interval = tokio::time::interval(often);
        loop {
            interval.tick().await;
            for connection in self.open().connections.values() {
                match connection.activity.overdue(&self.limits) {
                    Some(Overdue::TooSlow) => connection.overdue.cancel(),
                    Some(Overdue::Idle) => connection.closing.cancel(),
                    None => {}
                }
            }
        }
    }

    /// Has every connection close after the requests that are under way.
    pub(super) fn stop(&self) {
        self.stopping.cancel();
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a connection is let in.
pub(super) enum Admission {
    Taken(Ticket),
    Waits {
        registry: Arc<Registry>,
        address: IpAddr,
        is_proxy: bool,
        _place: OwnedSemaphorePermit,
    },
    Refused,
}

impl Admission {
    /// The place, once there is one; `None` when there is none.
    pub(super) async fn ticket(self) -> Option<Ticket> {
        match self {
            Self::Taken(ticket) => Some(ticket),
            Self::Waits {
                registry,
                address,
                is_proxy,
                _place,
            } => registry.wait(address, is_proxy).await,
            Self::Refused => None,
        }
    }
}

/// The place of one open connection. It is free when this is dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    id: u64,
    connection: Arc<Connection>,
    registry: Arc<Registry>,
}

impl Ticket {
    pub(super) fn activity(&self) -> &Arc<Activity> {
        &self.connection.activity
    }

    /// Ready when the connection is to close after its requests.
    pub(super) async fn closing(&self) {
        self.connection.closing.cancelled().await;
    }

    /// Ready when the connection is to be cut off.
    pub(super) async fn overdue(&self) {
        self.connection.overdue.cancelled().await;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut open = self.registry.open();
        open.connections.remove(&self.id);
        let address = self.connection.address;
        if let Some(count) = open.addresses.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                open.addresses.remove(&address);
            }
        }
        drop(open);
        self.registry.closed.notify_waiters();
    }
}
