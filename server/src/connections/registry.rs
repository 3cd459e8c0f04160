//! The registry of open connections: it admits new ones, and closes others to make room.

mod open;
#[cfg(test)]
mod tests;
mod ticket;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicUsize},
    time::Duration,
};

use tokio::{
    sync::{Notify, Semaphore},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    Limits,
    activity::Overdue,
    share::{Resource, Shares},
};
use crate::client_address::Networks;
pub(super) use open::Connection;
use open::Open;
pub(super) use ticket::{Admission, Ticket};

/// How often a newcomer looks again after an idle connection was asked to close, and how long it waits each time.
const LOOKS: usize = 3;
const ROOM: Duration = Duration::from_millis(100);
/// How many newcomers may wait for room. Each has a descriptor open.
const MOST_WAITING: usize = 16;

#[derive(Debug)]
pub(super) struct Registry {
    limits: Limits,
    /// The requests under way in all.
    pub(super) requests: AtomicUsize,
    open: Mutex<Open>,
    /// A connection has closed.
    closed: Notify,
    waiting: Arc<Semaphore>,
    /// All connections are to close.
    stopping: CancellationToken,
}

/// The networks that a connection comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) networks: Networks,
    pub(super) is_proxy: bool,
}

/// Whether there is room for one more.
enum Room {
    Taken(Ticket),
    /// This connection, or one before it, is closing.
    Soon,
    None,
}

impl Registry {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            requests: AtomicUsize::new(0),
            open: Mutex::default(),
            closed: Notify::new(),
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
            stopping: CancellationToken::new(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Asks for room for one more connection, without waiting, so that nobody else waits to be accepted. When there is none,
    /// an idle connection closes, the one that has waited longest: one of the same address when that has too many, else any.
    /// When all are busy, one of the address that has most is closed, if it has more than a browser needs beyond what the
    /// newcomer has. A few newcomers may wait for that.
    pub(super) fn admit(self: &Arc<Self>, origin: Origin) -> Admission {
        match self.look(origin) {
            Room::Taken(ticket) => Admission::Taken(ticket),
            Room::None => Admission::Refused,
            Room::Soon => match Arc::clone(&self.waiting).try_acquire_owned() {
                Ok(place) => Admission::Waits {
                    registry: Arc::clone(self),
                    origin,
                    _place: place,
                },
                Err(_) => Admission::Refused,
            },
        }
    }

    async fn wait(self: &Arc<Self>, origin: Origin) -> Option<Ticket> {
        for _ in 0..LOOKS {
            let closed = self.closed.notified();
            match self.look(origin) {
                Room::Taken(ticket) => return Some(ticket),
                Room::Soon => drop(timeout(ROOM, closed).await),
                Room::None => return None,
            }
        }
        None
    }

    fn look(self: &Arc<Self>, origin: Origin) -> Room {
        let mut open = self.open();
        let shares = open.shares(origin);
        let full = shares.full(Resource::Connections, &self.limits);
        if full.is_none() && open.connections.len() < self.limits.total {
            let closing = self.stopping.child_token();
            let (id, connection) = open.insert(origin.networks, shares, closing);
            return Room::Taken(Ticket::new(id, connection, Arc::clone(self)));
        }
        let rivals = open.connections.values();
        let rivals = rivals.filter(|other| full.is_none_or(|share| other.shares.is_of(share)));
        let idle = rivals.filter(|other| !other.activity.is_busy());
        let idle = idle.min_by_key(|other| (!other.closing.is_cancelled(), other.activity.worth()));
        if let Some(idle) = idle {
            idle.closing.cancel();
            return Room::Soon;
        }
        if full.is_none() && open.displace(&shares, Resource::Connections) {
            return Room::Soon;
        }
        Room::None
    }

    /// Closes a busy connection to make room for a request of these shares, if one is to give way to it.
    pub(super) fn displace_for_request(&self, shares: &Shares) -> bool {
        self.open().displace(shares, Resource::Requests)
    }

    /// Closes connections that take longer than they may, for as long as the future is polled.
    pub(super) async fn close_overdue(self: Arc<Self>) {
        let often = (self.limits.request_head / 15).max(Duration::from_millis(10));
        let mut interval = tokio::time::interval(often);
        loop {
            interval.tick().await;
            for connection in self.open().connections.values() {
                match connection
                    .activity
                    .overdue(&self.limits, connection.shares.is_proxy)
                {
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

    /// Whether every connection is to close.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
