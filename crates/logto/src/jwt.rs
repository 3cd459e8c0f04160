//! A signed token, taken apart and checked for everything that does not depend on what it is for.

mod claims;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

pub(crate) use self::claims::{
    END_OF_TIME, check_issuer, check_subject, check_times, other_audience, required_text,
};
use crate::algorithm::SigningAlgorithm;
use crate::error::JwtError;
use crate::json;
use crate::json::Unreadable;
use crate::keys::{Keys, Unverified};
use crate::text::clean;

/// A token taken apart. Nothing in it is to be believed yet.
pub(crate) struct Opened<'t> {
    /// The `typ` of the header, if it has one.
    pub(crate) kind: Option<String>,
    algorithm: SigningAlgorithm,
    kid: Option<String>,
    /// What is signed.
    message: &'t [u8],
    signature: Vec<u8>,
    payload: Vec<u8>,
}

/// A token whose signature is right. What it claims is still to be judged.
#[derive(Debug)]
pub(crate) struct Signed {
    pub(crate) algorithm: SigningAlgorithm,
    /// The `typ` of the header, if it has one.
    pub(crate) kind: Option<String>,
    pub(crate) claims: Map<String, Value>,
}

/// Takes a token in its compact form apart and checks its signature.
pub(crate) fn verify(
    token: &str,
    keys: &Keys,
    accepted: &[SigningAlgorithm],
    longest: usize,
) -> Result<Signed, JwtError> {
    open(token, accepted, longest)?.verify(keys)
}

/// Takes a token in its compact form apart, and refuses what no key could make right.
///
/// The header only chooses among what is accepted already: `alg` among the accepted algorithms,
/// `kid` among the provider's keys. Keys and addresses of keys in the header (`jwk`, `jku`, `x5c`,
/// `x5u`) are not looked at.
pub(crate) fn open<'t>(
    token: &'t str,
    accepted: &[SigningAlgorithm],
    longest: usize,
) -> Result<Opened<'t>, JwtError> {
    if token.len() > longest {
        return Err(JwtError::TooLong { limit: longest });
    }
    // An encrypted token has five parts and ends here.
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return Err(JwtError::NotAToken);
    };
    let decode = |part: &str| {
        URL_SAFE_NO_PAD
            .decode(part)
            .map_err(|_| JwtError::NotAToken)
    };
    let message = &token.as_bytes()[..header.len() + 1 + payload.len()];
    let (head, payload, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
    let head = json::object(&head).map_err(|_| JwtError::NotAToken)?;
    let text = |name: &'static str| match head.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(JwtError::Header(name)),
    };

    // RFC 7515 section 4.1.11: who does not understand a critical member must refuse, and we know
    // none.
    if head.contains_key("crit") {
        return Err(JwtError::Header("crit"));
    }
    if head
        .get("b64")
        .is_some_and(|value| value != &Value::Bool(true))
    {
        return Err(JwtError::Header("b64"));
    }
    let name = text("alg")?.ok_or(JwtError::Header("alg"))?;
    let algorithm = name
        .parse()
        .ok()
        .filter(|algorithm| accepted.contains(algorithm));
    let algorithm = algorithm.ok_or_else(|| JwtError::Algorithm {
        found: clean(&name),
        accepted: SigningAlgorithm::list(accepted),
    })?;
    Ok(Opened {
        kind: text("typ")?,
        algorithm,
        kid: text("kid")?,
        message,
        signature,
        payload,
    })
}

impl Opened<'_> {
    /// Checks the signature, and reads what was signed.
    pub(crate) fn verify(self, keys: &Keys) -> Result<Signed, JwtError> {
        let Self { algorithm, kid, .. } = self;
        let kid = kid.as_deref();
        keys.verify(algorithm, kid, self.message, &self.signature)
            .map_err(|problem| match (problem, kid) {
                (Unverified::NoKey, Some(kid)) => JwtError::UnknownKey { kid: clean(kid) },
                (Unverified::NoKey, None) => JwtError::NoKey(algorithm),
                (Unverified::WrongSignature, Some(_)) => JwtError::Signature,
                (Unverified::WrongSignature, None) => JwtError::SignatureWithoutKid,
            })?;
        Ok(Signed {
            algorithm,
            kind: self.kind,
            claims: json::exact_object(&self.payload).map_err(|unreadable| match unreadable {
                Unreadable::TooDeep => JwtError::TooDeep {
                    limit: json::DEEPEST,
                },
                Unreadable::NotAnObject => JwtError::NotAToken,
            })?,
        })
    }
}
