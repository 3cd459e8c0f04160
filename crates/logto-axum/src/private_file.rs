use std::fs::OpenOptions;

/// How to open a file that only its owner may read, should this make it.
///
/// What else is to happen, `create`, `append` and so on, is for the caller to add.
#[must_use]
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
