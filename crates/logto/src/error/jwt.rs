use crate::algorithm::SigningAlgorithm;
use crate::claims::InvalidClaim;

/// A JWT that the provider did not make, or that does not count now, whatever it is for.
///
/// The text goes on where "the ID token" or "the access token" stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwtError {
    /// Longer than is read.
    #[error("is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// Not three parts of base64url with JSON objects in the first two.
    #[error("is not a signed JWT")]
    NotAToken,
    /// Claims within claims, so deep that they could not be stored and read again.
    #[error("has claims that are nested more than {limit} deep")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A header member is missing, malformed or refused.
    #[error("has a header with a `{0}` that is not accepted, or without one")]
    Header(&'static str),
    /// Not among the allowed algorithms.
    #[error(
        "is signed with {found:?}, and accepted are {accepted}: those of `algorithms` in the configuration or, without it, those that the provider announces"
    )]
    Algorithm {
        /// The `alg` of the header.
        found: String,
        /// The configured ones, or those that are announced.
        accepted: String,
    },
    /// A key the provider does not publish.
    #[error(
        "is signed with a key {kid:?} that the provider does not publish, or that is not for its algorithm"
    )]
    UnknownKey {
        /// The `kid` of the header.
        kid: String,
    },
    /// No key for the algorithm.
    #[error("is signed with {0}, for which the provider publishes no key")]
    NoKey(SigningAlgorithm),
    /// The signature is wrong.
    #[error("has a wrong signature")]
    Signature,
    /// No `kid`, and no key verifies the signature.
    #[error("names no key, and none of the provider's made its signature")]
    SignatureWithoutKid,
    /// A claim is malformed.
    #[error("cannot be read: {0}")]
    Claim(#[from] InvalidClaim),
    /// A claim is missing.
    #[error("has no `{0}`")]
    Missing(&'static str),
    /// A claim is no time.
    #[error("has a `{0}` that is not a time in whole seconds")]
    NoTime(&'static str),
    /// From somebody else.
    #[error("is from {found:?}, and one from {expected:?} was expected")]
    Issuer {
        /// The provider.
        expected: String,
        /// The `iss` that came.
        found: String,
    },
    /// No possible subject.
    #[error("has a `sub` that is not 1 to 255 characters")]
    Subject,
    /// Over.
    #[error("expired {seconds} s ago; do the clocks differ?")]
    Expired {
        /// How long ago.
        seconds: u64,
    },
    /// Not yet.
    #[error(
        "has `{claim}` {seconds} s in the future: the clocks of provider and application differ"
    )]
    FromTheFuture {
        /// The claim.
        claim: &'static str,
        /// How far.
        seconds: u64,
    },
}

impl JwtError {
    /// Whether a newer description of the provider may change the verdict.
    pub(crate) fn may_be_announced_now(&self) -> bool {
        matches!(self, Self::Algorithm { found, .. } if found.parse::<SigningAlgorithm>().is_ok())
    }

    /// Whether a newer key set may change the verdict.
    pub(crate) const fn may_be_rotation(&self) -> bool {
        matches!(
            self,
            Self::UnknownKey { .. } | Self::NoKey(_) | Self::SignatureWithoutKid
        )
    }
}
