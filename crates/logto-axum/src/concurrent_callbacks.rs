//! Single-flight callbacks: of several requests with one `state` (a double click, a reload), one
//! exchanges the code and the others get its outcome.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::OnceCell;
use tower_sessions::session::Id;

use crate::{hash::Hash, outcome::Outcome};

/// How long the outcome of a callback is kept, from its beginning.
const KEPT: Duration = Duration::from_secs(15);

/// The outcome of a callback.
#[derive(Clone, Debug)]
pub(crate) enum Finished {
    /// A session began.
    SignedIn {
        /// Where the browser goes.
        location: String,
        /// The id of the session.
        session: Id,
        /// When the session ends, in Unix seconds.
        ends_at: i64,
    },
    /// No session began.
    Failed(Outcome),
    /// Another process, or this one longer ago, has used the `state`.
    Spent,
}

/// The callbacks of this process that are running, or ended a few seconds ago.
///
/// A kept result contains a session id. Only a request with the sealed cookie of the same sign-in
/// gets it.
#[derive(Debug, Default)]
pub(crate) struct Callbacks(Mutex<HashMap<Hash, Kept>>);

#[derive(Debug)]
struct Kept {
    since: Instant,
    finished: Arc<OnceCell<Finished>>,
}

impl Callbacks {
    pub(crate) fn of(&self, state: &Hash) -> Arc<OnceCell<Finished>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, kept| Arc::strong_count(&kept.finished) > 1 || kept.since.elapsed() < KEPT);
        let kept = kept.entry(*state).or_insert_with(|| Kept {
            since: Instant::now(),
            finished: Arc::default(),
        });
        Arc::clone(&kept.finished)
    }
}
