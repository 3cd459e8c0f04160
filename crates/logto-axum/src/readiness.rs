//! Readiness: whether the store, the keys and the provider are in order now.

use std::{fmt, sync::Arc, time::Instant};

use tokio::sync::Mutex;

/// What [`LogtoAuth::readiness`](crate::LogtoAuth::readiness) has found. Its text has one line for
/// each component and no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Readiness {
    /// The session store: read and written.
    pub store: Component,
    /// The session keys: a value that they seal can be opened, and no session was met in the last
    /// ten minutes that needs another key or another version of this program.
    pub keys: Component,
    /// The identity provider: its discovery document was read.
    pub provider: Component,
}

/// The state of one component.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Component {
    /// It is in order.
    Ok,
    /// It is not: a short text that says why.
    Failing(String),
}

impl Readiness {
    /// Whether all components are in order.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        [&self.store, &self.keys, &self.provider]
            .iter()
            .all(|component| **component == Component::Ok)
    }
}

impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "store {}", self.store)?;
        writeln!(f, "keys {}", self.keys)?;
        writeln!(f, "provider {}", self.provider)
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Failing(reason) => f.write_str(reason),
        }
    }
}

/// The last result, locked during a check.
#[derive(Debug, Default)]
pub(crate) struct LastReadiness(pub(crate) Arc<Mutex<Option<(Instant, Readiness)>>>);
