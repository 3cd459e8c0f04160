//! Finding sessions in the store, a batch at a time.

use super::repository::Sessions;
use crate::{
    hash::Hash,
    store::{SessionFilter, SessionRow, Store, StoreError},
};

/// How many sessions are read at once.
const BATCH: u16 = 100;

/// The sessions that a filter finds, a batch at a time.
pub(crate) struct FoundSessions<'a> {
    store: &'a dyn Store,
    filter: SessionFilter,
    after: Option<Hash>,
    is_complete: bool,
}

impl Sessions {
    /// Finds sessions in the store: see [`Store::find_sessions`].
    pub(crate) fn find(&self, filter: SessionFilter) -> FoundSessions<'_> {
        FoundSessions {
            store: &*self.store,
            filter,
            after: None,
            is_complete: false,
        }
    }
}

impl FoundSessions<'_> {
    /// The next sessions; `None` when there are no more.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<(Hash, SessionRow)>>, StoreError> {
        if self.is_complete {
            return Ok(None);
        }
        let after = self.after.as_ref();
        let batch = self.store.find_sessions(self.filter, after, BATCH).await?;
        self.after = batch.last().map(|(session, _)| *session);
        self.is_complete = batch.len() < usize::from(BATCH);
        Ok(Some(batch))
    }
}
