//! A provider's signing key: makes JWTs, right ones and wrong ones.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub struct Signer {
    pub algorithm: &'static str,
    pub kid: String,
    pair: Pair,
}

enum Pair {
    Ec(&'static str, EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    pub fn new(algorithm: &'static str, kid: &str) -> Self {
        let pair = match algorithm {
            "ES256" => ("P-256", &ECDSA_P256_SHA256_FIXED_SIGNING),
            "ES384" => ("P-384", &ECDSA_P384_SHA384_FIXED_SIGNING),
            "ES512" => ("P-521", &ECDSA_P521_SHA512_FIXED_SIGNING),
            _ => return Self::rsa(algorithm, kid, KeySize::Rsa2048),
        };
        let pair = Pair::Ec(pair.0, EcdsaKeyPair::generate(pair.1).unwrap());
        Self {
            algorithm,
            kid: kid.to_owned(),
            pair,
        }
    }

    fn rsa(algorithm: &'static str, kid: &str, size: KeySize) -> Self {
        Self {
            algorithm,
            kid: kid.to_owned(),
            pair: Pair::Rsa(RsaKeyPair::generate(size).unwrap()),
        }
    }

    /// The public key, as Logto publishes it: an EC key names its algorithm, an RSA key does not.
    pub fn jwk(&self) -> Value {
        match &self.pair {
            Pair::Ec(curve, pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "use": "sig", "kid": self.kid, "alg": self.algorithm, "crv": curve,
                    "x": encode(x), "y": encode(y) })
            }
            Pair::Rsa(pair) => {
                let key = pair.public_key();
                json!({ "kty": "RSA", "use": "sig", "kid": self.kid,
                    "n": encode(key.modulus().big_endian_without_leading_zero()),
                    "e": encode(key.exponent().big_endian_without_leading_zero()) })
            }
        }
    }

    pub fn header(&self) -> Value {
        json!({ "alg": self.algorithm, "kid": self.kid })
    }

    /// A JWT with the right header.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_with(&self.header(), claims)
    }

    pub fn sign_with(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    /// A JWT of anything, truly signed.
    pub fn sign_text(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", encode(header), encode(claims));
        format!("{message}.{}", encode(self.signature(message.as_bytes())))
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ec(_, pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                if self.algorithm == "PS256" {
                    pair.sign(&RSA_PSS_SHA256, &random, message, &mut signature)
                        .unwrap();
                } else {
                    pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                        .unwrap();
                }
                signature
            }
        }
    }
}
