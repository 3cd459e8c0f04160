//! SHA-256 hashes.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of a session id or a `state`: what a row is found by. A stolen store holds no live cookie.
pub type Hash = [u8; 32];

/// SHA-256 over parts, each with its length before it.
pub(crate) fn digest(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}
