//! The `prompt` parameter of an authorization request: what Logto asks the person.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What the provider may and must ask the person. Logto knows these three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Prompt {
    /// Ask nothing: fail with `login_required` or `consent_required` instead. Only alone.
    None,
    /// Ask to sign in, even when signed in.
    Login,
    /// Grant again what is asked for. In an application of one's own this shows nothing, and brings
    /// the refresh token.
    Consent,
}

/// Not the name of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a prompt is one of none, login, consent; Logto does not know {0:?}")]
pub struct InvalidPrompt(pub String);

impl Prompt {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
        }
    }
}

impl fmt::Display for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Prompt {
    type Err = InvalidPrompt;

    fn from_str(name: &str) -> Result<Self, InvalidPrompt> {
        let mut known = [Self::None, Self::Login, Self::Consent].into_iter();
        known
            .find(|prompt| prompt.name() == name)
            .ok_or_else(|| InvalidPrompt(name.to_owned()))
    }
}
