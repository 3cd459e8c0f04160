//! Which rows this process could not read, said once for each reason.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::seal::SealError;

/// How many reasons are remembered.
const LIMIT: usize = 64;

/// Reasons why rows could not be read, and when that last happened, in Unix seconds.
#[derive(Debug, Default)]
pub(crate) struct Unreadable(Mutex<HashMap<SealError, i64>>);

impl Unreadable {
    /// Notes a row that could not be read, and writes the reason to the log when it is a new one.
    pub(crate) fn note(&self, error: SealError, now: i64) {
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if met.len() >= LIMIT && !met.contains_key(&error) {
            return;
        }
        if met.insert(error, now).is_some() {
            return;
        }
        drop(met);
        match error {
            SealError::UnknownKey(key) => tracing::error!(
                %key,
                "a session is sealed with a key that is not in SESSION_KEYS; it is kept, and its person gets 503 here. Add the \
                 key to SESSION_KEYS; if it is lost, the session ends by itself. Said once for each key"
            ),
            error => tracing::error!(
                reason = %error,
                "a stored session cannot be read by this version of the program; it is kept, and its person gets 503 here. Run \
                 the version that wrote it; if that is gone, the session ends by itself. Said once"
            ),
        }
    }

    /// The reasons met since a time.
    pub(crate) fn since(&self, then: i64) -> Vec<SealError> {
        let met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = met.iter().filter(|(_, at)| **at >= then);
        recent.map(|(error, _)| *error).collect()
    }
}
