//! The body of a request.

use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::StatusCode,
};
use serde_json::Value;

use crate::{
    order::NewOrder,
    problem::{FieldError, Problem},
};

/// A new order from a valid body.
pub struct Input(pub NewOrder);

impl<S: Send + Sync> FromRequest<S> for Input {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let sent = Json::<Value>::from_request(request, state).await;
        let Json(sent) = sent.map_err(|rejection| unreadable(&rejection))?;
        NewOrder::read(&sent).map(Self).map_err(unusable)
    }
}

/// The messages of axum are not passed on: they quote the body.
fn unreadable(rejection: &JsonRejection) -> Problem {
    let detail = match rejection.status() {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            "The body must be JSON, and Content-Type must say so."
        }
        StatusCode::PAYLOAD_TOO_LARGE => "The body is longer than any order.",
        _ => return Problem::new(StatusCode::BAD_REQUEST, "The body is not JSON."),
    };
    Problem::new(rejection.status(), detail)
}

fn unusable(errors: Vec<FieldError>) -> Problem {
    let detail = "The body is JSON, but no order.";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail).with(errors)
}
