//! The sessions that began a moment ago: of several sign-ins that one browser finishes together,
//! the last one's session stays.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::hash::Hash;

/// How long after the beginning of a session another sign-in of the browser may be finished that
/// does not know of it.
const RECENT: Duration = Duration::from_mins(1);

/// The sessions that began within the last minute, by the hash of the `state` of their sign-in. In
/// this process: of sign-ins that two processes finish together, both sessions stay.
#[derive(Debug, Default)]
pub(crate) struct RecentSessions(Mutex<HashMap<Hash, (Hash, Instant)>>);

impl RecentSessions {
    pub(crate) fn of(&self, state: &Hash) -> Option<Hash> {
        let recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.get(state).map(|(session, _)| *session)
    }

    pub(crate) fn note(&self, state: Hash, session: Hash) {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|_, (_, since)| since.elapsed() < RECENT);
        recent.insert(state, (session, Instant::now()));
    }
}
