//! No export of spans: this program was compiled without the feature `opentelemetry`.

use std::env;

use axum::{extract::Request, middleware::Next, response::Response};
use tracing_subscriber::layer::Identity;

use crate::settings::Fault;

/// Whether requests have spans.
pub(crate) const IS_COMPILED: bool = false;

/// Nothing.
#[derive(Debug)]
pub struct Telemetry(());

impl Telemetry {
    /// Says so where the environment names an endpoint.
    ///
    /// # Errors
    /// None.
    pub fn start() -> Result<Self, Fault> {
        let name = "OTEL_EXPORTER_OTLP_ENDPOINT";
        if env::var(name).is_ok_and(|value| !value.is_empty()) {
            eprintln!(
                "{name} is set, and this program was built without the feature opentelemetry: no spans are exported."
            );
        }
        Ok(Self(()))
    }

    /// No layer.
    #[must_use]
    pub fn layer(&self) -> Option<Identity> {
        None
    }
}

pub(crate) async fn span_request(request: Request, next: Next) -> Response {
    next.run(request).await
}
