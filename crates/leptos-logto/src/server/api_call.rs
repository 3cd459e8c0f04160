//! Calling an API in the name of the person who is looking.

use logto::{Audience, Scopes, Secret};
use logto_axum::{Auth, Freshness, TokenRequest};

use super::access_tokens::refusal;
use crate::{error::AuthError, model::TokenRefusal};

/// What an API answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called<T> {
    /// The answer.
    pub answer: T,
    /// Whether it is the second one: to the first, the API had refused the token.
    pub again: bool,
    /// What the token opens.
    pub scope: Scopes,
}

/// Calls an API with the person's access token for it. When it refuses the token, which a 401 does, it is called once more
/// with a fresh one, and never a third time (RF-14). In an organization the token is at most five minutes old, because an
/// API does not learn of a removal before its token runs out (OR-05).
///
/// Send the token to that API alone, whose address is not for a browser to choose, and forward nothing else that came from
/// the browser (SL-11, SL-12).
///
/// ```ignore
/// let called = call_api(&auth, Audience::Resource(SHOP.into()), |token| list(&shop, token), |answer| answer.status == 401);
/// match called.await? {
///     Ok(Called { answer, .. }) => Ok(answer),
///     Err(refusal) => // there is no token: say why
/// }
/// ```
///
/// # Errors
/// What concerns the whole session. Why there is no token for this one API is in the inner result.
pub async fn call_api<T, Call>(
    auth: &Auth,
    audience: Audience,
    call: impl Fn(Secret) -> Call,
    is_refused: impl Fn(&T) -> bool,
) -> Result<Result<Called<T>, TokenRefusal>, AuthError>
where
    Call: Future<Output = T>,
{
    let token = if audience.organization().is_some() {
        auth.recent_token(audience.clone()).await
    } else {
        auth.access_token(audience.clone()).await
    };
    let token = match token {
        Ok(token) => token,
        Err(error) => return refusal(auth, &audience, error).map(Err),
    };
    let answer = call(token.token).await;
    if !is_refused(&answer) {
        return Ok(Ok(Called {
            answer,
            again: false,
            scope: token.scope,
        }));
    }
    let request = TokenRequest {
        audience,
        freshness: Freshness::Now,
        ..TokenRequest::default()
    };
    match auth.token(&request).await {
        Ok(fresh) => Ok(Ok(Called {
            answer: call(fresh.token.token).await,
            again: true,
            scope: fresh.token.scope,
        })),
        Err(error) => refusal(auth, &request.audience, error).map(Err),
    }
}
