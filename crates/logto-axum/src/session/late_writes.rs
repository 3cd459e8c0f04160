//! Writes to the store of what could not be written when it came.

use logto::Secret;

use super::{pending_writes::Revocation, refreshed_tokens::RefreshedTokens, repository::Sessions};
use crate::{
    hash::Hash,
    store::{StoreError, StoreErrorKind},
};

/// How often tokens are written that other writes come before.
const WRITES: usize = 5;

impl Sessions {
    /// Waits until something could not be written to the store.
    pub(crate) async fn wait_for_pending_writes(&self) {
        self.pending_writes.wait().await;
    }

    /// Repeats the writes that failed before: stores the tokens of sessions, deletes those that
    /// have ended in this process only, and notes the uses of the others. Refresh tokens to revoke
    /// are passed to `revoke`.
    pub(crate) async fn write_pending(&self, revoke: impl Fn(Secret)) -> Result<(), StoreError> {
        // First, since other processes wait a moment for them.
        let tokens = self.write_kept_tokens(&revoke).await;
        self.delete_ended(&revoke).await?;
        self.write_uses().await?;
        tokens
    }

    async fn write_kept_tokens(&self, revoke: impl Fn(Secret)) -> Result<(), StoreError> {
        for session in self.pending_writes.tokens_to_write() {
            self.write_tokens(&session, &revoke).await?;
        }
        Ok(())
    }

    pub(super) async fn delete_ended(&self, revoke: impl Fn(Secret)) -> Result<(), StoreError> {
        for (session, revocation) in self.pending_writes.to_delete() {
            let tokens = match revocation {
                Revocation::Done => None,
                Revocation::Due => match self.stored_tokens(&session).await {
                    Ok(tokens) => tokens,
                    Err(error) if error.kind == StoreErrorKind::Unreadable => None,
                    Err(error) => return Err(error),
                },
            };
            self.store.delete_session(&session).await?;
            self.pending_writes.deleted(&session);
            if let Some(secret) = tokens.as_ref().and_then(|(record, _)| record.revocable()) {
                revoke(secret.clone());
            }
        }
        Ok(())
    }

    pub(super) async fn write_uses(&self) -> Result<(), StoreError> {
        for (session, at) in self.pending_writes.uses_to_write() {
            self.store.touch_session(&session, at).await?;
            self.pending_writes.use_is_written(&session, at);
        }
        Ok(())
    }

    pub(super) async fn write_tokens(
        &self,
        session: &Hash,
        revoke: impl Fn(Secret),
    ) -> Result<(), StoreError> {
        for _ in 0..WRITES {
            let found = match self.tokens(session).await {
                Err(error) if error.kind == StoreErrorKind::Unreadable => None,
                found => found?,
            };
            let Some((record, version)) = found else {
                // The session has ended: its new tokens must not live on (RF-20).
                let tokens = self.pending_writes.forget_tokens(session);
                if let Some(secret) = tokens.as_ref().and_then(RefreshedTokens::refresh_token) {
                    revoke(secret.clone());
                }
                return Ok(());
            };
            if version.is_stored()
                || self
                    .save_tokens(session, &record, Some(version), None)
                    .await?
            {
                return Ok(());
            }
        }
        Err(StoreError::overtaken())
    }
}
