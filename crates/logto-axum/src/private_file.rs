//! Files that only their owner may read.

use std::fs::OpenOptions;

/// How to open a file that only its owner may read, should this make it.
///
/// What else is to happen, `create`, `append` and so on, is for the caller to add.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
