//! Values nobody can guess.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Fills bytes from the operating system.
pub(crate) fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

/// A fresh value of 43 characters, the shape of Logto's codes and tokens.
pub(crate) fn token() -> String {
    let mut bytes = [0; 32];
    fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A fresh value of 48 hexadecimal characters, the shape of Logto's cross-site guards.
pub(crate) fn hex() -> String {
    use std::fmt::Write;

    let mut bytes = [0; 24];
    fill(&mut bytes);
    bytes
        .iter()
        .fold(String::with_capacity(48), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// A fresh value of 12 lower-case letters and digits, the shape of Logto's ids.
pub(crate) fn letters() -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghijkmnpqrstuvwx";
    let mut bytes = [0; 12];
    fill(&mut bytes);
    bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect()
}

/// A fresh phone number: ten digits after the 1 of North America, in the block that is for fiction.
pub(crate) fn phone() -> String {
    let mut bytes = [0; 7];
    fill(&mut bytes);
    let digits: String = bytes
        .iter()
        .map(|byte| char::from(b'0' + byte % 10))
        .collect();
    format!("1555{digits}")
}
