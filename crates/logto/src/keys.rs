//! The provider's public keys, and the one function that checks a signature with them.
//!
//! The arithmetic is jsonwebtoken's, except for ES512, which it does not have and aws-lc-rs (the
//! library underneath it) does. Its `decode` is not used: everything around the arithmetic (`typ`,
//! `crit`, an issuer and an audience that must be there, times that must be numbers, members named
//! twice) is judged in `jwt.rs` and `id_token.rs`, more strictly than its defaults are. The
//! algorithm allowed by our configuration and the kind of the key decide together; the token
//! decides nothing.

#[cfg(test)]
mod tests;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ParsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::{Map, Value};

use crate::algorithm::SigningAlgorithm;
use crate::error::DiscoveryError;
use crate::json;

/// Keys that are read from one document. A real one holds two; beyond this, the rest would only
/// cost time.
const MOST_KEYS: usize = 256;

/// The usable keys of a key set.
#[derive(Debug)]
pub(crate) struct Keys(Vec<Key>);

struct Key {
    kid: Option<String>,
    /// The `alg` of the key, when it has one. An RSA key of Logto has none.
    algorithm: Option<SigningAlgorithm>,
    public: PublicKey,
}

enum PublicKey {
    P256(DecodingKey),
    P384(DecodingKey),
    P521(ParsedPublicKey),
    Rsa(DecodingKey),
}

/// Why a signature is not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unverified {
    /// No key has that id and supports the algorithm.
    NoKey,
    /// There are such keys, and none made this signature.
    WrongSignature,
}

impl Keys {
    /// Reads a key set and leaves out every key that cannot or must not be used.
    pub(crate) fn read(body: &[u8]) -> Result<Self, DiscoveryError> {
        let document = json::object(body).map_err(|_| DiscoveryError::KeysNotJson)?;
        let Some(Value::Array(keys)) = document.get("keys") else {
            return Err(DiscoveryError::KeysNotJson);
        };
        let usable: Vec<Key> = keys
            .iter()
            .filter_map(Value::as_object)
            .filter_map(Key::read)
            .take(MOST_KEYS)
            .collect();
        if usable.is_empty() {
            Err(DiscoveryError::NoUsableKey)
        } else {
            Ok(Self(usable))
        }
    }

    /// Whether one of the matching keys made this signature.
    pub(crate) fn verify(
        &self,
        algorithm: SigningAlgorithm,
        kid: Option<&str>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Unverified> {
        let mut result = Err(Unverified::NoKey);
        for key in self
            .0
            .iter()
            .filter(|key| kid.is_none() || key.kid.as_deref() == kid)
        {
            match key.verify(algorithm, message, signature) {
                Some(true) => return Ok(()),
                Some(false) => result = Err(Unverified::WrongSignature),
                None => {}
            }
        }
        result
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.kid)
    }
}

impl Key {
    fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| {
            jwk.get(name)
                .map(|value| value.as_str().ok_or(()))
                .transpose()
                .ok()
        };
        if text("use")?.is_some_and(|usage| usage != "sig") {
            return None;
        }
        if let Some(operations) = jwk.get("key_ops")
            && !operations
                .as_array()?
                .iter()
                .any(|operation| operation == "verify")
        {
            return None;
        }
        let public = PublicKey::read(jwk)?;
        let algorithm = text("alg")?
            .map(str::parse::<SigningAlgorithm>)
            .transpose()
            .ok()?;
        if algorithm.is_some_and(|algorithm| !public.supports(algorithm)) {
            return None;
        }
        Some(Self {
            kid: text("kid")?.map(str::to_owned),
            algorithm,
            public,
        })
    }

    /// `None` when this key is not for that algorithm.
    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Option<bool> {
        if self.algorithm.is_some_and(|own| own != algorithm) || !self.public.supports(algorithm) {
            return None;
        }
        Some(self.public.verify(algorithm, message, signature))
    }
}

impl PublicKey {
    fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        match (text("kty")?, text("crv")) {
            ("EC", Some(curve)) => {
                let (length, algorithm) = match curve {
                    "P-256" => (32, &ECDSA_P256_SHA256_FIXED),
                    "P-384" => (48, &ECDSA_P384_SHA384_FIXED),
                    "P-521" => (66, &ECDSA_P521_SHA512_FIXED),
                    _ => return None,
                };
                let (x, y) = (bytes("x")?, bytes("y")?);
                if x.len() != length || y.len() != length {
                    return None;
                }
                // SEC 1: an uncompressed point. Parsing refuses one that is not on the curve.
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                let parsed = ParsedPublicKey::new(algorithm, &point).ok()?;
                Some(match curve {
                    "P-256" => Self::P256(DecodingKey::from_ec_der(&point)),
                    "P-384" => Self::P384(DecodingKey::from_ec_der(&point)),
                    _ => Self::P521(parsed),
                })
            }
            ("RSA", None) => {
                let (n, e) = (bytes("n")?, bytes("e")?);
                // RFC 7518 section 3.3: 2048 bits or more. An exponent of 1 would make every text
                // its own signature.
                let bits = n.len() * 8 - usize::try_from(n.first()?.leading_zeros()).ok()?;
                let odd = e.last()? % 2 == 1 && e != [1];
                if !(2048..=8192).contains(&bits) || !odd || e.len() > 4 {
                    return None;
                }
                Some(Self::Rsa(DecodingKey::from_rsa_raw_components(&n, &e)))
            }
            _ => None,
        }
    }

    fn verify(&self, algorithm: SigningAlgorithm, message: &[u8], signature: &[u8]) -> bool {
        let with = |key, algorithm| {
            let signature = URL_SAFE_NO_PAD.encode(signature);
            crypto::verify(&signature, message, key, algorithm).is_ok_and(|good| good)
        };
        match (self, algorithm) {
            (Self::P256(key), SigningAlgorithm::Es256) => with(key, Algorithm::ES256),
            (Self::P384(key), SigningAlgorithm::Es384) => with(key, Algorithm::ES384),
            (Self::Rsa(key), SigningAlgorithm::Rs256) => with(key, Algorithm::RS256),
            (Self::Rsa(key), SigningAlgorithm::Ps256) => with(key, Algorithm::PS256),
            (Self::P521(key), SigningAlgorithm::Es512) => {
                key.verify_sig(message, signature).is_ok()
            }
            _ => false,
        }
    }

    fn supports(&self, algorithm: SigningAlgorithm) -> bool {
        matches!(
            (self, algorithm),
            (Self::P256(_), SigningAlgorithm::Es256)
                | (Self::P384(_), SigningAlgorithm::Es384)
                | (Self::P521(_), SigningAlgorithm::Es512)
                | (
                    Self::Rsa(_),
                    SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256
                )
        )
    }
}
