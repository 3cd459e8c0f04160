//! The last time that the store did not answer.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::repository::Sessions;
use crate::store::{StoreError, StoreErrorKind};

/// How often what could not be written is tried again.
pub(crate) const WRITE_INTERVAL: Duration = Duration::from_millis(200);
/// How long after an outage other processes have to write the tokens that they kept meanwhile. It is
/// several times [`WRITE_INTERVAL`].
pub(crate) const RECOVERY: Duration = Duration::from_secs(1);

/// When the store last failed to answer.
#[derive(Debug, Default)]
pub(super) struct Outage(Mutex<Option<Instant>>);

impl Sessions {
    /// Notes the outcome of a read.
    pub(super) fn note_outage<T>(&self, read: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(&read, Err(error) if error.kind == StoreErrorKind::Failed) {
            *self.last_outage() = Some(Instant::now());
        }
        read
    }

    /// Whether the store failed to answer just now. The refresh token that it has may be one that
    /// another process has used, and that Logto has replaced.
    pub(crate) fn is_after_outage(&self) -> bool {
        self.last_outage()
            .is_some_and(|outage| outage.elapsed() < RECOVERY)
    }

    fn last_outage(&self) -> MutexGuard<'_, Option<Instant>> {
        let last = self.outage.0.lock();
        last.unwrap_or_else(PoisonError::into_inner)
    }
}
