//! The token record of a session, under compare-and-set.

use std::time::Duration;

use super::{refreshed_tokens::RefreshedTokens, repository::Sessions, token_record::TokenRecord};
use crate::{
    error_chain::chain,
    hash::Hash,
    store::{Lease, LeaseHolder, StoreError, TokenRow, Version},
};

/// What a token record was read as, for compare-and-set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenVersion {
    stored: Version,
    /// The latest refresh in the record whose tokens the store does not have.
    unwritten: Option<u64>,
}

impl TokenVersion {
    /// Whether the store has everything that is in the record.
    pub(super) const fn is_stored(self) -> bool {
        self.unwritten.is_none()
    }
}

impl Sessions {
    /// The tokens of a session, with those that refreshes brought and the store does not have yet.
    pub(crate) async fn tokens(
        &self,
        session: &Hash,
    ) -> Result<Option<(TokenRecord, TokenVersion)>, StoreError> {
        if self.pending_writes.has_ended(session) {
            return Ok(None);
        }
        self.stored_tokens(session).await
    }

    pub(super) async fn stored_tokens(
        &self,
        session: &Hash,
    ) -> Result<Option<(TokenRecord, TokenVersion)>, StoreError> {
        // Before the store is read: tokens that are written meanwhile are in the row that is read
        // then.
        let kept = self.pending_writes.kept_tokens(session);
        let read = self.note_outage(self.store.load_tokens(session).await);
        let Some(TokenRow { sealed, version }) = read? else {
            return Ok(None);
        };
        let Some(mut record) = self.open::<TokenRecord>("tokens", session, &sealed)? else {
            return Ok(None);
        };
        let unwritten = kept.map(|(tokens, latest)| {
            tokens.merge_into(&mut record, self.client.now());
            latest
        });
        let stored = version;
        Ok(Some((record, TokenVersion { stored, unwritten })))
    }

    /// Writes the tokens of a session, if they are still those of the version. `false` when it is
    /// gone, another write came first, or, for a `holder` of the lease, another one has it now.
    pub(crate) async fn save_tokens(
        &self,
        session: &Hash,
        record: &TokenRecord,
        expected: Option<TokenVersion>,
        holder: Option<&LeaseHolder>,
    ) -> Result<bool, StoreError> {
        if self.pending_writes.has_ended(session) {
            return Ok(false);
        }
        let sealed = self.seal("tokens", session, record)?;
        let stored = expected.map(|version| version.stored);
        let saved = self
            .store
            .save_tokens(session, sealed, stored, holder)
            .await?;
        if saved && let Some(latest) = expected.and_then(|version| version.unwritten) {
            self.pending_writes.tokens_are_written(session, latest);
        }
        Ok(saved)
    }

    /// Takes the lease of a session, or renews it:
    /// [`Store::lease_tokens`](crate::Store::lease_tokens).
    pub(crate) async fn lease_tokens(
        &self,
        session: &Hash,
        holder: &LeaseHolder,
        duration: Duration,
    ) -> Result<Lease, StoreError> {
        self.store.lease_tokens(session, holder, duration).await
    }

    /// Gives the lease of a session back, if this holder has it.
    pub(crate) async fn release_tokens(
        &self,
        session: &Hash,
        holder: &LeaseHolder,
    ) -> Result<(), StoreError> {
        self.store.release_tokens(session, holder).await
    }

    /// Keeps in this process what a refresh brought and the store did not take, for the reason that
    /// it failed. It is written when the store can be.
    pub(crate) fn keep_unwritten(
        &self,
        session: &Hash,
        tokens: RefreshedTokens,
        error: StoreError,
    ) -> Result<(), StoreError> {
        let now = self.client.now();
        if !self.pending_writes.keep_tokens(*session, tokens, now) {
            return Err(error);
        }
        if let Some(left_out) = self.token_failures.permit() {
            tracing::error!(
                error = chain(&error),
                left_out,
                "refreshed tokens could not be stored yet; this process keeps them, and this is tried again"
            );
        }
        Ok(())
    }

    /// Whether tokens of a session are in this process only.
    pub(crate) fn has_unwritten_tokens(&self, session: &Hash) -> bool {
        self.pending_writes.kept_tokens(session).is_some()
    }
}
