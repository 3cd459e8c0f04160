//! Problem details of an error (RFC 9457).

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Problem details. The texts are fixed, and repeat nothing of the request.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
    /// The fields of the request that are not valid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
}

/// A field of the request that is not valid.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldError {
    /// A JSON pointer into the body, or the name of a query parameter.
    pub pointer: &'static str,
    pub detail: &'static str,
}

impl FieldError {
    pub fn new(pointer: &'static str, detail: &'static str) -> Self {
        Self { pointer, detail }
    }
}

impl Problem {
    pub fn new(status: StatusCode, detail: &'static str) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail,
            errors: Vec::new(),
        }
    }

    /// The order does not exist, or belongs to somebody else. The answer is the same.
    pub fn no_such_order() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such order.")
    }

    /// The customer has the largest number of orders.
    pub fn too_many_orders() -> Self {
        let detail = "You keep 1000 orders here, which is the most. Cancel one to place another.";
        Self::new(StatusCode::CONFLICT, detail)
    }

    #[must_use]
    pub fn with(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status == 503 {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}
