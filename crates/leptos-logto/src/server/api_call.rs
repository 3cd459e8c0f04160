//! Calling an API in the name of the person who is signed in.

use logto::{Audience, Secret};
use logto_axum::{Auth, Called};

use super::token_refusal::token_refusal;
use crate::{error::AuthError, model::TokenRefusal};

/// [`Auth::call_api`], with the errors that pages show: calls an API with the person's access token
/// for it, and once more with a fresh one if the API refuses the first.
///
/// ```
/// use leptos_logto::{
///     AuthError, TokenRefusal,
///     server::{Audience, Called, Secret, auth, call_api},
/// };
/// # struct Answer { status: u16 }
/// # /// Sends the request, with the token in the header `Authorization`.
/// # async fn list(token: Secret) -> Answer { Answer { status: 200 } }
///
/// # async fn orders() -> Result<Result<Answer, TokenRefusal>, AuthError> {
/// let auth = auth()?;
/// let shop = Audience::Resource("https://shop.example/api".to_owned());
/// let called = call_api(&auth, shop, list, |answer| answer.status == 401).await?;
/// // `Err` says why there is no token, for the page to show.
/// Ok(called.map(|Called { answer, .. }| answer))
/// # }
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
