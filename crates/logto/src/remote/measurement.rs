//! The duration of requests to the provider, as a metric.

use std::time::Duration;

use crate::error::Unreachable;
use crate::message::{Answer, Endpoint};

/// A histogram of how long requests to the provider take, in seconds, by `endpoint` (`discovery`,
/// `jwks`, `token`, `userinfo`, `revocation`) and `outcome` (`success`, `refused` for 4xx, `failed`
/// for other answers, `unreachable`). It is recorded by the [`metrics`] facade, which does nothing
/// until a program installs a recorder.
pub const PROVIDER_REQUEST_SECONDS: &str = "logto_provider_request_seconds";

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
