//! Calls of an API with the access token of the person who is signed in.

use logto::{Audience, Scopes, Secret};

use crate::{auth::Auth, error::Error, tokens::TokenRequest};

/// What an API answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called<T> {
    /// The answer.
    pub answer: T,
    /// Whether it is the answer to a second call, made with a fresh token: the API had refused the
    /// first one.
    pub retried: bool,
    /// The scope of the token that the answer came by.
    pub scope: Scopes,
}

impl Auth {
    /// Calls an API with the person's access token for `audience`. When the API refuses the token,
    /// as 401 says, it is called once more with a fresh one, and never a third time. In an
    /// organization the token is at most five minutes old ([`recent_token`](Self::recent_token)),
    /// because an API does not learn of a removal before its token runs out.
    ///
    /// `call` sends the request and may be used twice; `is_refused` says whether an answer refuses
    /// the token. Send the token to that API alone, whose address is not for a browser to choose,
    /// and forward nothing else that came from the browser.
    ///
    /// ```
    /// use axum::{extract::State, http::StatusCode, response::{IntoResponse, Response}};
    /// use logto::{Audience, Secret};
    /// use logto_axum::{Auth, Error};
    ///
    /// async fn orders(auth: Auth, State(http): State<reqwest::Client>) -> Result<Response, Error> {
    ///     let call = |token: Secret| {
    ///         let request = http.get("https://shop.example/api/orders");
    ///         request.bearer_auth(token.expose()).send()
    ///     };
    ///     let is_refused = |answer: &reqwest::Result<reqwest::Response>| {
    ///         let status = answer.as_ref().map(reqwest::Response::status);
    ///         status.is_ok_and(|status| status == StatusCode::UNAUTHORIZED)
    ///     };
    ///     let audience = Audience::Resource("https://shop.example/api".into());
    ///     let called = auth.call_api(audience, call, is_refused).await?;
    ///     Ok(match called.answer {
    ///         Ok(answer) if answer.status().is_success() => {
    ///             answer.text().await.unwrap_or_default().into_response()
    ///         }
    ///         Ok(_) | Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    ///     })
    /// }
    /// # let _: axum::Router<reqwest::Client> = axum::Router::new().route("/orders", axum::routing::get(orders));
    /// ```
    ///
    /// # Errors
    /// As [`token`](Self::token), when there is no token or no fresh one. A response of the API is
    /// never an error, whatever its status.
    pub async fn call_api<T, Call>(
        &self,
        audience: Audience,
        call: impl Fn(Secret) -> Call,
        is_refused: impl Fn(&T) -> bool,
    ) -> Result<Called<T>, Error>
    where
        Call: Future<Output = T>,
    {
        let token = if audience.organization().is_some() {
            self.recent_token(audience.clone()).await?
        } else {
            self.access_token(audience.clone()).await?
        };
        let answer = call(token.token.clone()).await;
        if !is_refused(&answer) {
            return Ok(Called {
                answer,
                retried: false,
                scope: token.scope,
            });
        }
        let request = TokenRequest::new(audience);
        let fresh = self.token_other_than(&request, token.token).await?.token;
        Ok(Called {
            answer: call(fresh.token).await,
            retried: true,
            scope: fresh.scope,
        })
    }
}
