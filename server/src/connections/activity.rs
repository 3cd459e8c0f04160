//! The activity of one connection: its requests under way, and the time since its last progress.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::Limits;

/// The activity of one connection. Times are milliseconds since it was accepted.
#[derive(Debug)]
pub(super) struct Activity {
    accepted: Instant,
    /// Whether a request has ever come.
    used: AtomicBool,
    /// The requests under way: begun, and the response not yet written.
    requests: Mutex<Requests>,
    /// The last time a request began or ended.
    changed: AtomicU64,
    /// Since when a write waits for the client to read, plus one; 0 when none does.
    blocked: AtomicU64,
}

#[derive(Debug, Default)]
struct Requests {
    next: u64,
    /// When each of them last progressed.
    progress: HashMap<u64, Arc<AtomicU64>>,
}

/// Why a connection has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    /// It is idle, and closes gracefully.
    Idle,
    /// It exceeds a time limit, and is aborted.
    TooSlow,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self {
            accepted: Instant::now(),
            used: AtomicBool::new(false),
            requests: Mutex::default(),
            changed: AtomicU64::new(0),
            blocked: AtomicU64::new(0),
        }
    }

    /// A request begins. It ends when what is given back is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Underway {
        let now = self.now();
        self.used.store(true, Relaxed);
        self.changed.store(now, Relaxed);
        let progress = Arc::new(AtomicU64::new(now));
        let mut requests = self.requests();
        let number = requests.next;
        requests.next += 1;
        requests.progress.insert(number, Arc::clone(&progress));
        drop(requests);
        Underway {
            number,
            progress,
            activity: Arc::clone(self),
        }
    }

    /// A write was tried, and is waiting or not.
    pub(super) fn wrote(&self, waits: bool) {
        if !waits {
            self.blocked.store(0, Relaxed);
        } else if self.blocked.load(Relaxed) == 0 {
            self.blocked.store(self.now() + 1, Relaxed);
        }
    }

    /// Whether a request is under way, or its response is still being written.
    pub(super) fn is_busy(&self) -> bool {
        !self.requests().progress.is_empty() || self.blocked.load(Relaxed) > 0
    }

    /// Connections with smaller values are closed first when others need their place: those that never sent a request, then
    /// the others, each by how long it has been idle, or how long its slowest request has stalled.
    pub(super) fn worth(&self) -> (bool, Instant) {
        let since = self.requests().slowest();
        let since = since.unwrap_or_else(|| self.changed.load(Relaxed));
        let since = self.accepted + Duration::from_millis(since);
        (self.used.load(Relaxed), since)
    }

    /// Whether the connection has to end. One that is `shared` by many clients ends for a stalled request only when none of
    /// its requests has begun, progressed or ended for as long.
    pub(super) fn overdue(&self, limits: &Limits, shared: bool) -> Option<Overdue> {
        let now = self.now();
        let longer =
            |since: u64, limit: Duration| u128::from(now.saturating_sub(since)) > limit.as_millis();
        let blocked = self.blocked.load(Relaxed);
        let changed = self.changed.load(Relaxed);
        let requests = self.requests();
        let progress = if shared {
            requests.fastest().map(|progress| progress.max(changed))
        } else {
            requests.slowest()
        };
        drop(requests);
        if blocked > 0 && longer(blocked - 1, limits.blocked_write) {
            Some(Overdue::TooSlow)
        } else if let Some(progress) = progress {
            longer(progress, limits.stalled).then_some(Overdue::TooSlow)
        } else if !self.used.load(Relaxed) {
            longer(0, limits.request_head).then_some(Overdue::TooSlow)
        } else {
            let idle = blocked == 0 && longer(changed, limits.idle);
            idle.then_some(Overdue::Idle)
        }
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.accepted.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Requests {
    /// When the request that has waited longest last progressed.
    fn slowest(&self) -> Option<u64> {
        self.times().min()
    }

    /// When any of them last progressed.
    fn fastest(&self) -> Option<u64> {
        self.times().max()
    }

    fn times(&self) -> impl Iterator<Item = u64> {
        self.progress.values().map(|time| time.load(Relaxed))
    }
}

/// A request that is under way.
#[derive(Debug)]
pub(super) struct Underway {
    number: u64,
    progress: Arc<AtomicU64>,
    activity: Arc<Activity>,
}

impl Underway {
    pub(super) fn progressed(&self) {
        self.progress.store(self.activity.now(), Relaxed);
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.activity.changed.store(self.activity.now(), Relaxed);
        self.activity.requests().progress.remove(&self.number);
    }
}
