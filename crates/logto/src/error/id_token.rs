use crate::SigningAlgorithm;
use crate::claims::InvalidClaim;

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
