//! One small enum per step, and one transparent enum around them.
//!
//! The reader is the operator's log: each text says what was expected and what came. None holds a token, a code, a
//! state or a secret, and foreign text in them is cleaned and cut.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::SigningAlgorithm;
use crate::callback::CallbackError;
use crate::claims::InvalidClaim;
use crate::message::Refusal;
use crate::scope::InvalidScope;

/// Anything that can go wrong in talking to Logto.
#[derive(Clone, Debug, thiserror::Error)]
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
    /// Whether the same attempt may succeed later: no answer, 408, 429 or 5xx. Such an error says nothing about the
    /// person's session, which should be kept.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(error) => error.problem.is_transient(),
            _ => self
                .status()
                .is_some_and(|status| matches!(status, 408 | 429 | 500..=599)),
        }
    }

    /// Whether the code or refresh token is spent, revoked or expired: the person has to sign in again.
    #[must_use]
    pub fn is_invalid_grant(&self) -> bool {
        matches!(self, Self::Token(TokenError::Refused(refusal)) if refusal.error == "invalid_grant")
    }

    /// Whether the provider knows who asks and will not give it (403): not a member of that organization, a scope that
    /// was not granted.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(403)
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
            _ => None,
        }
    }
}

/// A configuration that cannot work, and what to set instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A URL is unfit.
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
    /// `none` beside another prompt.
    #[error("the prompt `none` cannot be combined with another one")]
    PromptNoneNotAlone,
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be set up")]
    HttpClient(#[source] HttpError),
}

/// An error of the HTTP library, shared so that every waiter can have it.
#[derive(Clone, Debug, thiserror::Error)]
#[error(transparent)]
pub struct HttpError(Arc<reqwest::Error>);

impl HttpError {
    /// Without the URL, which is said beside it.
    pub(crate) fn new(error: reqwest::Error) -> Self {
        Self(Arc::new(error.without_url()))
    }
}

impl PartialEq for HttpError {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for HttpError {}

/// The provider gave no answer that could be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{doing} at {url}: {problem}")]
pub struct Unreachable {
    /// What was being done.
    pub doing: &'static str,
    /// Where, without query.
    pub url: String,
    /// What happened.
    #[source]
    pub problem: Problem,
}

/// Why there was no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Problem {
    /// It took too long.
    #[error("no complete answer in {seconds} s; is the provider up, and is `timeout` long enough?")]
    Timeout {
        /// The limit.
        seconds: f32,
    },
    /// No connection, or it broke.
    #[error("the connection failed; is the provider up, and is `endpoint` right?")]
    Connection(#[source] HttpError),
    /// A redirect, which is never followed.
    #[error(
        "the answer is a redirect ({status}), which is not followed: set `endpoint` to the final address"
    )]
    Redirected {
        /// The status.
        status: u16,
    },
    /// A token that no provider would give.
    #[error("the token holds characters that cannot be sent in a header")]
    Unsendable,
    /// Too much.
    #[error("the answer is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
}

impl Problem {
    const fn is_transient(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::Connection(_))
    }
}

/// What the provider says about itself cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
pub enum TokenError {
    /// The provider said no, in the words of RFC 6749 section 5.2.
    #[error("the token endpoint refused: {0}")]
    Refused(Refusal),
    /// The organization or resource asked for is an empty text.
    #[error("the organization or resource to get a token for is empty")]
    EmptyAudience,
    /// A status without such words.
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

/// The ID token is not to be trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// Longer than any real token.
    #[error("the ID token is longer than 64 KiB")]
    TooLong,
    /// Not three parts of base64url with JSON objects in the first two.
    #[error("the ID token is not a signed JWT")]
    NotAToken,
    /// A header member is missing, malformed or refused.
    #[error("the header of the ID token has a `{0}` that is not accepted, or lacks it")]
    Header(&'static str),
    /// Not among the allowed algorithms.
    #[error(
        "the ID token is signed with {found:?}, allowed are {allowed}; see `algorithms` of the configuration"
    )]
    Algorithm {
        /// The `alg` of the header.
        found: String,
        /// The configured ones.
        allowed: String,
    },
    /// Another kind of JWT.
    #[error("expected an ID token, this JWT is of type {found:?}")]
    Kind {
        /// The `typ` of the header.
        found: String,
    },
    /// A key the provider does not publish.
    #[error(
        "the ID token is signed with a key {kid:?} that the provider does not publish, or that does not fit its algorithm"
    )]
    UnknownKey {
        /// The `kid` of the header.
        kid: String,
    },
    /// No key for the algorithm.
    #[error("the provider publishes no key for {0}")]
    NoKey(SigningAlgorithm),
    /// The signature is wrong.
    #[error("the signature of the ID token is wrong")]
    Signature,
    /// No `kid`, and no key fits.
    #[error("none of the provider's keys made the signature of the ID token, which names no key")]
    SignatureWithoutKid,
    /// A claim is malformed.
    #[error("in the ID token, {0}")]
    Claim(#[from] InvalidClaim),
    /// A claim is missing.
    #[error("the ID token has no `{0}`")]
    Missing(&'static str),
    /// A claim is no time.
    #[error("in the ID token, `{0}` is not a time in whole seconds")]
    NoTime(&'static str),
    /// From somebody else.
    #[error("expected an ID token from {expected:?}, this one is from {found:?}")]
    Issuer {
        /// The provider.
        expected: String,
        /// The `iss` that came.
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
    /// No possible subject.
    #[error("`sub` of the ID token is not 1 to 255 characters")]
    Subject,
    /// Over.
    #[error("the ID token expired {seconds} s ago; do the clocks differ?")]
    Expired {
        /// How long ago.
        seconds: u64,
    },
    /// Not yet.
    #[error(
        "`{claim}` of the ID token is {seconds} s in the future: the clocks of provider and application differ"
    )]
    FromTheFuture {
        /// The claim.
        claim: &'static str,
        /// How far.
        seconds: u64,
    },
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

impl IdTokenError {
    /// Whether a newer key set may change the verdict.
    pub(crate) const fn may_be_rotation(&self) -> bool {
        matches!(
            self,
            Self::UnknownKey { .. } | Self::NoKey(_) | Self::SignatureWithoutKid
        )
    }
}

/// The userinfo answer cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserInfoError {
    /// The provider said no.
    #[error("the userinfo endpoint refused: {0}")]
    Refused(Refusal),
    /// A status without words.
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
pub enum RevocationError {
    /// The provider said no.
    #[error("the revocation endpoint refused: {0}")]
    Refused(Refusal),
    /// A status without words.
    #[error("the revocation endpoint answered with status {status} and nothing that explains it")]
    Status {
        /// The status.
        status: u16,
    },
}
