//! Session ids whose tag shows, without the store, that this application issued them.

use tower_sessions::session::Id;

use crate::{
    hash::{Hash, digest},
    seal::{SealError, SessionKeys},
};

/// The random bytes of an id; the others are the tag.
const RANDOM: usize = 12;
const LENGTH: usize = 16;

/// Whether this application gave a session id to a browser, as far as the id itself says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdOrigin {
    /// Its tag is that of a session key.
    Issued,
    /// It was made up, or issued by an earlier version, which had no tags, or under a key that is
    /// gone.
    Unverified,
}

impl SessionKeys {
    /// A new session id: 12 random bytes, and a tag of 4 bytes that only who has the session key
    /// can compute. To everybody else all 16 bytes are unpredictable (SE-01). The tag opens
    /// nothing: the store alone says whether there is such a session.
    pub(super) fn new_session_id(&self) -> Result<Id, SealError> {
        let random: [u8; RANDOM] = crate::random::bytes().map_err(|_| SealError::Unsealable)?;
        let tag = self.session_id_tags(&random).next();
        let tag = tag.ok_or(SealError::Unsealable)?;
        let mut bytes = [0; LENGTH];
        bytes[..RANDOM].copy_from_slice(&random);
        bytes[RANDOM..].copy_from_slice(&tag);
        Ok(Id(i128::from_le_bytes(bytes)))
    }

    pub(super) fn origin_of(&self, id: Id) -> IdOrigin {
        let bytes = id.0.to_le_bytes();
        let (random, tag) = bytes.split_at(RANDOM);
        if self.session_id_tags(random).any(|known| known == tag) {
            IdOrigin::Issued
        } else {
            IdOrigin::Unverified
        }
    }
}

/// The hash that stands for a session in the store.
pub(crate) fn session_hash(id: Id) -> Hash {
    digest(&[b"session", &id.0.to_le_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_was_issued_is_known_by_every_key_of_the_list_and_no_other_is() {
        let [old, new] = [(); 2].map(|()| SessionKeys::generate());
        let before = SessionKeys::parse(&old).unwrap();
        let after = SessionKeys::parse(&format!("{new},{old}")).unwrap();
        let id = before.new_session_id().unwrap();
        assert_eq!(before.origin_of(id), IdOrigin::Issued);
        assert_eq!(after.origin_of(id), IdOrigin::Issued);
        let without = SessionKeys::parse(&new).unwrap();
        assert_eq!(without.origin_of(id), IdOrigin::Unverified);
        for bit in 0..128 {
            assert_eq!(
                before.origin_of(Id(id.0 ^ (1 << bit))),
                IdOrigin::Unverified
            );
        }
        for _ in 0..1000 {
            assert_eq!(before.origin_of(Id::default()), IdOrigin::Unverified);
        }
        assert_ne!(before.new_session_id().unwrap(), id);
    }
}
