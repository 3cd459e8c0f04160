//! A signed token, taken apart and checked for everything but its claims.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::error::IdTokenError;
use crate::keys::{Keys, Unverified};
use crate::text::clean;
use crate::{SigningAlgorithm, json};

/// No token of a real provider is near this.
const LONGEST_TOKEN: usize = 64 * 1024;

/// A token whose signature is right. What it claims is still to be judged.
#[derive(Debug)]
pub(crate) struct Signed {
    pub(crate) algorithm: SigningAlgorithm,
    /// The `typ` of the header, if it has one.
    pub(crate) kind: Option<String>,
    pub(crate) claims: Map<String, Value>,
}

/// Takes a token in its compact form apart and checks its signature.
///
/// The header only chooses among what is allowed already: `alg` among the configured algorithms, `kid` among the
/// provider's keys. Keys and addresses of keys in the header (`jwk`, `jku`, `x5c`, `x5u`) are not looked at.
pub(crate) fn verify(
    token: &str,
    keys: &Keys,
    allowed: &[SigningAlgorithm],
) -> Result<Signed, IdTokenError> {
    if token.len() > LONGEST_TOKEN {
        return Err(IdTokenError::TooLong);
    }
    // An encrypted token has five parts and ends here.
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return Err(IdTokenError::NotAToken);
    };
    let decode = |part: &str| {
        URL_SAFE_NO_PAD
            .decode(part)
            .map_err(|_| IdTokenError::NotAToken)
    };
    let (head, claims, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
    let head = json::object(&head).map_err(|_| IdTokenError::NotAToken)?;
    let text = |name: &'static str| match head.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(IdTokenError::Header(name)),
    };

    // RFC 7515 section 4.1.11: who does not understand a critical member must refuse, and we know none.
    if head.contains_key("crit") {
        return Err(IdTokenError::Header("crit"));
    }
    if head
        .get("b64")
        .is_some_and(|value| value != &Value::Bool(true))
    {
        return Err(IdTokenError::Header("b64"));
    }
    let name = text("alg")?.ok_or(IdTokenError::Header("alg"))?;
    let algorithm = name
        .parse()
        .ok()
        .filter(|algorithm| allowed.contains(algorithm));
    let algorithm = algorithm.ok_or_else(|| IdTokenError::Algorithm {
        found: clean(name),
        allowed: allowed
            .iter()
            .map(|algorithm| algorithm.name())
            .collect::<Vec<_>>()
            .join(", "),
    })?;

    let kid = text("kid")?;
    let message = &token.as_bytes()[..header.len() + 1 + payload.len()];
    keys.verify(algorithm, kid, message, &signature)
        .map_err(|problem| match (problem, kid) {
            (Unverified::NoKey, Some(kid)) => IdTokenError::UnknownKey { kid: clean(kid) },
            (Unverified::NoKey, None) => IdTokenError::NoKey(algorithm),
            (Unverified::WrongSignature, Some(_)) => IdTokenError::Signature,
            (Unverified::WrongSignature, None) => IdTokenError::SignatureWithoutKid,
        })?;

    Ok(Signed {
        algorithm,
        kind: text("typ")?.map(str::to_owned),
        claims: json::object(&claims).map_err(|_| IdTokenError::NotAToken)?,
    })
}
