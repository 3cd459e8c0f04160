//! The file of session keys that development makes beside a file of sessions, so that a restart
//! signs nobody out.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::{
    private_file::private_file,
    seal::{KeyError, SessionKeys},
};

/// Why the file of keys cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// It cannot be made.
    #[error("the file {} cannot be written: {error}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It cannot be read.
    #[error("the file {} cannot be read: {error}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It holds something else.
    #[error("the file {} is not valid: {error}", .path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Why.
        error: KeyError,
    },
}

/// Where [`key_file`] has the keys of an SQLite file.
#[must_use]
pub fn key_file_path(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".keys");
    PathBuf::from(path)
}

/// The keys in the file beside an SQLite file (`sessions.db.keys`), which is made with a new key if
/// it is missing. Only its owner can read it. For development: in production, keys come from
/// whoever runs the program.
///
/// # Errors
/// When the file cannot be made or read, or holds no keys.
pub fn key_file(database: &Path) -> Result<SessionKeys, KeyFileError> {
    let path = key_file_path(database);
    if !path.exists() {
        let made = private_file()
            .write(true)
            .create_new(true)
            .open(&path)
            .and_then(|mut file| file.write_all(SessionKeys::generate().as_bytes()));
        if let Err(error) = made {
            return Err(KeyFileError::Write { path, error });
        }
    }
    match fs::read_to_string(&path).map(|text| SessionKeys::parse(text.trim())) {
        Ok(Ok(keys)) => Ok(keys),
        Ok(Err(error)) => Err(KeyFileError::Invalid { path, error }),
        Err(error) => Err(KeyFileError::Read { path, error }),
    }
}
