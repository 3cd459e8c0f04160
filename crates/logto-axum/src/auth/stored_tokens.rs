//! The access tokens that a session holds, read once for several requests.

use std::fmt;

use logto::AccessToken;

use super::Auth;
use crate::{
    error::Error,
    session::{CurrentUser, TokenRecord},
    tokens::{EffectiveRequest, Obtained, TokenRequest},
};

/// The access tokens of a session as they were at one moment, for a page that shows several. Made
/// by [`Auth::stored_tokens`]; not for longer than it takes to answer a request.
pub struct StoredTokens<'a> {
    auth: &'a Auth,
    person: &'a CurrentUser,
    /// Without it the session has ended.
    record: Option<TokenRecord>,
}

/// Without the tokens.
impl fmt::Debug for StoredTokens<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredTokens").finish_non_exhaustive()
    }
}

impl Auth {
    /// The access tokens of the session, from the store. Logto is not asked.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when nobody is signed in; [`Error::Store`] when the store does not
    /// answer.
    pub async fn stored_tokens(&self) -> Result<StoredTokens<'_>, Error> {
        let person = self.signed_in()?;
        let session = self.session_hash().ok_or(Error::SignedOut)?;
        let stored = self.app.parts().sessions.tokens(&session).await?;
        Ok(StoredTokens {
            auth: self,
            person,
            record: stored.map(|(record, _)| record),
        })
    }
}

impl StoredTokens<'_> {
    /// As [`Auth::token`], which is only called when no stored token or refusal is the answer.
    ///
    /// A sign-out, or a scope that is switched off, while the same request waits does not take back
    /// what was read before it.
    ///
    /// # Errors
    /// As [`Auth::token`].
    pub async fn token(&self, request: &TokenRequest) -> Result<Obtained, Error> {
        self.auth.check_request(request)?;
        let effective = EffectiveRequest::of(request, self.person)?;
        let now = self.auth.app.client().now();
        let answer = self.record.as_ref();
        match answer.and_then(|record| record.answer(&effective, now)) {
            Some(answer) => {
                self.auth.note_refusal(&request.audience, &answer);
                answer.map(|token| Obtained {
                    token,
                    cached: true,
                })
            }
            None => self.auth.token(request).await,
        }
    }

    /// The stored token, if it has not expired. Logto is not asked.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when the person has switched organizations off, and the token would be
    /// for one.
    pub fn unexpired(&self, request: &TokenRequest) -> Result<Option<AccessToken>, Error> {
        let effective = EffectiveRequest::of(request, self.person)?;
        let now = self.auth.app.client().now();
        let record = self.record.as_ref();
        Ok(record.and_then(|record| record.find_living(&effective, now).cloned()))
    }
}
