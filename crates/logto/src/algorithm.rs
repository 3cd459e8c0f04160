use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;

/// How an ID token may be signed: the five ways that Logto can be set to.
///
/// All are asymmetric. `none` and the HMAC algorithms, which make a forger of everyone who knows
/// the public key or the application's secret, have no variant and so cannot be allowed by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384: what Logto signs with by default.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// RSA PKCS #1 v1.5 with SHA-256.
    Rs256,
    /// RSA PSS with SHA-256.
    Ps256,
}

/// The name of no algorithm that is accepted here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a signing algorithm is one of ES384, ES256, ES512, RS256, PS256")]
pub struct UnknownAlgorithm;

impl SigningAlgorithm {
    /// Every algorithm, Logto's default first.
    pub const ALL: [Self; 5] = [
        Self::Es384,
        Self::Rs256,
        Self::Ps256,
        Self::Es256,
        Self::Es512,
    ];

    /// The name in a token's header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }

    /// Their names, for a log or an error.
    pub(crate) fn list(algorithms: &[Self]) -> String {
        let names: Vec<_> = algorithms
            .iter()
            .map(|algorithm| algorithm.name())
            .collect();
        names.join(", ")
    }

    /// The hash that belongs to the algorithm, which `at_hash` is made with.
    pub(crate) fn hash(self) -> &'static digest::Algorithm {
        match self {
            Self::Es256 | Self::Rs256 | Self::Ps256 => &digest::SHA256,
            Self::Es384 => &digest::SHA384,
            Self::Es512 => &digest::SHA512,
        }
    }
}

impl fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SigningAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or(UnknownAlgorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_is_known_by_its_exact_name() {
        for algorithm in SigningAlgorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
        }
        for name in [
            "none", "None", "HS256", "es384", "ES384 ", "EdDSA", "RS1", "",
        ] {
            assert_eq!(
                name.parse::<SigningAlgorithm>(),
                Err(UnknownAlgorithm),
                "{name}"
            );
        }
    }
}
