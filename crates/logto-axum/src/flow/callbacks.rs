//! Callbacks at once. Single-flight: of several requests with one `state` (a double click, a reload), one exchanges the code and the
//! others get its outcome. And of several sign-ins that one browser finishes together, the last one's session stays.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::OnceCell;
use tower_sessions::session::Id;

use super::Outcome;
use crate::hash::Hash;

/// How long the outcome of a callback is kept, from its beginning.
const KEPT: Duration = Duration::from_secs(15);

/// How long after the beginning of a session another sign-in of the browser may be finished that does not know of it.
const RECENT: Duration = Duration::from_mins(1);

/// The outcome of a callback.
#[derive(Clone, Debug)]
pub(super) enum Finished {
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
/// What is kept has the id of a session in it. It is only for whoever brings the sealed cookie of that very sign-in.
#[derive(Debug, Default)]
pub(crate) struct Callbacks(Mutex<HashMap<Hash, Kept>>);

#[derive(Debug)]
struct Kept {
    since: Instant,
    finished: Arc<OnceCell<Finished>>,
}

impl Callbacks {
    pub(super) fn of(&self, state: &Hash) -> Arc<OnceCell<Finished>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, kept| Arc::strong_count(&kept.finished) > 1 || kept.since.elapsed() < KEPT);
        let kept = kept.entry(*state).or_insert_with(|| Kept {
            since: Instant::now(),
            finished: Arc::default(),
        });
        Arc::clone(&kept.finished)
    }
}

/// The sessions that began within the last minute, by the hash of the `state` of their sign-in. In this process: of sign-ins that two
/// processes finish together, both sessions stay.
#[derive(Debug, Default)]
pub(crate) struct RecentSessions(Mutex<HashMap<Hash, (Hash, Instant)>>);

impl RecentSessions {
    pub(super) fn of(&self, state: &Hash) -> Option<Hash> {
        let recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.get(state).map(|(session, _)| *session)
    }

    pub(super) fn note(&self, state: Hash, session: Hash) {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|_, (_, since)| since.elapsed() < RECENT);
        recent.insert(state, (session, Instant::now()));
    }
}
