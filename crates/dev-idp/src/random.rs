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
