//! SHA-256 hashes.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of a session id or a `state`: what a row is found by. A stolen store holds no live
/// cookie.
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

/// The first bytes of a hash in hexadecimal digits.
pub(crate) fn hex(hash: &Hash, bytes: usize) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let bytes = hash.iter().take(bytes);
    bytes
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| DIGITS[usize::from(digit)])
        .collect()
}
