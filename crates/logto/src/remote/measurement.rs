//! Requests to the provider: their duration as a metric, and their spans.

use std::time::Duration;

use tracing::Span;
use tracing::field::Empty;

use crate::error::Unreachable;
use crate::message::{Answer, Endpoint, Request};

/// A histogram of how long requests to the provider take, in seconds, by `endpoint` (`discovery`,
/// `jwks`, `token`, `userinfo`, `revocation`) and `outcome` (`success`, `refused` for 4xx, `failed`
/// for other answers, `unreachable`). It is recorded by the [`metrics`] facade, which does nothing
/// until a program installs a recorder.
pub const PROVIDER_REQUEST_SECONDS: &str = "logto_provider_request_seconds";

/// The span of a request, by the semantic conventions of OpenTelemetry for HTTP clients.
pub(super) fn span(request: &Request) -> Span {
    let method = match request.form {
        Some(_) => "POST",
        None => "GET",
    };
    tracing::debug_span!(
        "provider.request",
        otel.name = format!("{method} {}", request.endpoint.as_str()),
        otel.kind = "client",
        http.request.method = method,
        http.response.status_code = Empty,
        server.address = request.url.host_str(),
        endpoint = request.endpoint.as_str(),
    )
}

pub(super) fn record(endpoint: Endpoint, duration: Duration, answer: &Result<Answer, Unreachable>) {
    let outcome = match answer {
        Ok(answer) => match answer.status {
            200..300 => "success",
            400..500 => "refused",
            _ => "failed",
        },
        Err(_) => "unreachable",
    };
    let histogram = metrics::histogram!(
        PROVIDER_REQUEST_SECONDS,
        "endpoint" => endpoint.as_str(),
        "outcome" => outcome
    );
    histogram.record(duration);
}
