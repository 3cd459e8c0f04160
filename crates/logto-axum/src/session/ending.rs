//! The end of a session.

use tokio::time::timeout;
use tower_sessions::session::Id;

use super::{
    id::{IdOrigin, session_hash},
    last_use::NOTE_PATIENCE,
    pending_writes::Revocation,
    repository::Sessions,
    token_record::TokenRecord,
};
use crate::{
    error_chain::chain,
    hash::Hash,
    store::{StoreError, StoreErrorKind},
};

/// How strictly a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// In the store, or not at all.
    Stored,
    /// In any case: when the store does not do it, in this process, and in the store later.
    Certain,
}

impl Sessions {
    /// Ends a session. When the store cannot be written, it has ended for this process, and is
    /// deleted when the store can.
    pub(crate) async fn delete(&self, session: &Hash) -> Result<(), StoreError> {
        self.delete_of(session, IdOrigin::Issued).await
    }

    pub(super) async fn delete_of(
        &self,
        session: &Hash,
        origin: IdOrigin,
    ) -> Result<(), StoreError> {
        match self.store.delete_session(session).await {
            Ok(()) => {
                self.pending_writes.deleted(session);
                Ok(())
            }
            Err(error) => self.end_here(session, Revocation::Done, origin, error),
        }
    }

    /// Ends a session, and gives back its tokens as far as they can be read.
    pub(crate) async fn end(
        &self,
        id: Id,
        ending: Ending,
    ) -> Result<Option<TokenRecord>, StoreError> {
        let (session, origin) = (&session_hash(id), self.keys.origin_of(id));
        let tokens = match self.tokens(session).await {
            Ok(tokens) => tokens.map(|(record, _)| record),
            Err(error) if error.kind == StoreErrorKind::Unreadable => None,
            Err(error) if ending == Ending::Stored => return Err(error),
            Err(error) => {
                self.end_here(session, Revocation::Due, origin, error)?;
                return Ok(None);
            }
        };
        match ending {
            Ending::Stored => {
                self.store.delete_session(session).await?;
                self.pending_writes.deleted(session);
            }
            Ending::Certain => self.delete_of(session, origin).await?,
        }
        Ok(tokens)
    }

    /// Ends a session for this process, for the reason that the store fails.
    pub(super) fn end_here(
        &self,
        session: &Hash,
        revocation: Revocation,
        origin: IdOrigin,
        error: StoreError,
    ) -> Result<(), StoreError> {
        if !self.pending_writes.end(*session, revocation, origin) {
            return Err(error);
        }
        self.streams.session_ended(session);
        if let Some(left_out) = self.write_failures.permit() {
            tracing::error!(
                error = chain(&error),
                left_out,
                "a session has ended here and could not be deleted from the store yet; this is tried again"
            );
        }
        Ok(())
    }

    /// Removes a session that is past its time. If the store does not do it now, the next sweep
    /// does.
    pub(super) async fn remove_ended(&self, session: Hash) {
        let sessions = self.clone();
        let write = tokio::spawn(async move {
            if let Err(error) = sessions.store.delete_session(&session).await {
                let error = chain(&error);
                tracing::debug!(error, "a session past its time was not removed yet");
            }
        });
        let _ = timeout(NOTE_PATIENCE, write).await;
    }
}
