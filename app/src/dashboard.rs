//! What the home page says to somebody who is signed in.

use leptos_logto::{Moment, Organizations};
use serde::{Deserialize, Serialize};

/// What is so for the person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    /// The e-mail address in the ID token.
    pub email: Option<String>,
    /// Whether the scope with the e-mail address is in use.
    pub email_requested: bool,
    /// Whether it is verified, if the ID token says so.
    pub email_verified: Option<bool>,
    /// When the sign-in was finished.
    pub signed_in: Moment,
    /// When the session ends whatever happens.
    pub ends: Moment,
    /// The organizations of the person.
    pub organizations: Organizations,
    /// How many access tokens the server holds for the pages.
    pub tokens: usize,
    /// When the first of them expires.
    pub next_expiry: Option<Moment>,
    /// What is not as it could be.
    pub attention: Vec<Attention>,
}

/// What is not as it could be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attention {
    /// Logto does not answer, so not everything is known.
    Unavailable,
    /// The e-mail address is not verified.
    EmailNotVerified,
    /// Scopes that were requested and not granted.
    NotGranted {
        /// The API that has them as permissions; `None` for scopes about the person.
        resource: Option<String>,
        /// Their names. There is one at least.
        scopes: Vec<String>,
    },
}

impl Attention {
    /// Whether something is wrong. A permission that somebody does not have is no fault.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        !matches!(self, Self::NotGranted { .. })
    }
}
