//! When a session was last used.

use std::time::Duration;

use tokio::time::timeout;

use super::{data::ends_at, repository::Sessions};
use crate::{
    error_chain::chain,
    hash::Hash,
    store::{SessionRow, StoreError},
};

/// The use of a session is noted at most this often, in seconds (SE-24), or ten times within its
/// idle time.
const TOUCH_SECONDS: i64 = 60;
/// A new session that nobody presents a second time ends after so many seconds: its browser has
/// hung up before it had the cookie.
const UNCONFIRMED_SECONDS: i64 = 600;
/// So long a reader waits for the store to note something. It goes on by itself after that.
pub(super) const NOTE_PATIENCE: Duration = Duration::from_millis(50);

impl Sessions {
    /// How long ago a session may have been used that says it was not.
    pub(crate) fn unnoted_seconds(&self) -> i64 {
        (self.idle / 10).clamp(1, TOUCH_SECONDS)
    }

    /// Notes the use of a session that has not ended; `false` when it has.
    pub(crate) async fn touch(&self, session: &Hash, now: i64) -> Result<bool, StoreError> {
        let Some((row, data)) = self.read(session).await? else {
            return Ok(false);
        };
        if self.has_ended(session, &row, ends_at(&data), now) {
            return Ok(false);
        }
        self.store.touch_session(session, now).await?;
        Ok(true)
    }

    /// Notes the use of a session, if that was not done just before. Whoever reads the session does
    /// not wait for a store that is slow, and does not notice one that fails.
    pub(super) async fn note_use(&self, session: Hash, row: &SessionRow, now: i64) {
        let seconds = self.unnoted_seconds();
        let is_due = now.abs_diff(row.seen_at) >= seconds.unsigned_abs();
        if !is_due || !self.pending_writes.note_use(session, now, seconds) {
            return;
        }
        let sessions = self.clone();
        let write = tokio::spawn(async move {
            match sessions.store.touch_session(&session, now).await {
                Ok(()) => sessions.pending_writes.use_is_written(&session, now),
                Err(error) => {
                    if let Some(left_out) = sessions.write_failures.permit() {
                        tracing::warn!(
                            error = chain(&error),
                            left_out,
                            "the use of a session could not be noted; it goes on, and this is tried again"
                        );
                    }
                }
            }
        });
        let _ = timeout(NOTE_PATIENCE, write).await;
    }

    /// What a new session says about its last use: one that signs somebody in must be presented
    /// soon.
    pub(super) fn first_use(&self, signs_in: bool) -> i64 {
        let now = self.now();
        if signs_in {
            now.saturating_sub(self.idle.saturating_sub(UNCONFIRMED_SECONDS).max(0))
        } else {
            now
        }
    }

    /// When a session was last used, as the store and this process know it.
    pub(super) fn last_use(&self, session: &Hash, row: &SessionRow) -> i64 {
        let here = self.pending_writes.last_use(session);
        here.map_or(row.seen_at, |here| here.max(row.seen_at))
    }
}
