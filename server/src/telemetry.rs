//! Export of spans by OpenTelemetry (OTLP over HTTP, protobuf).
//!
//! The variables are those of the specification, read from the environment of the process: nothing is exported without
//! `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`. A `traceparent` of a request is not taken: whoever sends
//! one would decide what is sampled, and join the traces of others.

use std::env;

use axum::{extract::Request, middleware::Next, response::Response};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Instrument as _, field::Empty};
use tracing_subscriber::{Layer, Registry, filter::filter_fn};

use crate::settings::Fault;

const ENDPOINTS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
];
/// What this program is called without `OTEL_SERVICE_NAME`.
const SERVICE: &str = "leptos-logto";
/// Whose spans are exported.
const TARGETS: [&str; 4] = ["server", "logto", "leptos_logto", "shop"];

/// Whether requests have spans.
pub(crate) const IS_COMPILED: bool = true;

/// The running export. When it is dropped, spans that wait are sent; five seconds at most.
#[derive(Debug)]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Starts the export, if the environment names an endpoint.
    ///
    /// # Errors
    /// When the endpoint is not valid.
    pub fn start() -> Result<Self, Fault> {
        let is_set = |name: &str| env::var(name).is_ok_and(|value| !value.is_empty());
        let is_disabled = env::var("OTEL_SDK_DISABLED").is_ok_and(|value| value == "true");
        let Some(endpoint) = ENDPOINTS.into_iter().find(|name| is_set(name)) else {
            return Ok(Self(None));
        };
        if is_disabled {
            return Ok(Self(None));
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .build()
            .map_err(|error| {
                let problem = format!("cannot be used: {error}");
                Fault::new(endpoint, problem, "http://127.0.0.1:4318")
            })?;
        let mut resource = Resource::builder();
        if !is_set("OTEL_SERVICE_NAME") {
            resource = resource.with_service_name(SERVICE);
        }
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(exporter)
            .build();
        Ok(Self(Some(provider)))
    }

    /// The layer that takes spans, without what is logged in them.
    #[must_use]
    pub fn layer(&self) -> Option<Box<dyn Layer<Registry> + Send + Sync>> {
        let tracer = self.0.as_ref()?.tracer(SERVICE);
        let is_ours = |target: &str| TARGETS.iter().any(|ours| target.starts_with(ours));
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(move |about| {
                about.is_span() && is_ours(about.target())
            }));
        Some(Box::new(layer))
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take()
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "spans could not be sent at the shutdown");
        }
    }
}

/// The span of a request, by the semantic conventions of OpenTelemetry for HTTP servers. The query is not in it.
pub(crate) async fn span_request(request: Request, next: Next) -> Response {
    let span = tracing::debug_span!(
        "http.server.request",
        otel.name = request.method().as_str(),
        otel.kind = "server",
        http.request.method = request.method().as_str(),
        http.response.status_code = Empty,
        url.path = format!("{:.200}", request.uri().path()),
    );
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    response
}
