//! One small enum per step, and one transparent enum around them.
//!
//! The reader is the operator's log: each text says what was expected and what came. None holds a
//! token, a code, a state or a secret, and foreign text in them is cleaned and cut.

mod access_token;
mod callback;
mod id_token;
mod jwt;
mod logout_token;
#[cfg(test)]
mod tests;
mod unreachable;

use std::sync::Arc;
use std::time::Duration;

pub use self::access_token::AccessTokenError;
pub use self::callback::CallbackError;
pub use self::id_token::IdTokenError;
pub use self::jwt::JwtError;
pub use self::logout_token::LogoutTokenError;
pub use self::unreachable::{HttpError, Unreachable, UnreachableReason};
use crate::claims::InvalidClaim;
use crate::message::ErrorResponse;
use crate::scopes::InvalidScope;

/// Anything that can go wrong in talking to Logto.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot work.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What the provider says about itself cannot be used.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// The browser came back without a usable answer.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// The provider gave no tokens.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The ID token is not to be trusted.
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// The access token that somebody sent opens nothing here.
    #[error(transparent)]
    AccessToken(#[from] AccessTokenError),
    /// The logout token ends no session.
    #[error(transparent)]
    LogoutToken(#[from] LogoutTokenError),
    /// The userinfo answer cannot be used.
    #[error(transparent)]
    UserInfo(#[from] UserInfoError),
    /// A token could not be revoked.
    #[error(transparent)]
    Revocation(#[from] RevocationError),
    /// There was no answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes: {0}")]
    Randomness(Arc<getrandom::Error>),
}

impl Error {
    /// Whether the same request may succeed on a retry: no answer, 408, 429 or 5xx. Such an error
    /// says nothing about the person's session, which should be kept.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(error) => error.problem.is_transient(),
            _ => self
                .status()
                .is_some_and(|status| matches!(status, 408 | 429 | 500..=599)),
        }
    }

    /// Whether the code or refresh token is spent, revoked or expired: the person has to sign in
    /// again. Only an answer with status 400 or 401 says so (RFC 6749 section 5.2); the same error
    /// code with another status is a fault of the provider.
    #[must_use]
    pub fn is_invalid_grant(&self) -> bool {
        matches!(self, Self::Token(TokenError::Refused(refusal))
            if refusal.error == "invalid_grant" && matches!(refusal.status, 400 | 401))
    }

    /// Whether the connection broke before the whole answer had come. The provider may have acted
    /// on the request.
    #[must_use]
    pub const fn is_lost_answer(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(Unreachable {
                problem: UnreachableReason::LostAnswer(_),
                ..
            })
        )
    }

    /// How long no request is sent to that endpoint of the provider, because it answered 429 with
    /// `Retry-After`.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unreachable(Unreachable {
                problem: UnreachableReason::RateLimited { seconds },
                ..
            }) => Some(Duration::from_secs(*seconds)),
            _ => None,
        }
    }

    /// Whether the provider knows who asks and will not give it (403): not a member of that
    /// organization, a scope that was not granted.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(403)
    }

    /// Whether this is a verdict on a token that a newer key set may change.
    pub(crate) fn may_be_rotation(&self) -> bool {
        self.jwt().is_some_and(JwtError::may_be_rotation)
    }

    /// Whether this is a verdict on a token that a newer description of the provider may change.
    pub(crate) fn may_be_announced_now(&self) -> bool {
        self.jwt().is_some_and(JwtError::may_be_announced_now)
    }

    /// What is wrong with a token, whatever it is for.
    const fn jwt(&self) -> Option<&JwtError> {
        match self {
            Self::IdToken(IdTokenError::Jwt(error))
            | Self::AccessToken(AccessTokenError::Jwt(error))
            | Self::LogoutToken(LogoutTokenError::Jwt(error)) => Some(error),
            _ => None,
        }
    }

    /// Whether the answer or the token in it is larger than is read: `max_body` of the
    /// configuration, one mebibyte by default. An ID token of that size comes of very many
    /// organizations, roles or custom data.
    #[must_use]
    pub const fn is_too_large(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(Unreachable {
                problem: UnreachableReason::TooLong { .. },
                ..
            }) | Self::IdToken(IdTokenError::Jwt(JwtError::TooLong { .. }))
        )
    }

    /// The status of the provider's answer, if it was an answer that was wrong.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Discovery(DiscoveryError::Status { status, .. })
            | Self::Token(TokenError::Status { status })
            | Self::UserInfo(UserInfoError::Status { status })
            | Self::Revocation(RevocationError::Status { status }) => Some(*status),
            Self::Token(TokenError::Refused(refusal))
            | Self::UserInfo(UserInfoError::Refused(refusal))
            | Self::Revocation(RevocationError::Refused(refusal)) => Some(refusal.status),
            Self::Unreachable(Unreachable {
                problem: UnreachableReason::RateLimited { .. },
                ..
            }) => Some(429),
            _ => None,
        }
    }
}

