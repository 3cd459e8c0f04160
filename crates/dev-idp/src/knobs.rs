//! What a test can turn: the clock, the life of tokens, trouble, tampered ID tokens.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    keys::{self, Keys},
    trouble::Troubles,
};

/// How the next ID token is spoiled, for tests of whoever has to refuse it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tamper {
    /// Another nonce than the one asked with.
    WrongNonce,
    /// Made for another application.
    WrongAudience,
    /// Made by another issuer.
    WrongIssuer,
    /// Expired an hour ago.
    Expired,
    /// The signature does not fit.
    BadSignature,
    /// `alg: none` and no signature.
    AlgNone,
    /// Nobody's: no `sub`.
    MissingSubject,
    /// Made an hour from now.
    IssuedInFuture,
}

#[derive(Default)]
pub(crate) struct Knobs {
    /// Seconds the provider's clock is ahead.
    pub(crate) time_offset: i64,
    pub(crate) tamper: Option<Tamper>,
    pub(crate) troubles: Troubles,
    /// How many seconds the access tokens of a person live, by the person's id.
    pub(crate) access_token_lives: HashMap<String, i64>,
}

impl Tamper {
    /// Spoils the claims, signs them or not, and spoils the token.
    pub(crate) fn sign(self, keys: &Keys, mut claims: Map<String, Value>) -> String {
        let shift = |claims: &mut Map<String, Value>, name: &str, seconds: i64| {
            let moved = claims.get(name).and_then(Value::as_i64).unwrap_or_default() + seconds;
            claims.insert(name.into(), moved.into());
        };
        match self {
            Self::WrongNonce => drop(claims.insert("nonce".into(), "another-nonce".into())),
            Self::WrongAudience => drop(claims.insert("aud".into(), "another-application".into())),
            Self::WrongIssuer => {
                claims.insert("iss".into(), "https://another-issuer.example/oidc".into());
            }
            Self::MissingSubject => drop(claims.remove("sub")),
            Self::Expired => {
                shift(&mut claims, "iat", -7200);
                shift(&mut claims, "exp", -7200);
            }
            Self::IssuedInFuture => {
                shift(&mut claims, "iat", 3600);
                shift(&mut claims, "exp", 3600);
            }
            Self::AlgNone => return keys::unsigned(&claims),
            Self::BadSignature => {
                // Signed for other claims: the right length and key, the wrong text.
                let other = keys.sign(None, &Map::new());
                let token = keys.sign(None, &claims);
                let text = token.rsplit_once('.').map_or("", |(text, _)| text);
                let signature = other
                    .rsplit_once('.')
                    .map_or("", |(_, signature)| signature);
                return format!("{text}.{signature}");
            }
        }
        keys.sign(None, &claims)
    }
}
