//! The stored token or refusal that answers a request.

use logto::AccessToken;

use super::effective_request::EffectiveRequest;
use crate::session::{Refusals, TokenRecord};

impl TokenRecord {
    /// The token that serves, if there is one.
    pub(super) fn find(&self, request: &EffectiveRequest, now: u64) -> Option<&AccessToken> {
        self.like(request).find(|token| request.accepts(token, now))
    }

    /// The token that serves while Logto gives no other one: it may be about to end.
    pub(crate) fn find_living(&self, request: &EffectiveRequest, now: u64) -> Option<&AccessToken> {
        self.like(request).find(|token| request.bears(token, now))
    }

    fn like(&self, request: &EffectiveRequest) -> impl Iterator<Item = &AccessToken> {
        let held = self.access_tokens.iter();
        held.filter(|held| held.token.audience == request.audience && held.asked == request.scopes)
            .map(|held| &held.token)
    }
}

impl Refusals {
    /// What Logto said, if it need not say it again.
    pub(super) fn find(&self, request: &EffectiveRequest, now: u64) -> Option<logto::Error> {
        if request.must_be_asked_for() {
            return None;
        }
        self.about(&request.audience, now)
    }
}
