//! Why the setup failed.

use std::fmt;

use logto::ConfigError;

#[cfg(feature = "sqlite")]
use crate::key_file::KeyFileError;
use crate::{error_chain::chain, seal::KeyError, store::StoreError};

/// Why [`LogtoAuth`](crate::LogtoAuth) could not be set up: which setting, what is wrong with it,
/// and what to do.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Variables of the environment are missing: each with what it is.
    #[error("{}", list(.0))]
    NotSet(Vec<(&'static str, &'static str)>),
    /// A URL is not usable.
    #[error("{name} is {value:?}: {problem}")]
    Url {
        /// The variable or argument.
        name: &'static str,
        /// What it was. User information is left out.
        value: String,
        /// What is wrong.
        problem: String,
    },
    /// The session keys are not usable.
    #[error("SESSION_KEYS: {0}; make one with `openssl rand -base64 32`")]
    Keys(#[from] KeyError),
    /// Sessions in a file need keys that outlive the process.
    #[error(
        "SESSION_KEYS is not set, and sessions in a file cannot be read after a restart without them; make one with `openssl rand -base64 32`"
    )]
    NoKeys,
    /// The store is a file, which this build cannot open.
    #[error(
        "SESSION_STORE is {value:?}, and the feature `sqlite` of logto-axum is off: turn it on, or keep sessions in memory with \"memory:\""
    )]
    NoSqlite {
        /// The value of the variable. User information is left out.
        value: String,
    },
    /// The file of keys beside the store, which development makes.
    #[cfg(feature = "sqlite")]
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The configuration of the client is not usable.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// The session store cannot be opened.
    #[error("SESSION_STORE: {}", chain(.0))]
    Store(#[from] StoreError),
}

fn list(missing: &[(&str, &str)]) -> String {
    let lines = missing.iter();
    let lines: Vec<_> = lines
        .map(|(name, about)| format!("{name} is not set; it is {about}"))
        .collect();
    lines.join("\n")
}

/// As [`Display`](fmt::Display): it is what `main() -> Result<(), Box<dyn Error>>` prints.
impl fmt::Debug for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
