//! How many connections there may be, and how long each may wait.

use std::time::Duration;

/// How many connections there may be, and how long each may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once. One more takes the place of one that is idle, or is refused with 503.
    pub total: usize,
    /// Connections at once from one address (IPv6: from one /64).
    pub per_address: usize,
    /// Files of `/pkg` that may be open at once. A request for one more waits, and is refused with 503 after a while.
    pub files: usize,
    /// From the accept to the first request, and from one HTTP/1 request to the head of the next.
    pub request_head: Duration,
    /// An HTTP/2 connection without a request is closed after this time.
    pub idle: Duration,
    /// How long a write may wait for a client that does not read.
    pub blocked_write: Duration,
    /// How long a request may be under way without any progress: no head and no part of a body. It is longer than a
    /// handler may take, and ends HTTP/2 streams whose client allows no more data.
    pub stalled: Duration,
    /// How long requests under way may take when the process is told to stop (OU-15).
    pub stop: Duration,
}

/// More connections than this take more memory than they are worth, whatever the process may open.
const MOST: usize = 8192;
/// What is assumed where the system does not tell: the usual soft limit.
const USUAL_DESCRIPTORS: u64 = 1024;

impl Limits {
    /// The limits for this process: of its descriptors (`RLIMIT_NOFILE`) three eighths are for connections and three eighths
    /// for what their requests open, a file or a call to Logto. The last quarter is for the stores and the rest of the process.
    /// Half of the connections may come from one address.
    #[must_use]
    pub fn for_process() -> Self {
        Self::for_descriptors(open_files())
    }

    /// The limits for a process that may have so many descriptors open.
    #[must_use]
    pub fn for_descriptors(descriptors: u64) -> Self {
        let share = usize::try_from(descriptors / 8 * 3).unwrap_or(MOST);
        let total = share.clamp(8, MOST);
        Self {
            total,
            per_address: total / 2,
            files: total,
            request_head: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            blocked_write: Duration::from_secs(30),
            stalled: Duration::from_mins(1),
            stop: Duration::from_secs(25),
        }
    }
}

/// The soft limit of open files of this process.
#[must_use]
pub fn open_files() -> u64 {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
    }
    #[cfg(not(unix))]
    USUAL_DESCRIPTORS
}

impl Default for Limits {
    fn default() -> Self {
        Self::for_descriptors(USUAL_DESCRIPTORS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OU-18: whatever the limit of the process is, a quarter of it is left for the stores and the calls to Logto.
    #[test]
    fn connections_and_files_leave_a_quarter_of_the_descriptors() {
        for (descriptors, total) in [(256, 96), (1024, 384), (65_536, MOST), (u64::MAX, MOST)] {
            let limits = Limits::for_descriptors(descriptors);
            assert_eq!(limits.total, total);
            assert_eq!(limits.per_address, total / 2);
            let taken = u64::try_from(limits.total + limits.files).unwrap();
            assert!(taken <= descriptors / 4 * 3, "{descriptors}: {limits:?}");
        }
    }

    #[test]
    fn the_limit_of_the_process_is_read() {
        assert!(open_files() > 0);
    }
}
