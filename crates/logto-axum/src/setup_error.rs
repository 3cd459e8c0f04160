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
    /// Sessions that outlive the process need keys that do.
    #[error(
        "SESSION_KEYS is not set, and without them sessions cannot be read after a restart, or by another process; make one with `openssl rand -base64 32`"
    )]
    NoKeys,
    /// This build cannot open the store.
    #[error(
        "SESSION_STORE is {value:?}, and the feature `{feature}` of logto-axum is off: turn it on, or keep sessions in memory with \"memory:\""
    )]
    NoFeature {
        /// The feature.
        feature: &'static str,
        /// The value of the variable. User information is left out.
        value: String,
    },
    /// The value names no store.
    #[error(
        "SESSION_STORE: {value:?} names no store; it is sqlite:// with the path of a file, postgres:// with a host and a database, redis:// or rediss:// with a host, or memory:"
    )]
    UnknownStore {
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
