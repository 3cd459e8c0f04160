//! Calling an API in the name of the person who is signed in.

use logto::{Audience, Secret};
use logto_axum::{Auth, Called};

use super::token_refusal::token_refusal;
use crate::{error::AuthError, model::TokenRefusal};

/// [`Auth::call_api`], with the errors that pages show: calls an API with the person's access token for it, and once more with a
/// fresh one if the API refuses the first.
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
    match auth.call_api(audience.clone(), call, is_refused).await {
        Ok(called) => Ok(Ok(called)),
        Err(error) => token_refusal(auth, &audience, error).map(Err),
    }
}
