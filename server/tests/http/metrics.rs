//! Metrics: what is recorded, what the documentation says, and who can read them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use logto_axum::MetricKind;
use metrics_exporter_prometheus::PrometheusHandle;
use server::{metrics, settings::Network};
use tokio::{io::AsyncReadExt as _, net::TcpStream, time::timeout};
use tower::ServiceExt as _;

use crate::helpers::{ALICE, Answer, TestApp};

const DOCUMENTATION: &str = include_str!("../../../docs/observability.md");

/// A name, and its kind, labels and help text.
type Rows = BTreeMap<String, (String, Vec<String>, String)>;

/// The table of the documentation.
fn documented() -> Rows {
    let rows = DOCUMENTATION.lines().filter_map(|line| {
        let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
        let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        let kind = cells.next()?.to_owned();
        if !["counter", "gauge", "histogram"].contains(&&*kind) {
            return None;
        }
        let labels = cells.next()?.split(", ");
        let labels = labels.filter(|label| !label.is_empty());
        let labels = labels.map(|label| label.trim_matches('`').to_owned());
        let row = (kind, labels.collect(), cells.next()?.to_owned());
        Some((name.to_owned(), row))
    });
    rows.collect()
}

fn recorded() -> Rows {
    let rows = metrics::all().map(|(name, kind, labels, help)| {
        let kind = match kind {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            _ => "histogram",
        };
        let labels = labels.iter().map(|label| (*label).to_owned());
        let row = (kind.to_owned(), labels.collect(), help.to_owned());
        (name.to_owned(), row)
    });
    rows.collect()
}

/// OU-18: who connects to the port of the metrics takes no files from the application.
#[tokio::test]
async fn connections_to_the_metrics_are_limited() {
    let address = "127.0.0.1:0".parse().unwrap();
    let exporter = metrics::Exporter::open(address).await.unwrap();
    let address = exporter.address();
    tokio::spawn(exporter.serve());
    let mut open = Vec::new();
    for _ in 0..40 {
        open.push(TcpStream::connect(address).await.unwrap());
    }
    let mut refused = 0;
    for mut stream in open {
        let mut head = [0; 12];
        let read = timeout(Duration::from_millis(200), stream.read(&mut head)).await;
        refused += usize::from(read.is_ok());
    }
    assert!(refused >= 24, "{refused} of 40");
}

#[test]
fn the_documentation_has_every_metric() {
    assert_eq!(documented(), recorded());
}

/// The names in a text that Prometheus reads, each of whose lines is as the documentation says.
fn names(text: &str) -> BTreeSet<String> {
    let known = recorded();
    let mut seen = BTreeSet::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(about) = line.strip_prefix("# HELP ") {
            let (name, help) = about.split_once(' ').unwrap();
            assert_eq!(known[name].2, help);
            continue;
        }
        if let Some(about) = line.strip_prefix("# TYPE ") {
            let (name, kind) = about.split_once(' ').unwrap();
            assert_eq!(known[name].0, kind);
            seen.insert(name.to_owned());
            continue;
        }
        let name = line.split(['{', ' ']).next().unwrap();
        let name = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix))
            .unwrap_or(name);
        let (_, labels, _) = &known[name];
        let pairs = line.split_once('{').map(|(_, rest)| rest.split_once('}'));
        let pairs = pairs.flatten().map_or("", |(pairs, _)| pairs);
        for pair in pairs.split(',').filter(|pair| !pair.is_empty()) {
            let (label, value) = pair.split_once('=').unwrap();
            assert!(
                label == "le" || labels.iter().any(|known| known == label),
                "{line}"
            );
            assert!(value.len() < 30, "{line}");
        }
    }
    seen
}

/// GET `/metrics` is answered, and nothing else.
async fn assert_answers(handle: PrometheusHandle) {
    let router = metrics::router(handle);
    for (method, path, status) in [
        ("GET", "/metrics", StatusCode::OK),
        ("POST", "/metrics", StatusCode::METHOD_NOT_ALLOWED),
        ("GET", "/", StatusCode::NOT_FOUND),
        ("GET", "/metrics/", StatusCode::NOT_FOUND),
    ] {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{method} {path}");
        if status == StatusCode::OK {
            let kind = answer.headers()["content-type"].to_str().unwrap();
            assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
        }
    }
}

/// SL-08: after a sign-in, refreshes, refusals and a sign-out, each sample has a name and labels of the documentation, and none
/// has a person, an address or a secret.
#[tokio::test]
async fn a_run_leaves_documented_samples_without_people() {
    let handle = metrics::install().unwrap();
    let app = TestApp::with(|setup| {
        setup.network = Network {
            metrics: Some(([127, 0, 0, 1], 0).into()),
            ..Network::default()
        };
    })
    .await;
    let mut browser = app.signed_in("alice").await;
    let mut held = browser.cookies.clone();
    browser.get("/profile?userinfo=true").await;
    browser.get("/org/unknown12345").await;
    app.pass(3601);
    app.provider.controls.fail_next("/oidc/token", 500, 1);
    browser.get("/api/user-info?fetch=true").await;
    browser.get("/api/user-info?fetch=true").await;
    app.browser().get("/callback?code=x&state=y").await;
    let odd = app.browser().request("PROPFIND", "/odd-path");
    Answer::of(odd).await;
    let token = [("logout_token", "x.y.z")];
    let logout = app.browser().request("POST", "/backchannel-logout");
    assert_eq!(Answer::of(logout.form(&token)).await.status, 400);
    held.extend(browser.cookies.clone());
    let stream = browser.request_for("text/event-stream", "GET", "/session-events");
    let stream = stream.header("sec-fetch-site", "same-origin");
    let stream = stream.send().await.unwrap();
    assert_eq!(stream.status(), 200);
    assert!(handle.render().contains("logto_session_streams 1"));
    drop(stream);
    browser.post("/sign-out").await;

    let text = handle.render();
    let seen = names(&text);
    for name in [
        "logto_sign_ins_total",
        "logto_sign_outs_total",
        "logto_access_denied_total",
        "logto_backchannel_logouts_total",
        "logto_token_refreshes_total",
        "logto_single_flight_wait_seconds",
        "logto_lease_wait_seconds",
        "logto_store_operation_seconds",
        "logto_provider_request_seconds",
        "logto_session_streams",
        "http_server_request_duration_seconds",
    ] {
        assert!(seen.contains(name), "{name}:\n{text}");
    }
    for sample in [
        "logto_sign_ins_total{outcome=\"success\"} 1",
        "logto_sign_ins_total{outcome=\"expired\"} 1",
        "logto_sign_outs_total{cause=\"person\"} 1",
        "logto_access_denied_total{access=\"not-found\"} 1",
        "logto_backchannel_logouts_total{outcome=\"refused\"} 1",
        "logto_token_refreshes_total{outcome=\"unavailable\"} 1",
        "http_request_method=\"_OTHER\"",
        "store=\"memory\",operation=\"load_session\",outcome=\"success\"",
        "endpoint=\"token\",outcome=\"failed\"",
    ] {
        assert!(text.contains(sample), "{sample}:\n{text}");
    }
    let mut secrets = app.provider.secrets();
    secrets.extend(held.into_values().map(|value| ("cookie", value)));
    for known in [ALICE, "127.0.0.1", "unknown12345", "odd-path", "PROPFIND"] {
        secrets.push(("known", known.to_owned()));
    }
    for (name, value) in secrets {
        assert!(!text.contains(&value), "{name} is in the metrics");
    }

    assert_answers(handle).await;
    // Not at the public address.
    assert_eq!(app.browser().get("/metrics").await.status, 404);
}
