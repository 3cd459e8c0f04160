//! Access tokens and userinfo.

use std::sync::Arc;

use logto::{AccessToken, Audience, Claims, Secret};
use tokio::time::timeout;

use super::Auth;
use crate::{
    error::Error,
    tokens::{Obtained, PATIENCE, TokenRequest},
};

impl Auth {
    /// An access token for `audience`: the stored one while it is good, else a new one.
    ///
    /// Success says nothing about permissions: look at [`AccessToken::scope`], which may be empty.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub async fn access_token(&self, audience: Audience) -> Result<AccessToken, Error> {
        let request = TokenRequest::new(audience);
        self.token(&request).await.map(|obtained| obtained.token)
    }

    /// An access token: the stored one if it is fresh enough, else a new one. Scopes that the
    /// person has switched off are never in it.
    ///
    /// Success says nothing about permissions: look at [`AccessToken::scope`], which may be empty.
    ///
    /// A refusal that is about the audience holds for twenty seconds in that session, in which
    /// Logto is not asked about it again.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the session has ended, also at Logto; [`Error::Forbidden`] when
    /// the person is not in that organization; [`Error::NotGranted`] when the sign-in did not bring
    /// it; [`Error::NotOffered`] when a scope is none of
    /// [`offered_scopes`](crate::LogtoAuth::offered_scopes); [`Error::Throttled`] when Logto was
    /// asked more than 120 things at once for this person, and since then more than two each
    /// second; [`Error::TimedOut`] when there is none after six seconds, while the work goes on;
    /// [`Error::Logto`] and [`Error::Store`] for faults that leave the session as it was.
    pub async fn token(&self, request: &TokenRequest) -> Result<Obtained, Error> {
        self.check_request(request)?;
        self.obtain_token(request, None).await
    }

    pub(super) fn check_request(&self, request: &TokenRequest) -> Result<(), Error> {
        let scopes = request.scopes.as_ref();
        scopes.map_or(Ok(()), |scopes| self.app.check_offered(scopes))
    }

    /// An access token that is not the one that is `spent`: known not to work.
    pub(crate) async fn token_other_than(
        &self,
        request: &TokenRequest,
        spent: Secret,
    ) -> Result<Obtained, Error> {
        self.obtain_token(request, Some(spent)).await
    }

    async fn obtain_token(
        &self,
        request: &TokenRequest,
        spent: Option<Secret>,
    ) -> Result<Obtained, Error> {
        let person = self.signed_in()?;
        let session = self.session_hash().ok_or(Error::SignedOut)?;
        let tokens = &self.app.parts().tokens;
        let obtained = tokens.obtain(&session, person, request, spent).await;
        self.note_refusal(&request.audience, &obtained);
        obtained
    }

    /// Who is refused for an organization may have been in it within the last minute.
    pub(super) fn note_refusal<T>(&self, audience: &Audience, obtained: &Result<T, Error>) {
        if audience.organization().is_some()
            && matches!(obtained, Err(Error::Forbidden(_)))
            && let Some(session) = self.session_hash()
        {
            let recent = &self.app.parts().tokens.recent_organization_claims;
            recent.forget(&session, self.app.client().now());
        }
    }

    /// The claims of the userinfo endpoint. Logto is asked each time, once for all who wait for the
    /// answer at the same time.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub async fn user_info(&self) -> Result<Claims, Error> {
        let asked_at = self.app.client().now();
        let claims = self.fetch_user_info().await?;
        if let (Ok(person), Some(session)) = (self.signed_in(), self.session_hash()) {
            let recent = &self.app.parts().tokens.recent_organization_claims;
            let now = self.app.client().now();
            recent.update(&session, person, &claims, asked_at, now);
        }
        Ok(claims)
    }

    /// What the userinfo endpoint says about organizations: the claims `organizations`,
    /// `organization_roles` and `organization_data`, at most a minute old, for pages that name
    /// organizations. Logto is asked when this process has no answer of the last minute for the
    /// session and its scopes.
    ///
    /// Not for a decision about what the person may do.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub async fn recent_organization_claims(&self) -> Result<Arc<Claims>, Error> {
        let person = self.signed_in()?;
        let session = self.session_hash().ok_or(Error::SignedOut)?;
        let recent = &self.app.parts().tokens.recent_organization_claims;
        let asked_at = self.app.client().now();
        if let Some(claims) = recent.of(&session, person, asked_at) {
            return Ok(claims);
        }
        let claims = self.fetch_user_info().await?;
        let now = self.app.client().now();
        Ok(recent.note(&session, person, &claims, asked_at, now))
    }

    async fn fetch_user_info(&self) -> Result<Claims, Error> {
        let asked = timeout(PATIENCE, self.ask_for_user_info()).await;
        asked.unwrap_or(Err(Error::TimedOut))
    }

    async fn ask_for_user_info(&self) -> Result<Claims, Error> {
        let subject = &self.signed_in()?.claims.sub;
        let call = |token| self.app.parts().tokens.user_info(subject, token);
        // The token was taken back before its time.
        let is_refused = |answer: &Result<Claims, Error>| matches!(answer, Err(Error::Logto(error)) if error.status() == Some(401));
        let called = self.call_api(Audience::Default, call, is_refused).await?;
        called.answer
    }
}
