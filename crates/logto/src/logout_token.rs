//! Validation of a logout token: OpenID Connect Back-Channel Logout 1.0, section 2.6.

#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::Value;

use crate::algorithm::SigningAlgorithm;
use crate::claims::Claims;
use crate::error::LogoutTokenError;
use crate::jwt;
use crate::keys::Keys;
use crate::text::clean;

/// The member of `events` that says that somebody is logged out.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// A token made longer ago counts no more, whatever its `exp` says. Section 2.4 recommends a life of
/// two minutes, and so long Logto's live.
const OLDEST: u64 = 5 * 60;
/// No logout token of a real provider is near this, in bytes.
const LONGEST: usize = 64 * 1024;

/// A logout token that was found to be right: whose sessions of this application end. It names a
/// subject, a session at the provider, or both.
///
/// Who acts on it sees to it that each [`jti`](Self::jti) has an effect once.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogoutToken {
    /// The person. Without [`sid`](Self::sid), all their sessions end.
    pub sub: Option<String>,
    /// The session at the provider (`sid`), as the ID tokens that it gave name it.
    pub sid: Option<String>,
    /// The token's own id.
    pub jti: String,
    /// When it was made, in seconds since 1970, by the provider's clock.
    pub iat: u64,
    /// When it expires, in seconds since 1970, by the provider's clock.
    pub exp: u64,
}

impl fmt::Debug for LogoutToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutToken")
            .field("sub", &self.sub.is_some())
            .field("sid", &self.sid.is_some())
            .field("iat", &self.iat)
            .field("exp", &self.exp)
            .finish_non_exhaustive()
    }
}

/// What a logout token must agree with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) app_id: &'a str,
    pub(crate) algorithms: &'a [SigningAlgorithm],
    /// How far the clocks may differ, in seconds.
    pub(crate) tolerance: u64,
}

/// Refuses tokens that are invalid with any key, so that they cause no request for keys.
pub(crate) fn look(token: &str, algorithms: &[SigningAlgorithm]) -> Result<(), LogoutTokenError> {
    open(token, algorithms).map(drop)
}

/// Checks the signature, then every claim that decides about trust, and gives what it says.
pub(crate) fn read(
    token: &str,
    keys: &Keys,
    expected: &Expected<'_>,
    now: u64,
) -> Result<LogoutToken, LogoutTokenError> {
    let signed = open(token, expected.algorithms)?.verify(keys)?;
    let names_subject = signed.claims.contains_key("sub");
    let claims = Claims::read_of_anybody(signed.claims)?;
    jwt::check_issuer(&claims, expected.issuer)?;
    if let Some(found) = jwt::other_audience(&claims, expected.app_id)? {
        let expected = expected.app_id.to_owned();
        return Err(LogoutTokenError::Audience { expected, found });
    }
    let issued = jwt::check_times(&claims, now, expected.tolerance)?;
    let seconds = now.saturating_sub(issued);
    if seconds > OLDEST + expected.tolerance {
        return Err(LogoutTokenError::Stale { seconds });
    }
    // An ID token must not be one too (section 2.4).
    if claims.get("nonce").is_some() {
        return Err(LogoutTokenError::Nonce);
    }
    let event = claims.get("events");
    let event = event.as_ref().and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err(LogoutTokenError::Event);
    }
    if names_subject {
        jwt::check_subject(&claims)?;
    }
    let sub = names_subject.then(|| claims.sub.clone());
    let sid = claims.get("sid").is_some();
    let sid = sid.then(|| jwt::required_text(&claims, "sid"));
    let sid = sid.transpose()?;
    if sub.is_none() && sid.is_none() {
        return Err(LogoutTokenError::Nobody);
    }
    Ok(LogoutToken {
        sub,
        sid,
        jti: jwt::required_text(&claims, "jti")?,
        iat: issued,
        exp: claims.exp.value().copied().unwrap_or_default(),
    })
}

fn open<'t>(
    token: &'t str,
    algorithms: &[SigningAlgorithm],
) -> Result<jwt::Opened<'t>, LogoutTokenError> {
    let opened = jwt::open(token, algorithms, LONGEST)?;
    // Section 2.4 recommends the type, and Logto sends it. Whoever sends none would have ID tokens and
    // access tokens, which bear the same signature, distinguished by their claims alone.
    let kind = opened.kind.as_deref().unwrap_or_default();
    if ["logout+jwt", "application/logout+jwt"]
        .iter()
        .any(|logout| kind.eq_ignore_ascii_case(logout))
    {
        Ok(opened)
    } else {
        Err(LogoutTokenError::Kind { found: clean(kind) })
    }
}
