//! The revocations that are attempted again.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// How many grants wait for another attempt in this process. Beyond that, a revocation is attempted
/// once.
const MOST_WAITING: usize = 1000;

/// The revocations that are to be attempted again. They are in memory only: a stop of the process
/// forgets them.
#[derive(Debug)]
pub(crate) struct Revocations {
    pub(super) places: Arc<Semaphore>,
    pub(super) stopping: CancellationToken,
}

impl Default for Revocations {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(MOST_WAITING)),
            stopping: CancellationToken::new(),
        }
    }
}
