//! ID tokens that a client has to refuse.

use serde_json::{Map, Value};

use crate::keys::{self, Keys};

/// What is wrong with the next ID token, for tests of a client that has to refuse it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tamper {
    /// The nonce is another than that of the request.
    WrongNonce,
    /// The audience is another application.
    WrongAudience,
    /// The issuer is another one.
    WrongIssuer,
    /// Expired an hour ago.
    Expired,
    /// The signature is not valid.
    BadSignature,
    /// `alg: none` and no signature.
    AlgNone,
    /// There is no `sub`.
    MissingSubject,
    /// Issued an hour from now.
    IssuedInFuture,
}

impl Tamper {
    /// Signs the claims into a token that is invalid in this way.
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
