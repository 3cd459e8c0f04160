//! The claims that mean the same in every token of the provider (RFC 7519 section 4.1).

use serde_json::Value;

use crate::claims::{Claim, Claims};
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
