//! The stored token or refusal that answers a request.

use logto::AccessToken;

use super::{effective_request::EffectiveRequest, refresh::refused};
use crate::{
    error::Error,
    session::{Refusals, TokenRecord},
};

impl TokenRecord {
    /// What answers the request without Logto: a token that serves, or a refusal that holds.
    pub(crate) fn answer(
        &self,
        request: &EffectiveRequest,
        now: u64,
    ) -> Option<Result<AccessToken, Error>> {
        if let Some(token) = self.find(request, now) {
            return Some(Ok(token.clone()));
        }
        let error = self.refusals.find(request, now)?;
        Some(Err(refused(error, request.scopes.as_ref())))
    }

    /// The token that serves, if there is one.
    fn find(&self, request: &EffectiveRequest, now: u64) -> Option<&AccessToken> {
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
    fn find(&self, request: &EffectiveRequest, now: u64) -> Option<logto::Error> {
        if request.must_be_asked_for() {
            return None;
        }
        self.about(&request.audience, now)
    }
}
