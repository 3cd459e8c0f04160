//! What one connection is doing, as the registry, the stream and the service see it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
};

use tokio::time::Instant;

use super::Limits;

/// What one connection is doing. Times are milliseconds since it was accepted.
#[derive(Debug)]
pub(super) struct Activity {
    accepted: Instant,
    /// Whether a request has ever come.
    used: AtomicBool,
    /// Requests under way: begun, and the body of the response not yet given away.
    requests: AtomicU32,
    /// The last time a request began, progressed or ended.
    progress: AtomicU64,
    /// Since when a write waits for the client to read, plus one; 0 when none does.
    blocked: AtomicU64,
}

/// Why a connection has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    /// It is idle. A goodbye is in order.
    Idle,
    /// It takes longer than it may. It is cut off.
    TooSlow,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self {
            accepted: Instant::now(),
            used: AtomicBool::new(false),
            requests: AtomicU32::new(0),
            progress: AtomicU64::new(0),
            blocked: AtomicU64::new(0),
        }
    }

    /// A request begins. It ends when what is given back is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Underway {
        self.used.store(true, Relaxed);
        self.requests.fetch_add(1, Relaxed);
        self.progressed();
        Underway(Arc::clone(self))
    }

    pub(super) fn progressed(&self) {
        self.progress.store(self.now(), Relaxed);
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
        self.requests.load(Relaxed) > 0 || self.blocked.load(Relaxed) > 0
    }

    /// Connections with smaller values are closed first when others need their place: those that never sent a request, then
    /// the idle ones, each by how long they have been that.
    pub(super) fn worth(&self) -> (bool, Instant) {
        let since = self.accepted + std::time::Duration::from_millis(self.progress.load(Relaxed));
        (self.used.load(Relaxed), since)
    }

    pub(super) fn overdue(&self, limits: &Limits) -> Option<Overdue> {
        let now = self.now();
        let longer = |since: u64, limit: std::time::Duration| {
            u128::from(now.saturating_sub(since)) > limit.as_millis()
        };
        let blocked = self.blocked.load(Relaxed);
        let progress = self.progress.load(Relaxed);
        if blocked > 0 && longer(blocked - 1, limits.blocked_write) {
            Some(Overdue::TooSlow)
        } else if self.requests.load(Relaxed) > 0 {
            longer(progress, limits.stalled).then_some(Overdue::TooSlow)
        } else if !self.used.load(Relaxed) {
            longer(0, limits.request_head).then_some(Overdue::TooSlow)
        } else {
            (blocked == 0 && longer(progress, limits.idle)).then_some(Overdue::Idle)
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.accepted.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A request that is under way.
#[derive(Debug)]
pub(super) struct Underway(Arc<Activity>);

impl Underway {
    pub(super) fn progressed(&self) {
        self.0.progressed();
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.progressed();
        self.0.requests.fetch_sub(1, Relaxed);
    }
}
