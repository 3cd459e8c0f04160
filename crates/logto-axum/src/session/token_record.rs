//! The tokens of one session, as they are stored.

use logto::{AccessToken, Audience, Scopes, Secret};
use serde::{Deserialize, Serialize};

use super::refusals::Refusals;

/// How many access tokens a session keeps at most; the one that ends first gives way.
const MOST: usize = 64;

/// The tokens of one session, as they are sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TokenRecord {
    pub id_token: Secret,
    pub refresh_token: Option<Secret>,
    pub access_tokens: Vec<Held>,
    #[serde(default, skip_serializing_if = "Refusals::is_empty")]
    pub refusals: Refusals,
    /// Whether the latest refresh brought a new refresh token; `None` before the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotates: Option<bool>,
}

/// An access token, and the scopes that were requested for it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Held {
    #[serde(flatten)]
    pub token: AccessToken,
    /// The scopes it was narrowed to; `None`: all there were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Scopes>,
}

/// A token that was not narrowed.
impl From<AccessToken> for Held {
    fn from(token: AccessToken) -> Self {
        Self { token, asked: None }
    }
}

impl TokenRecord {
    /// The tokens of a fresh sign-in, as they are first written.
    pub(crate) fn first(tokens: logto::Tokens) -> Self {
        Self {
            id_token: tokens.id_token,
            refresh_token: tokens.refresh_token,
            access_tokens: tokens.access_token.map(Held::from).into_iter().collect(),
            refusals: Refusals::default(),
            rotates: None,
        }
    }

    /// What must be revoked to end the whole grant at Logto.
    pub(crate) fn revocable(&self) -> Option<&Secret> {
        let opaque = |held: &&Held| held.token.audience == Audience::Default;
        self.refresh_token.as_ref().or_else(|| {
            self.access_tokens
                .iter()
                .find(opaque)
                .map(|held| &held.token.token)
        })
    }

    /// Throws away every token for the organization that this audience names: the person is not in
    /// it any more (OR-05).
    /// `false`: there was none.
    pub(crate) fn forget_organization(&mut self, audience: &Audience) -> bool {
        let before = self.access_tokens.len();
        if let Some(organization) = audience.organization() {
            self.access_tokens
                .retain(|held| held.token.audience.organization() != Some(organization));
        }
        self.access_tokens.len() < before
    }

    /// Whether a new token has less than the one that it replaces: a permission was removed.
    pub(super) fn is_reduced_by(&self, new: &Held) -> bool {
        self.access_tokens.iter().any(|held| {
            let is_replaced = held.token.audience == new.token.audience && held.asked == new.asked;
            is_replaced && !held.token.scope.is_subset(&new.token.scope)
        })
    }

    /// Replaces the token with the same audience and scopes, and drops expired ones.
    pub(crate) fn put(&mut self, held: Held, now: u64) {
        self.refusals.forget(&held.token.audience);
        put_token(&mut self.access_tokens, held, now);
    }
}

/// Replaces the token with the same audience and scopes, and drops expired ones.
pub(super) fn put_token(tokens: &mut Vec<Held>, held: Held, now: u64) {
    tokens.retain(|other| {
        let replaced = other.token.audience == held.token.audience && other.asked == held.asked;
        !replaced && other.token.expires_at > now
    });
    tokens.sort_by_key(|other| other.token.expires_at);
    while tokens.len() >= MOST {
        tokens.remove(0);
    }
    tokens.push(held);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A session of an earlier version goes on.
    #[test]
    fn tokens_stored_before_narrowing_and_refusals_were_noted_can_be_read() {
        let stored = r#"{"id_token":"i","refresh_token":"r","access_tokens":[
            {"token":"a","scope":"openid","expires_at":9,"expires_in":5,"audience":"default"},
            {"token":"b","scope":"","expires_at":9,"expires_in":5,"audience":{"organization":"o"}}]}"#;
        let record: TokenRecord = serde_json::from_str(stored).unwrap();
        assert_eq!(record.access_tokens.len(), 2);
        assert!(record.access_tokens.iter().all(|held| held.asked.is_none()));
        let again = serde_json::to_string(&record).unwrap();
        assert!(serde_json::from_str::<TokenRecord>(&again).is_ok());
    }

    #[test]
    fn a_record_does_not_grow_without_end() {
        let mut record: TokenRecord =
            serde_json::from_str(r#"{"id_token":"i","refresh_token":null,"access_tokens":[]}"#)
                .unwrap();
        for number in 0..200_u64 {
            let token = AccessToken {
                token: Secret::new(number.to_string()),
                scope: Scopes::new(),
                expires_at: 1000 + number,
                expires_in: 100,
                audience: Audience::Resource(number.to_string()),
            };
            record.put(Held { token, asked: None }, 1000);
        }
        assert_eq!(record.access_tokens.len(), MOST);
        let ends = record
            .access_tokens
            .iter()
            .map(|held| held.token.expires_at);
        assert_eq!(ends.min(), Some(1200 - MOST as u64), "the oldest gave way");
    }
}
