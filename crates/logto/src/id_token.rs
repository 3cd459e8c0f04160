//! Validation of an ID token: OIDC Core 1.0 section 3.1.3.7, without its exceptions.

#[cfg(test)]
mod tests;

use aws_lc_rs::digest::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::algorithm::SigningAlgorithm;
use crate::claims::Claims;
use crate::error::{IdTokenError, JwtError};
use crate::jwt;
use crate::jwt::END_OF_TIME;
use crate::keys::Keys;
use crate::secret::Secret;
use crate::secret::same;
use crate::text::clean;

/// A token made longer ago is not the answer to a request of ours, whatever its `exp` says.
const OLDEST: u64 = 24 * 60 * 60;

/// The person a refreshed ID token must be about (OIDC Core 1.0 section 12.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `sub` of the first ID token.
    pub subject: String,
    /// `auth_time` of the first ID token. Refreshing is not signing in: it must not move.
    pub auth_time: Option<u64>,
}

impl Identity {
    /// An identity known by its subject alone.
    pub fn new(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            auth_time: None,
        }
    }

    /// The identity that an ID token established.
    #[must_use]
    pub fn of(claims: &Claims) -> Self {
        Self {
            subject: claims.sub.clone(),
            auth_time: claims.auth_time.value().copied(),
        }
    }
}

/// What an ID token must agree with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) app_id: &'a str,
    pub(crate) algorithms: &'a [SigningAlgorithm],
    /// How long the token may be, in bytes.
    pub(crate) longest: usize,
    pub(crate) now: u64,
    /// How far the clocks may differ, in seconds.
    pub(crate) tolerance: u64,
    pub(crate) occasion: Occasion<'a>,
    /// What `at_hash` vouches for, when the token has one.
    pub(crate) access_token: &'a Secret,
}

/// What the token was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Occasion<'a> {
    SignIn {
        nonce: &'a str,
        max_age: Option<u64>,
    },
    Refresh {
        identity: Option<&'a Identity>,
    },
}

/// Checks the signature, then every claim that decides about trust, and gives the claims.
pub(crate) fn read(
    token: &Secret,
    keys: &Keys,
    expected: &Expected<'_>,
) -> Result<Claims, IdTokenError> {
    let signed = jwt::verify(token.expose(), keys, expected.algorithms, expected.longest)?;
    // An access token (`at+jwt`) and a logout token (`logout+jwt`) bear the same signature and are
    // no ID tokens.
    if let Some(kind) = &signed.kind
        && !kind.eq_ignore_ascii_case("JWT")
    {
        return Err(IdTokenError::Kind { found: clean(kind) });
    }
    let claims = Claims::read(signed.claims)?;
    check_parties(&claims, expected)?;
    check_times(&claims, expected)?;
    check_at_hash(&claims, signed.algorithm, expected.access_token)?;
    check_occasion(&claims, expected)?;
    Ok(claims)
}

fn check_parties(claims: &Claims, expected: &Expected<'_>) -> Result<(), IdTokenError> {
    jwt::check_issuer(claims, expected.issuer)?;
    if let Some(found) = jwt::other_audience(claims, expected.app_id)? {
        let expected = expected.app_id.to_owned();
        return Err(IdTokenError::Audience { expected, found });
    }
    if let Some(party) = claims.other.get("azp")
        && party.as_str() != Some(expected.app_id)
    {
        return Err(IdTokenError::AuthorizedParty);
    }
    Ok(jwt::check_subject(claims)?)
}

fn check_times(claims: &Claims, expected: &Expected<'_>) -> Result<(), IdTokenError> {
    let Expected { now, tolerance, .. } = *expected;
    let issued = jwt::check_times(claims, now, tolerance)?;
    if now.saturating_sub(issued) >= OLDEST {
        return Err(IdTokenError::Stale {
            seconds: now - issued,
        });
    }
    Ok(())
}

/// OIDC Core 1.0 section 3.1.3.6: the left half of the access token's hash. Logto sends none.
fn check_at_hash(
    claims: &Claims,
    algorithm: SigningAlgorithm,
    access_token: &Secret,
) -> Result<(), IdTokenError> {
    let Some(claimed) = claims.other.get("at_hash") else {
        return Ok(());
    };
    let hash = digest(algorithm.hash(), access_token.expose().as_bytes());
    let half = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2]);
    match claimed {
        Value::String(claimed) if same(claimed, &half) => Ok(()),
        _ => Err(IdTokenError::AccessTokenHash),
    }
}

fn check_occasion(claims: &Claims, expected: &Expected<'_>) -> Result<(), IdTokenError> {
    match expected.occasion {
        Occasion::SignIn { nonce, max_age } => {
            let found = claims.nonce.value().ok_or(JwtError::Missing("nonce"))?;
            if !same(found, nonce) {
                return Err(IdTokenError::Nonce);
            }
            let Some(max_age) = max_age else {
                return Ok(());
            };
            let signed_in = claims
                .auth_time
                .value()
                .copied()
                .filter(|time| *time <= END_OF_TIME);
            let signed_in = signed_in.ok_or(JwtError::Missing("auth_time"))?;
            if signed_in > expected.now + expected.tolerance {
                let seconds = signed_in - expected.now;
                let claim = "auth_time";
                return Err(JwtError::FromTheFuture { claim, seconds }.into());
            }
            let age = expected.now.saturating_sub(signed_in);
            if age > max_age.saturating_add(expected.tolerance) {
                return Err(IdTokenError::SignedInTooLongAgo { age, max_age });
            }
        }
        Occasion::Refresh {
            identity: Some(identity),
        } => {
            if claims.sub != identity.subject {
                return Err(IdTokenError::AnotherPerson);
            }
            if let (Some(before), Some(after)) = (identity.auth_time, claims.auth_time.value())
                && before != *after
            {
                return Err(IdTokenError::AnotherSignIn);
            }
        }
        Occasion::Refresh { identity: None } => {}
    }
    Ok(())
}
