//! A request as handlers take it: headers, query and body, read once by the middleware.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
};

use crate::params::Params;

/// The parts of a request that handlers use.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) headers: HeaderMap,
    pub(crate) query: Params,
    /// The form or JSON body.
    pub(crate) body: Params,
}

impl Call {
    /// The parameters: those of the body, or without a body those of the query.
    pub(crate) fn params(&self) -> &Params {
        if self.body.is_empty() {
            &self.query
        } else {
            &self.body
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Call {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(call: &Call) -> Option<&str> {
    let (scheme, token) = call
        .headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
