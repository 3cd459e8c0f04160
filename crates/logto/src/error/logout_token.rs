use super::jwt::JwtError;
use crate::claims::InvalidClaim;

/// The logout token ends no session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogoutTokenError {
    /// It is no JWT of the provider's that counts now.
    #[error("the logout token {0}")]
    Jwt(#[from] JwtError),
    /// Another kind of JWT: an ID token, an access token.
    #[error("expected a logout token (`logout+jwt`), this JWT is of type {found:?}")]
    Kind {
        /// The `typ` of the header, or nothing.
        found: String,
    },
    /// For somebody else.
    #[error("expected a logout token for {expected:?} alone, this one is for {found:?}")]
    Audience {
        /// The application.
        expected: String,
        /// The `aud` that came.
        found: String,
    },
    /// Made too long ago.
    #[error("the logout token was made {seconds} s ago; it counts for five minutes")]
    Stale {
        /// How long ago.
        seconds: u64,
    },
    /// `events` does not say that somebody is logged out.
    #[error(
        "the logout token has no `events` with an object at `http://schemas.openid.net/event/backchannel-logout`"
    )]
    Event,
    /// It could be taken for an ID token.
    #[error("the logout token has a `nonce`, which only an ID token may have")]
    Nonce,
    /// Nobody to log out.
    #[error("the logout token has neither `sub` nor `sid`")]
    Nobody,
}

impl From<InvalidClaim> for LogoutTokenError {
    fn from(error: InvalidClaim) -> Self {
        Self::Jwt(error.into())
    }
}
