use super::jwt::JwtError;
use crate::claims::InvalidClaim;

/// The ID token is not to be trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdTokenError {
    /// It is no JWT of the provider's that counts now.
    #[error("the ID token {0}")]
    Jwt(#[from] JwtError),
    /// Another kind of JWT.
    #[error("expected an ID token, this JWT is of type {found:?}")]
    Kind {
        /// The `typ` of the header.
        found: String,
    },
    /// For somebody else.
    #[error("expected an ID token for {expected:?} alone, this one is for {found:?}")]
    Audience {
        /// The application.
        expected: String,
        /// The `aud` that came.
        found: String,
    },
    /// `azp` is not us.
    #[error("the ID token was made for another application (`azp`)")]
    AuthorizedParty,
    /// Made long ago.
    #[error("the ID token was made {seconds} s ago, which is no answer to a request of now")]
    Stale {
        /// How long ago.
        seconds: u64,
    },
    /// `at_hash` is wrong.
    #[error("the ID token belongs to another access token (`at_hash`)")]
    AccessTokenHash,
    /// Another sign-in.
    #[error("the ID token belongs to another sign-in (`nonce`)")]
    Nonce,
    /// The person signed in too long ago.
    #[error("the person signed in {age} s ago, at most {max_age} s were asked for")]
    SignedInTooLongAgo {
        /// How long ago.
        age: u64,
        /// What was asked for.
        max_age: u64,
    },
    /// A refreshed token about somebody else.
    #[error("the refreshed ID token is about another person")]
    AnotherPerson,
    /// A refreshed token with another sign-in time.
    #[error("the refreshed ID token tells of another sign-in (`auth_time`)")]
    AnotherSignIn,
}

impl From<InvalidClaim> for IdTokenError {
    fn from(error: InvalidClaim) -> Self {
        Self::Jwt(error.into())
    }
}
