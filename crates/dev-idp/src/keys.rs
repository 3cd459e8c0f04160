//! Signing keys, the JSON Web Key Set, and JSON Web Tokens signed with ES384.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p384::ecdsa::{
    Signature, SigningKey,
    signature::{Signer, Verifier},
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::random;

/// The key that signs, and the one before it.
pub(crate) struct Keys {
    current: Key,
    previous: Option<Key>,
    /// The ids of those that are published no more.
    retired: Vec<String>,
}

struct Key {
    id: String,
    x: String,
    y: String,
    signing: SigningKey,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self {
            current: Key::new(),
            previous: None,
            retired: Vec::new(),
        }
    }

    /// A new key signs at once. The old one is published until the next rotation.
    pub(crate) fn rotate(&mut self) {
        let previous = std::mem::replace(&mut self.current, Key::new());
        let retired = self.previous.replace(previous);
        self.retired.extend(retired.map(|key| key.id));
    }

    pub(crate) fn jwks(&self) -> Value {
        let keys: Vec<Value> = self.all().map(Key::jwk).collect();
        json!({ "keys": keys })
    }

    /// Signs claims; `typ` is `at+jwt` for access tokens, `logout+jwt` for logout tokens and absent for ID tokens.
    pub(crate) fn sign(&self, typ: Option<&str>, claims: &Map<String, Value>) -> String {
        let mut header = json!({ "alg": "ES384" });
        if let Some(typ) = typ {
            header["typ"] = typ.into();
        }
        header["kid"] = self.current.id.as_str().into();
        let text = format!(
            "{}.{}",
            encode(&header),
            encode(&Value::Object(claims.clone()))
        );
        let signature: Signature = self.current.signing.sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// The claims of a token, if one of the published keys signed it. Expiry is not looked at.
    pub(crate) fn verify(&self, token: &str) -> Option<Map<String, Value>> {
        let (text, signature) = token.rsplit_once('.')?;
        let header = decode(text.split_once('.')?.0)?;
        let key = self
            .all()
            .find(|key| header.get("kid").and_then(Value::as_str) == Some(&key.id))?;
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        key.signing
            .verifying_key()
            .verify(text.as_bytes(), &signature)
            .ok()?;
        read_claims(token)
    }

    /// Whether a token names a key that this process never had, as those of an earlier start are. Logto's keys outlive a restart.
    pub(crate) fn is_of_an_earlier_start(&self, token: &str) -> bool {
        let header = token.split_once('.').and_then(|(header, _)| decode(header));
        let kid = header
            .as_ref()
            .and_then(|header| header.get("kid")?.as_str());
        kid.is_some_and(|kid| {
            let is_known =
                self.all().any(|key| key.id == kid) || self.retired.iter().any(|id| id == kid);
            kid.len() == self.current.id.len() && !is_known
        })
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl Key {
    fn new() -> Self {
        let mut bytes = [0; 48];
        let signing = loop {
            random::fill(&mut bytes);
            // Fails for zero and for numbers beyond the order of the curve: try again.
            if let Ok(key) = SigningKey::from_slice(&bytes) {
                break key;
            }
        };
        let point = signing.verifying_key().to_sec1_bytes();
        // Uncompressed: a marker, then both coordinates of 48 bytes.
        let (x, y) = (
            URL_SAFE_NO_PAD.encode(&point[1..49]),
            URL_SAFE_NO_PAD.encode(&point[49..97]),
        );
        // RFC 7638: these members in this order.
        let thumbprint = format!(r#"{{"crv":"P-384","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(thumbprint));
        Self { id, x, y, signing }
    }

    fn jwk(&self) -> Value {
        json!({
            "kty": "EC", "use": "sig", "kid": self.id, "alg": "ES384", "crv": "P-384", "x": self.x, "y": self.y,
        })
    }
}

/// Looks like a signed token, whoever made it.
pub(crate) fn is_jwt(token: &str) -> bool {
    read_claims(token).is_some()
}

/// The claims of a token, unverified.
pub(crate) fn read_claims(token: &str) -> Option<Map<String, Value>> {
    let mut parts = token.split('.');
    let (header, claims, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    decode(header)?;
    decode(claims)
}

/// A token that nobody signed.
pub(crate) fn unsigned(claims: &Map<String, Value>) -> String {
    format!(
        "{}.{}.",
        encode(&json!({ "alg": "none" })),
        encode(&Value::Object(claims.clone()))
    )
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn decode(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
