//! The stored token or refusal that answers a request.

use logto::AccessToken;

use super::wanted::Wanted;
use crate::session::{Refusals, TokenRecord};

impl TokenRecord {
    /// The token that serves, if there is one.
    pub(super) fn find(&self, wanted: &Wanted, now: u64) -> Option<&AccessToken> {
        self.like(wanted).find(|token| wanted.accepts(token, now))
    }

    /// The token that serves while Logto gives no other one: it may be about to end.
    pub(crate) fn find_living(&self, wanted: &Wanted, now: u64) -> Option<&AccessToken> {
        self.like(wanted).find(|token| wanted.bears(token, now))
    }

    fn like(&self, wanted: &Wanted) -> impl Iterator<Item = &AccessToken> {
        let held = self.access_tokens.iter();
        held.filter(|held| held.token.audience == wanted.audience && held.asked == wanted.scopes)
            .map(|held| &held.token)
    }
}

impl Refusals {
    /// What Logto said, if it need not say it again.
    pub(super) fn find(&self, wanted: &Wanted, now: u64) -> Option<logto::Error> {
        if wanted.must_be_asked_for() {
            return None;
        }
        self.about(&wanted.audience, now)
    }
}
