//! The claims that mean the same in every token of the provider (RFC 7519 section 4.1).

use serde_json::Value;

use crate::claims::{Claim, Claims, InvalidClaim};
use crate::error::JwtError;
use crate::text::clean;

/// The end of the year 9999; what lies beyond is no time.
pub(crate) const END_OF_TIME: u64 = 253_402_300_799;

/// `iss` is the provider's name, byte for byte.
pub(crate) fn check_issuer(claims: &Claims, expected: &str) -> Result<(), JwtError> {
    let issuer = claims.iss.value().ok_or(JwtError::Missing("iss"))?;
    if issuer == expected {
        return Ok(());
    }
    Err(JwtError::Issuer {
        expected: expected.to_owned(),
        found: clean(issuer),
    })
}

/// Whom `aud` names beside this application, or instead of it. Nobody else is trusted, so nobody else
/// may be addressed.
pub(crate) fn other_audience(claims: &Claims, app_id: &str) -> Result<Option<String>, JwtError> {
    let audience = claims.aud.value().ok_or(JwtError::Missing("aud"))?;
    let is_ours = |recipient: &str| recipient == app_id;
    if audience.iter().next().is_some() && audience.iter().all(is_ours) {
        return Ok(None);
    }
    let found = audience.iter().collect::<Vec<_>>().join(", ");
    Ok(Some(clean(&found)))
}

/// A claim that must be a text which shows something.
pub(crate) fn required_text(claims: &Claims, name: &'static str) -> Result<String, InvalidClaim> {
    match claims.get(name) {
        Some(Value::String(text)) if !text.is_empty() && !text.contains(char::is_control) => {
            Ok(text)
        }
        _ => Err(InvalidClaim(name)),
    }
}

/// `sub` can be somebody.
pub(crate) fn check_subject(claims: &Claims) -> Result<(), JwtError> {
    let length = claims.sub.chars().count();
    if (1..=255).contains(&length) && !claims.sub.contains(char::is_control) {
        Ok(())
    } else {
        Err(JwtError::Subject)
    }
}

/// `exp` is to come, `iat` and `nbf` have been. Gives `iat`.
pub(crate) fn check_times(claims: &Claims, now: u64, tolerance: u64) -> Result<u64, JwtError> {
    let required = |claim: &Claim<u64>, name| {
        let time = claim.value().copied().ok_or(JwtError::Missing(name))?;
        if time > END_OF_TIME {
            Err(JwtError::NoTime(name))
        } else {
            Ok(time)
        }
    };
    let past = |claim, time: u64| {
        if time > now + tolerance {
            let seconds = time - now;
            Err(JwtError::FromTheFuture { claim, seconds })
        } else {
            Ok(())
        }
    };
    let expires = required(&claims.exp, "exp")?;
    let issued = required(&claims.iat, "iat")?;
    if now >= expires + tolerance {
        let seconds = now - expires;
        return Err(JwtError::Expired { seconds });
    }
    past("iat", issued)?;
    if let Some(begins) = claims.other.get("nbf") {
        let begins = Value::as_u64(begins).filter(|time| *time <= END_OF_TIME);
        past("nbf", begins.ok_or(JwtError::NoTime("nbf"))?)?;
    }
    Ok(issued)
}
