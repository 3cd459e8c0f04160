//! How many streams of session events may be open.

/// How many streams of session events may be open in this process at once. Above that, an open page
/// learns that its session has ended when it checks again.
///
/// A connection stays open for each, so a server that limits connections allows fewer streams than
/// connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionStreamLimits {
    /// For each session, which is one browser. Its tabs share one stream where the browser has Web
    /// Locks. Default: 4.
    pub per_session: usize,
    /// For each [`ClientAddress`](crate::ClientAddress), and for each /48 of IPv6. Default: 100.
    pub per_address: usize,
    /// In all. Default: 10,000.
    pub total: usize,
}

impl Default for SessionStreamLimits {
    fn default() -> Self {
        Self {
            per_session: 4,
            per_address: 100,
            total: 10_000,
        }
    }
}
