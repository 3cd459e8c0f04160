//! How many connections and requests there may be, and how long each may wait.

use std::time::Duration;

use logto_axum::SessionStreamLimits;

/// How many connections and requests there may be, and how long each may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once, and requests under way at once. One connection more takes the place of one that is idle, or of
    /// one of the address that has most; else it is refused with 503.
    pub total: usize,
    /// Connections at once from one address (IPv6: from one /64), and requests under way at once. Trusted proxies have no
    /// such limit.
    pub per_address: usize,
    /// The same for one IPv6 site, a /48.
    pub per_site: usize,
    /// From the accept to the first request, and from one HTTP/1 request to the head of the next.
    pub request_head: Duration,
    /// An HTTP/2 connection without a request is closed after this time.
    pub idle: Duration,
    /// How long a write may wait for a client that does not read.
    pub blocked_write: Duration,
    /// How long a request may be under way without progress: no head, and no part of a response written. It is longer than a
    /// handler may take, and ends HTTP/2 streams whose client allows no more data.
    pub stalled: Duration,
    /// How long requests under way may take once shutdown begins (OU-15).
    pub stop: Duration,
}

/// More connections than this take more memory than they are worth, whatever the process may open.
const MOST: usize = 8192;
/// The connections that a browser opens to one server over HTTP/1.
pub(super) const BROWSER: usize = 6;
/// The usual soft limit, for systems that do not report one.
const USUAL_DESCRIPTORS: u64 = 1024;

impl Limits {
    /// The limits for this process: of its descriptors (`RLIMIT_NOFILE`) three eighths are for connections and three eighths
    /// for what their requests open, a file or a call to Logto. The last quarter is for the stores and the rest of the process.
    /// An eighth of the connections may come from one address, and half of them from one IPv6 site.
    #[must_use]
    pub fn for_process() -> Self {
        Self::for_descriptors(open_files())
    }

    /// The limits for a process that may have so many descriptors open.
    #[must_use]
    pub fn for_descriptors(descriptors: u64) -> Self {
        let share = usize::try_from(descriptors / 8 * 3).unwrap_or(MOST);
        let total = share.clamp(2 * BROWSER, MOST);
        Self {
            total,
            per_address: (total / 8).max(BROWSER),
            per_site: total / 2,
            request_head: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            blocked_write: Duration::from_secs(30),
            stalled: Duration::from_mins(1),
            stop: Duration::from_secs(25),
        }
    }

    /// How many streams of session events there may be. Each takes a connection, so half of the connections in all, and of
    /// each address, are left for pages.
    #[must_use]
    pub fn session_streams(&self) -> SessionStreamLimits {
        let mut limits = SessionStreamLimits::default();
        limits.total = limits.total.min(self.total / 2);
        limits.per_address = limits.per_address.min(self.per_address / 2);
        limits
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

/// Raises the soft limit of open files to what [`Limits::for_process`] can use, as far as the hard limit allows. The usual
/// soft limit of 1024 is there for programs that call `select`.
pub fn raise_open_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let useful = u64::try_from(MOST).unwrap_or(u64::MAX) / 3 * 8 + 8;
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let wanted = maximum.map_or(useful, |maximum| maximum.min(useful));
        if current.is_none_or(|current| current >= wanted) {
            return;
        }
        let raised = Rlimit {
            current: Some(wanted),
            maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, wanted, "cannot raise the limit of open files (RLIMIT_NOFILE)");
        }
    }
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
    fn connections_and_requests_leave_a_quarter_of_the_descriptors() {
        for (descriptors, total) in [(256, 96), (1024, 384), (65_536, MOST), (u64::MAX, MOST)] {
            let limits = Limits::for_descriptors(descriptors);
            assert_eq!(limits.total, total);
            let taken = u64::try_from(2 * limits.total).unwrap();
            assert!(taken <= descriptors / 4 * 3, "{descriptors}: {limits:?}");
        }
    }

    /// OU-18: an address has an eighth, and always what a browser needs.
    #[test]
    fn one_address_has_an_eighth_and_what_a_browser_needs() {
        for (descriptors, per_address) in [(0, 6), (64, 6), (256, 12), (1024, 48), (65_536, 1024)] {
            let limits = Limits::for_descriptors(descriptors);
            assert_eq!(limits.per_address, per_address, "{descriptors}");
            assert_eq!(limits.per_site, limits.total / 2);
        }
    }

    /// OU-18: pages have room beside the streams of session events.
    #[test]
    fn streams_leave_half_of_the_connections_to_pages() {
        for (descriptors, total, per_address) in [(64, 12, 3), (1024, 192, 24), (65_536, 4096, 100)]
        {
            let streams = Limits::for_descriptors(descriptors).session_streams();
            assert_eq!((streams.total, streams.per_address), (total, per_address));
        }
    }

    /// OU-18: the usual soft limit of 1024 is not what a server has to live with.
    #[cfg(unix)]
    #[test]
    fn the_limit_of_the_process_is_raised_to_what_is_useful_and_allowed() {
        use rustix::process::{Resource, getrlimit};
        raise_open_files();
        let allowed = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
        let limits = Limits::for_process();
        assert_eq!(limits.total, Limits::for_descriptors(allowed).total);
    }
}
