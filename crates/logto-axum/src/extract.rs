//! The extractors: [`Auth`] and [`CurrentUser`] as arguments of handlers.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{StatusCode, request},
    response::{IntoResponse, Response},
};

use crate::{
    auth::{Auth, Who},
    middleware::refuse_handler,
    session::CurrentUser,
};

impl<S: Send + Sync> FromRequestParts<S> for Auth {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(
        parts: &mut request::Parts,
        _state: &S,
    ) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!(
                "a handler asks for Auth, but its router is not inside LogtoAuth::protect"
            );
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something is set up wrongly on the server.",
            )
        })
    }
}

/// The handler is for people who are signed in. Other visitors who navigate to it are redirected to
/// the sign-in and back; other requests get 401. While it is not known who is signed in, the answer
/// is 503.
impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut request::Parts,
        state: &S,
    ) -> Result<Self, Self::Rejection> {
        let auth = <Auth as FromRequestParts<S>>::from_request_parts(parts, state).await;
        let auth = auth.map_err(IntoResponse::into_response)?;
        match auth.signed_in() {
            Ok(person) => Ok(person.clone()),
            Err(error) => Err(refuse_handler(&error, parts, &auth.app)),
        }
    }
}

/// `None` when nobody is signed in. While it is not known who is signed in, the answer is 503.
impl<S: Send + Sync> OptionalFromRequestParts<S> for CurrentUser {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut request::Parts,
        state: &S,
    ) -> Result<Option<Self>, Self::Rejection> {
        let auth = <Auth as FromRequestParts<S>>::from_request_parts(parts, state).await;
        match auth.map_err(IntoResponse::into_response)?.who {
            Who::SignedOut => Ok(None),
            _ => <Self as FromRequestParts<S>>::from_request_parts(parts, state)
                .await
                .map(Some),
        }
    }
}
