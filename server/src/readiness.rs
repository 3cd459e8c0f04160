//! `/readyz`: whether this server can sign people in and keep them signed in.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use logto_axum::LogtoAuth;
use tokio_util::sync::CancellationToken;

/// 200 when the store, the keys and the provider are in order, else 503. One line for each says so; there is no secret in
/// them. 503 from the signal to stop on, so that a load balancer sends nobody here. Whether the process runs at all is
/// `/healthz`.
pub async fn readyz(auth: LogtoAuth, shutdown: CancellationToken) -> Response {
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let body = if shutdown.is_cancelled() {
        "server stopping\n".to_owned()
    } else {
        let readiness = auth.readiness().await;
        let body = readiness.to_string();
        if readiness.is_ready() {
            return (StatusCode::OK, [no_store], body).into_response();
        }
        body
    };
    let again = (header::RETRY_AFTER, HeaderValue::from_static("5"));
    (StatusCode::SERVICE_UNAVAILABLE, [no_store, again], body).into_response()
}
