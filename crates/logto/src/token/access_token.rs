//! An access token, as the token endpoint gave it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::audience::Audience;
use crate::json;
use crate::scopes::Scopes;
use crate::secret::Secret;

/// An access token with its scope, audience and lifetime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessToken {
    /// The token itself.
    pub token: Secret,
    /// The granted scope, which may be empty: Logto gives a token with an empty scope rather than
    /// an error.
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
pub(super) const DEFAULT_LIFETIME: u64 = 300;

impl AccessToken {
    /// Whether it need not be replaced yet. It is to be replaced a minute before its end, or when a
    /// quarter of its life is left if that is less; for a part of the tokens that moment is delayed
    /// by up to a quarter of that time, so that those given together are not all replaced together.
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

    /// When it was given, in seconds since 1970.
    #[must_use]
    pub const fn issued_at(&self) -> u64 {
        self.expires_at.saturating_sub(self.expires_in)
    }

    /// What the token says, to be shown to a person; `None` for an opaque token, which says
    /// nothing.
    ///
    /// **Not verified**: it came from the token endpoint, and the application is not whom it is
    /// for. Decide by [`scope`](Self::scope); the resource server is the one to judge the token.
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
