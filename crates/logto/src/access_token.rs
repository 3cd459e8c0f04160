//! Validation of an access token that an API received: RFC 9068 section 4.

#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::Value;

use crate::algorithm::SigningAlgorithm;
use crate::claims::Claims;
use crate::claims::InvalidClaim;
use crate::error::{AccessTokenError, JwtError};
use crate::jwt;
use crate::keys::Keys;
use crate::organization::OrganizationId;
use crate::scopes::Scopes;
use crate::text::clean;
use crate::token::Audience;

/// An access token that was found to be right, and what it says.
///
/// That it is right says who asks, not what they may do: Logto gives a token with an empty scope to
/// whoever has no permission (`token-responses.json`). So look at [`scopes`](Self::scopes).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct VerifiedToken {
    /// Who asks: the `sub` of the person, or of the application itself when it asks for nobody.
    pub subject: String,
    /// The application that was given the token. The same as the subject when it asks for nobody.
    pub client_id: String,
    /// The token's own id, its `jti`.
    pub id: String,
    /// What may be done with it.
    pub scopes: Scopes,
    /// What it is for. It is never [`Audience::Default`].
    pub audience: Audience,
    /// When it ends, in seconds since 1970.
    pub expires_at: u64,
    /// All it says.
    pub claims: Claims,
}

impl VerifiedToken {
    /// The organization that it is for, if it is for one.
    #[must_use]
    pub const fn organization(&self) -> Option<&OrganizationId> {
        self.audience.organization()
    }

    /// Whether exactly this permission is there.
    #[must_use]
    pub fn may(&self, permission: &str) -> bool {
        self.scopes.contains(permission)
    }
}

impl fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedToken")
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("audience", &self.audience)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// No access token of a real provider is near this, in bytes.
const LONGEST: usize = 64 * 1024;

/// What an access token must agree with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) algorithms: &'a [SigningAlgorithm],
    /// How far the clocks may differ, in seconds.
    pub(crate) tolerance: u64,
    pub(crate) audience: &'a Audience,
}

/// Refuses tokens that are invalid with any key, so that they cause no request for keys.
pub(crate) fn look(token: &str, expected: &Expected<'_>) -> Result<(), AccessTokenError> {
    open(token, expected).map(drop)
}

/// Checks the signature, then every claim that decides about trust, and gives what it says.
pub(crate) fn read(
    token: &str,
    keys: &Keys,
    expected: &Expected<'_>,
    now: u64,
) -> Result<VerifiedToken, AccessTokenError> {
    let signed = open(token, expected)?.verify(keys)?;
    let claims = Claims::read(signed.claims)?;
    jwt::check_issuer(&claims, expected.issuer)?;
    jwt::check_subject(&claims)?;
    jwt::check_times(&claims, now, expected.tolerance)?;
    let organization = organization(&claims)?;
    check_audience(&claims, organization.as_ref(), expected.audience)?;
    Ok(VerifiedToken {
        subject: claims.sub.clone(),
        // RFC 9068 section 2.2 has both in every token.
        client_id: jwt::required_text(&claims, "client_id")?,
        id: jwt::required_text(&claims, "jti")?,
        scopes: scopes(&claims)?,
        audience: expected.audience.clone(),
        expires_at: claims.exp.value().copied().unwrap_or_default(),
        claims,
    })
}

fn open<'t>(token: &'t str, expected: &Expected<'_>) -> Result<jwt::Opened<'t>, AccessTokenError> {
    let opened = jwt::open(token, expected.algorithms, LONGEST)?;
    // RFC 9068 section 4. An ID token (no `typ`) and a logout token (`logout+jwt`) bear the same
    // signature.
    let kind = opened.kind.as_deref().unwrap_or_default();
    if ["at+jwt", "application/at+jwt"]
        .iter()
        .any(|access| kind.eq_ignore_ascii_case(access))
    {
        Ok(opened)
    } else {
        Err(AccessTokenError::Kind { found: clean(kind) })
    }
}

/// The three kinds of token that Logto issues differ in `aud` and `organization_id`
/// (`token-responses.json`): a token for an organization itself has no `organization_id`, one for
/// an API inside an organization has both.
fn check_audience(
    claims: &Claims,
    organization: Option<&OrganizationId>,
    expected: &Audience,
) -> Result<(), AccessTokenError> {
    let audience = claims.aud.value().ok_or(JwtError::Missing("aud"))?;
    let (recipient, member_of) = match expected {
        // No API is what the opaque token is for.
        Audience::Default => (String::new(), None),
        Audience::Resource(resource) => (resource.clone(), None),
        Audience::Organization(organization) => (organization.urn(), None),
        Audience::OrganizationResource {
            organization,
            resource,
        } => (resource.clone(), Some(organization)),
    };
    if recipient.is_empty() || !audience.iter().any(|one| one == recipient) {
        return Err(AccessTokenError::Audience {
            expected: recipient,
            found: clean(&audience.iter().collect::<Vec<_>>().join(", ")),
        });
    }
    match (member_of, organization) {
        (None, None) => Ok(()),
        (Some(expected), Some(found)) if expected == found => Ok(()),
        (None, Some(found)) => Err(AccessTokenError::InOrganization {
            found: found.to_string(),
        }),
        (Some(expected), None) => Err(AccessTokenError::OutsideOrganizations {
            expected: expected.to_string(),
        }),
        (Some(expected), Some(found)) => Err(AccessTokenError::AnotherOrganization {
            expected: expected.to_string(),
            found: found.to_string(),
        }),
    }
}

fn organization(claims: &Claims) -> Result<Option<OrganizationId>, InvalidClaim> {
    let name = "organization_id";
    match claims.other.get(name) {
        None => Ok(None),
        Some(Value::String(id)) => id.parse().map(Some).map_err(|_| InvalidClaim(name)),
        Some(_) => Err(InvalidClaim(name)),
    }
}

/// RFC 8693 section 4.2: values separated by single spaces. Logto sends an empty string for no
/// permission, and to an application that asked for none nothing at all
/// (`m2m-and-token-exchange.json`).
fn scopes(claims: &Claims) -> Result<Scopes, InvalidClaim> {
    match claims.other.get("scope") {
        None => Ok(Scopes::new()),
        Some(Value::String(text)) => Ok(text.split(' ').collect()),
        Some(_) => Err(InvalidClaim("scope")),
    }
}