/// A configuration that cannot work, and what to set instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A URL is not valid.
    #[error("{name} {problem}")]
    Url {
        /// The field.
        name: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
    /// Something is missing.
    #[error("{0} is not set")]
    Empty(&'static str),
    /// The tolerance is too large.
    #[error(
        "clock_tolerance must be less than five minutes: a larger difference is a wrong clock, to be set right"
    )]
    ClockTolerance,
    /// A scope cannot travel.
    #[error(transparent)]
    Scope(#[from] InvalidScope),
    /// A resource is no resource indicator.
    #[error(
        "the resource {0:?} is not an absolute URI without a fragment, as Logto registers them"
    )]
    Resource(String),
    /// An API under the indicator that stands for all organizations.
    #[error(
        "`urn:logto:resource:organizations` is no API: everybody's token for it has every organization permission; \
         set the indicator of the API, and judge tokens for an organization with `verify_for`"
    )]
    ReservedResource,
    /// `none` beside another prompt.
    #[error("the prompt `none` cannot be combined with another one")]
    PromptNoneNotAlone,
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be set up")]
    HttpClient(#[source] HttpError),
}

/// What the provider says about itself cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// Another status than 200.
    #[error("{url} answers with status {status}: is `endpoint` the address of a Logto?")]
    Status {
        /// The document.
        url: String,
        /// The status.
        status: u16,
    },
    /// No JSON object.
    #[error("the discovery document is not a JSON object: is `endpoint` the address of a Logto?")]
    NotJson,
    /// A member is missing.
    #[error("the discovery document has no usable `{0}`")]
    Missing(&'static str),
    /// An address may not be used.
    #[error("in the discovery document, `{name}` {problem}")]
    Url {
        /// The member.
        name: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
    /// Nothing to verify tokens by.
    #[error(
        "the discovery document announces no signing algorithm that can be verified here (`id_token_signing_alg_values_supported`): set `algorithms` in the configuration to what the provider signs with"
    )]
    NoSigningAlgorithm,
    /// Another issuer.
    #[error(
        "the provider calls itself {found:?} and `endpoint` makes it {expected:?}: set `endpoint` to the provider's own name, or ENDPOINT at the provider"
    )]
    Issuer {
        /// What the configuration says.
        expected: String,
        /// What the provider says.
        found: String,
    },
    /// No key set.
    #[error("the provider's key set is not a JSON object with `keys`")]
    KeysNotJson,
    /// Nothing to verify with.
    #[error("the provider's key set holds no key that may verify an ID token")]
    NoUsableKey,
}

/// The provider gave no tokens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The provider refused the request with an error of RFC 6749 section 5.2.
    #[error("the token endpoint refused: {0}")]
    Refused(ErrorResponse),
    /// The organization or resource asked for is an empty text.
    #[error("the organization or resource to get a token for is empty")]
    EmptyAudience,
    /// A status without such an error.
    #[error("the token endpoint answered with status {status} and nothing that explains it")]
    Status {
        /// The status.
        status: u16,
    },
    /// Success, and no JSON object.
    #[error("the token endpoint's answer is not a JSON object")]
    NotJson,
    /// A member is missing or has an unexpected type.
    #[error("the token endpoint's answer has no usable `{0}`")]
    Member(&'static str),
    /// Not a bearer token.
    #[error("expected a token of type Bearer, the provider gave {found:?}")]
    TokenType {
        /// The type that came.
        found: String,
    },
}

/// The userinfo answer cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UserInfoError {
    /// The provider said no.
    #[error("the userinfo endpoint refused: {0}")]
    Refused(ErrorResponse),
    /// A status without an error code.
    #[error("the userinfo endpoint answered with status {status} and nothing that explains it")]
    Status {
        /// The status.
        status: u16,
    },
    /// A signed or encrypted answer.
    #[error("the userinfo endpoint answers with a JWT; plain JSON was expected")]
    Signed,
    /// No JSON object.
    #[error("the userinfo endpoint's answer is not a JSON object")]
    NotJson,
    /// A claim is malformed.
    #[error("in the userinfo answer, {0}")]
    Claim(#[from] InvalidClaim),
    /// About somebody else.
    #[error("the userinfo answer is about another person than the ID token")]
    AnotherPerson,
}

/// A token could not be revoked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationError {
    /// The provider said no.
    #[error("the revocation endpoint refused: {0}")]
    Refused(ErrorResponse),
    /// A status without an error code.
    #[error("the revocation endpoint answered with status {status} and nothing that explains it")]
    Status {
        /// The status.
        status: u16,
    },
}
