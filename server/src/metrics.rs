//! Metrics for Prometheus, on a port of their own.
//!
//! The port is not the public one: who reads metrics learns how many people sign in, and when.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use logto_axum::{Metric, MetricKind, describe_metrics};
use metrics::{Unit, describe_histogram, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::{net::TcpListener, time::interval};

use crate::{
    client_address::TrustedProxies,
    connections::{self, Limits},
    settings::{Fault, cannot_listen},
};

const SETTING: &str = "METRICS_ADDR";
const REQUESTS: &str = "http_server_request_duration_seconds";
/// By the semantic conventions of OpenTelemetry.
const METHOD: &str = "http_request_method";
const STATUS: &str = "http_response_status_code";
/// The upper bounds of histograms, in seconds: a read of a store takes less than a millisecond, and a request to the provider
/// may take five seconds.
const BUCKETS: [f64; 15] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// How often what was recorded is merged, so that it does not grow when nobody reads it.
const UPKEEP: Duration = Duration::from_secs(5);
/// How many connections there may be at once.
const CONNECTIONS: usize = 16;
/// As Prometheus has it (text exposition format).
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The metric of this server beside those of `logto_axum`: name, kind, labels and help text.
pub const REQUEST_METRIC: (&str, MetricKind, &[&str], &str) = (
    REQUESTS,
    MetricKind::Histogram,
    &[METHOD, STATUS],
    "How long requests took until the head of their answer, by method and status.",
);

/// Metrics that are recorded, and the address where they are read.
#[derive(Debug)]
pub struct Exporter {
    listener: TcpListener,
    address: SocketAddr,
    handle: PrometheusHandle,
}

impl Exporter {
    /// Listens, and records metrics from here on.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn open(address: SocketAddr) -> Result<Self, Fault> {
        let fault = |problem| Fault::new(SETTING, problem, "127.0.0.1:9464");
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|error| fault(cannot_listen(address, &error)))?;
        let address = listener.local_addr().unwrap_or(address);
        let handle = install().map_err(|error| fault(format!("is {address}: {error}")))?;
        tracing::info!(%address, "metrics are at /metrics");
        Ok(Self {
            listener,
            address,
            handle,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers for as long as the future is polled.
    pub async fn serve(self) {
        let Self {
            listener, handle, ..
        } = self;
        let merged = handle.clone();
        let upkeep = async {
            let mut interval = interval(UPKEEP);
            loop {
                interval.tick().await;
                merged.run_upkeep();
            }
        };
        // Who connects here takes no file that the application needs.
        let limits = Limits {
            total: CONNECTIONS,
            per_address: CONNECTIONS,
            ..Limits::default()
        };
        let serve = connections::serve(
            listener,
            router(handle),
            limits,
            TrustedProxies::default(),
            std::future::pending(),
        );
        tokio::select! {
            _ = serve => {}
            () = upkeep => {}
        }
    }
}

/// Records metrics from here on, in the whole process.
///
/// # Errors
/// When something else records metrics already.
pub fn install() -> Result<PrometheusHandle, Box<dyn std::error::Error>> {
    let builder = PrometheusBuilder::new();
    let suffix = Matcher::Suffix("_seconds".to_owned());
    let recorder = builder
        .set_buckets_for_metric(suffix, &BUCKETS)?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder)?;
    describe_metrics();
    let (name, _, _, help) = REQUEST_METRIC;
    describe_histogram!(name, Unit::Seconds, help);
    Ok(handle)
}

/// GET `/metrics`, and nothing else.
pub fn router(handle: PrometheusHandle) -> Router {
    Router::new()
        .route("/metrics", get(render))
        .with_state(handle)
}

async fn render(State(handle): State<PrometheusHandle>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, handle.render()).into_response()
}

/// Records how long a request takes.
pub(crate) async fn record_request(request: Request, next: Next) -> Response {
    // Anybody can send any word.
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "_OTHER",
    };
    let began = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_str().to_owned();
    histogram!(REQUESTS, METHOD => method, STATUS => status).record(began.elapsed());
    response
}

/// Every metric that the server records.
pub fn all() -> impl Iterator<
    Item = (
        &'static str,
        MetricKind,
        &'static [&'static str],
        &'static str,
    ),
> {
    let of_crate = |metric: Metric| (metric.name, metric.kind, metric.labels, metric.help);
    logto_axum::METRICS
        .into_iter()
        .map(of_crate)
        .chain([REQUEST_METRIC])
}
