//! What refreshes brought, to be merged into the record of a session.

use logto::{Refreshed, Scopes, Secret};

use super::token_record::{Held, TokenRecord, put_token};

/// How many replaced refresh tokens are remembered.
const MOST_REPLACED: usize = 1000;

/// The result of one refresh, or of several of one session in a row.
#[derive(Clone)]
pub(crate) struct RefreshedTokens {
    /// The refresh tokens that were used, in this order. Each but the last was replaced by the one
    /// after it.
    used: Vec<Secret>,
    /// What replaced the last one.
    replacement: Option<Secret>,
    id_token: Option<Secret>,
    access_tokens: Vec<Held>,
}

impl RefreshedTokens {
    /// The result of one refresh, made with the refresh token `used` and narrowed to the scopes
    /// `asked`. The ID token is kept if it says all that it is to say.
    pub(crate) fn new(
        used: &Secret,
        asked: Option<Scopes>,
        keeps_id_token: bool,
        refreshed: &Refreshed,
    ) -> Self {
        let replacement = refreshed.refresh_token.clone();
        let id_token = refreshed.id_token.as_ref().filter(|_| keeps_id_token);
        Self {
            used: vec![used.clone()],
            replacement: replacement.filter(|secret| secret != used),
            id_token: id_token.map(|(secret, _)| secret.clone()),
            access_tokens: vec![Held {
                token: refreshed.access_token.clone(),
                asked,
            }],
        }
    }

    /// The refresh token that works now.
    pub(crate) fn refresh_token(&self) -> Option<&Secret> {
        self.replacement.as_ref().or(self.used.last())
    }

    /// Whether the latest refresh replaced the refresh token.
    pub(crate) fn has_rotated(&self) -> bool {
        self.replacement.is_some()
    }

    /// Puts everything into a record. `false` when the record has a refresh token that came from
    /// elsewhere, which stays.
    ///
    /// Concurrent refreshes may each have brought a refresh token. The first one is as good as the
    /// others, and the used one must not come back.
    pub(crate) fn merge_into(&self, record: &mut TokenRecord, now: u64) -> bool {
        let stored = record.refresh_token.as_ref();
        let is_current = stored.is_some_and(|stored| self.used.contains(stored));
        if is_current {
            record.refresh_token = self.refresh_token().cloned();
            record.rotates = Some(self.has_rotated());
        }
        if let Some(id_token) = &self.id_token {
            record.id_token = id_token.clone();
        }
        for held in &self.access_tokens {
            record.put(held.clone(), now);
        }
        is_current
    }

    /// Whether a permission was removed since the tokens of the record came.
    pub(crate) fn reduces(&self, record: &TokenRecord) -> bool {
        let mut new = self.access_tokens.iter();
        new.any(|held| record.is_reduced_by(held))
    }

    /// Adds the result of a later refresh.
    pub(crate) fn add(&mut self, later: Self, now: u64) {
        if self.refresh_token() == later.used.first() {
            let used = self.used.iter().chain(&later.used).cloned();
            let mut used: Vec<_> = used.collect();
            used.dedup();
            // The store has the first one, or one of the latest.
            if used.len() > MOST_REPLACED {
                used.drain(1..=used.len() - MOST_REPLACED);
            }
            self.used = used;
            self.replacement = later.replacement;
        }
        self.id_token = later.id_token.or(self.id_token.take());
        for held in later.access_tokens {
            put_token(&mut self.access_tokens, held, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use logto::{AccessToken, Audience};

    use super::*;

    const NOW: u64 = 1000;

    fn token(name: &str, audience: &str) -> AccessToken {
        AccessToken {
            token: Secret::new(name),
            scope: Scopes::new(),
            expires_at: NOW + 100,
            expires_in: 100,
            audience: Audience::Resource(audience.to_owned()),
        }
    }

    fn refreshed(
        used: &str,
        replacement: Option<&str>,
        access_token: AccessToken,
    ) -> RefreshedTokens {
        RefreshedTokens {
            used: vec![Secret::new(used)],
            replacement: replacement.map(Secret::new),
            id_token: None,
            access_tokens: vec![Held {
                token: access_token,
                asked: None,
            }],
        }
    }

    fn record(refresh_token: &str) -> TokenRecord {
        let text =
            format!(r#"{{"id_token":"i","refresh_token":"{refresh_token}","access_tokens":[]}}"#);
        serde_json::from_str(&text).unwrap()
    }

    /// RF-07
    #[test]
    fn refreshes_in_a_row_lead_to_the_latest_refresh_token() {
        let mut tokens = refreshed("r0", Some("r1"), token("a1", "a"));
        tokens.add(refreshed("r1", Some("r2"), token("a2", "a")), NOW);
        tokens.add(refreshed("r2", None, token("b", "b")), NOW);
        // Also when a write that was said to have failed has reached the store.
        for stored in ["r0", "r1", "r2"] {
            let mut record = record(stored);
            assert!(tokens.merge_into(&mut record, NOW), "{stored}");
            assert_eq!(record.refresh_token, Some(Secret::new("r2")), "{stored}");
            let held = record
                .access_tokens
                .iter()
                .map(|held| held.token.token.clone());
            assert_eq!(
                held.collect::<Vec<_>>(),
                [Secret::new("a2"), Secret::new("b")]
            );
        }
    }

    /// RF-16: two concurrent refreshes with the same refresh token, or another process was faster.
    #[test]
    fn the_first_replacement_stays() {
        let mut tokens = refreshed("r0", Some("r1"), token("a", "a"));
        tokens.add(refreshed("r0", Some("other"), token("b", "b")), NOW);
        assert_eq!(tokens.refresh_token(), Some(&Secret::new("r1")));
        let mut record = record("of-another-process");
        assert!(!tokens.merge_into(&mut record, NOW));
        assert_eq!(
            record.refresh_token,
            Some(Secret::new("of-another-process"))
        );
        assert_eq!(record.access_tokens.len(), 2);
    }

    #[test]
    fn no_more_than_the_limit_is_remembered() {
        let mut tokens = refreshed("r0", Some("r1"), token("a", "0"));
        for number in 1..3000 {
            let (used, next) = (format!("r{number}"), format!("r{}", number + 1));
            let access_token = token("a", &number.to_string());
            tokens.add(refreshed(&used, Some(&next), access_token), NOW);
        }
        assert_eq!(tokens.used.len(), MOST_REPLACED);
        assert!(tokens.access_tokens.len() < 100);
        let mut record = record("r0");
        assert!(tokens.merge_into(&mut record, NOW));
        assert_eq!(record.refresh_token, Some(Secret::new("r3000")));
    }
}
