//! Which access token is asked for.

use std::time::Duration;

use logto::{AccessToken, Audience, Scopes};

/// Which access token is requested. The default is the one for Logto itself, from the session's
/// record if it is there.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TokenRequest {
    /// The audience of the token.
    pub audience: Audience,
    /// Only for these scopes; for none of them, if there are none here. `None`: for all that were
    /// granted.
    pub scopes: Option<Scopes>,
    /// How fresh it must be.
    pub freshness: Freshness,
}

impl TokenRequest {
    /// A token for an audience, with all that was granted, from the session's record if it is
    /// there.
    #[must_use]
    pub fn new(audience: Audience) -> Self {
        Self {
            audience,
            ..Self::default()
        }
    }
}

/// How fresh a token must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Freshness {
    /// It only has to be good for a while yet.
    #[default]
    Any,
    /// Logto has given it at most that long ago.
    Within(Duration),
    /// Logto is asked, also when it has just given one or refused. Not for a browser to ask for as
    /// often as it likes.
    Now,
}

/// A token and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Obtained {
    /// The token.
    pub token: AccessToken,
    /// Whether it was at hand, so that Logto was not asked.
    pub cached: bool,
}
