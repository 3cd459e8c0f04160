//! Sealing: session data in the store can be read with the session keys alone.

use serde::{Serialize, de::DeserializeOwned};

use super::repository::Sessions;
use crate::{
    hash::Hash,
    seal::{Place, SealError},
    store::{StoreError, StoreErrorKind},
};

impl Sessions {
    pub(super) fn seal<T: Serialize>(
        &self,
        kind: &'static str,
        row: &Hash,
        value: &T,
    ) -> Result<Vec<u8>, StoreError> {
        self.keys
            .seal(&Place { kind, row }, value)
            .map_err(|source| StoreError::new("seal a value", source))
    }

    /// Opens a sealed value. A value that is not authentic counts as absent: the person is
    /// anonymous (SE-16, SE-17). A value that another key or version can open is
    /// [`StoreErrorKind::Unreadable`], and stays (SE-18, SE-19).
    pub(super) fn open<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        row: &Hash,
        sealed: &[u8],
    ) -> Result<Option<T>, StoreError> {
        match self.keys.open(&Place { kind, row }, sealed) {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.may_be_opened_elsewhere() => Err(self.unreadable(error)),
            Err(error) => {
                let reason = error.to_string();
                tracing::warn!(
                    kind,
                    reason,
                    "a stored value was refused; treated as absent"
                );
                Ok(None)
            }
        }
    }

    pub(super) fn unreadable(&self, error: SealError) -> StoreError {
        self.unreadable.note(error, self.now());
        StoreError::new("open a stored value", error).of_kind(StoreErrorKind::Unreadable)
    }
}
