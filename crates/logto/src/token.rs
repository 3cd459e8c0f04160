//! Tokens: exchanging the code, refreshing, and the result.

mod exchange;
#[cfg(test)]
mod tests;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use self::exchange::{exchange_request, read, refresh_request};
use crate::claims::Claims;
use crate::json;
use crate::organization::OrganizationId;
use crate::scopes::Scopes;
use crate::secret::Secret;

/// How a sign-in ended.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What was given.
    pub tokens: Tokens,
    /// What the ID token says, after it was verified.
    pub claims: Claims,
}

/// Everything a session keeps of a sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tokens {
    /// The token for [`Audience::Default`]. A session may drop it; a refresh brings another.
    pub access_token: Option<AccessToken>,
    /// What brings further tokens, unless the person or Logto granted none.
    pub refresh_token: Option<Secret>,
    /// The ID token as it came, for [`end_session_url`](crate::Client::end_session_url).
    pub id_token: Secret,
    /// What was granted. Logto drops a scope it does not know without a word, so compare.
    pub scope: Scopes,
}

/// What a refresh brought.
#[derive(Clone, Debug)]
pub struct Refreshed {
    /// The token that was asked for.
    pub access_token: AccessToken,
    /// The refresh token to keep from now on. `None`: keep the old one (RFC 6749 section 6).
    pub refresh_token: Option<Secret>,
    /// A newer ID token and what it says, if one came. It was verified.
    pub id_token: Option<(Secret, Claims)>,
}

/// A token that opens something for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessToken {
    /// The token itself.
    pub token: Secret,
    /// What it really opens, which may be nothing: Logto gives a token with an empty scope rather than an error.
    pub scope: Scopes,
    /// When it ends, in seconds since 1970.
    pub expires_at: u64,
    /// How long it lived when it was given, in seconds.
    pub expires_in: u64,
    /// What it is for.
    pub audience: Audience,
}

/// A token is replaced this long before its end, in seconds, if it lives four times as long.
const EARLY: u64 = 60;
/// The life of a token whose answer names none (RFC 6749 section 5.1 lets it).
const LIFE_WHEN_UNSAID: u64 = 300;

impl AccessToken {
    /// Whether it need not be replaced yet. It is to be replaced a minute before its end, or when a quarter of its life is left if
    /// that is less; a part of the tokens up to a quarter of that time later, so that those given together are not all
    /// replaced together (RF-15).
    #[must_use]
    pub fn fresh_at(&self, now: u64) -> bool {
        let early = u64::min(EARLY, self.expires_in / 4);
        let bytes = self.token.expose().bytes();
        let sum = bytes.fold(0, |sum: u64, byte| sum.wrapping_mul(31) ^ u64::from(byte));
        let early = early - sum % (early / 4 + 1);
        now.saturating_add(early) < self.expires_at
    }

    /// Whether it has not ended, so that it serves while it cannot be replaced.
    #[must_use]
    pub const fn lives_at(&self, now: u64) -> bool {
        now < self.expires_at
    }
}

impl AccessToken {
    /// When it was given, in seconds since 1970.
    #[must_use]
    pub const fn issued_at(&self) -> u64 {
        self.expires_at.saturating_sub(self.expires_in)
    }

    /// What the token says, to be shown to a person; `None` for an opaque token, which says nothing.
    ///
    /// **Not verified**: it came from the token endpoint, and the application is not whom it is for. Decide by
    /// [`scope`](Self::scope); the resource server is the one to judge the token.
    #[must_use]
    pub fn claims(&self) -> Option<Map<String, Value>> {
        let mut parts = self.token.expose().split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        json::object(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }
}

/// What an access token is for. One token serves one audience, so this is the key of a cache of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Logto itself: an opaque token for userinfo and the Account API.
    #[default]
    Default,
    /// An API resource.
    Resource(String),
    /// An organization.
    Organization(OrganizationId),
    /// An API resource, as a member of an organization.
    OrganizationResource {
        /// The organization.
        organization: OrganizationId,
        /// The resource.
        resource: String,
    },
}

impl Audience {
    /// The API resource, if it is for one.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        match self {
            Self::Resource(resource) | Self::OrganizationResource { resource, .. } => {
                Some(resource)
            }
            Self::Default | Self::Organization(_) => None,
        }
    }

    /// The organization, if it is for one.
    #[must_use]
    pub const fn organization(&self) -> Option<&OrganizationId> {
        match self {
            Self::Organization(organization) | Self::OrganizationResource { organization, .. } => {
                Some(organization)
            }
            Self::Default | Self::Resource(_) => None,
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the provider"),
            Self::Resource(resource) => f.write_str(resource),
            Self::Organization(organization) => write!(f, "organization {organization}"),
            Self::OrganizationResource {
                organization,
                resource,
            } => {
                write!(f, "{resource} in organization {organization}")
            }
        }
    }
}
