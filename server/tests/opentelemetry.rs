//! Spans reach an OpenTelemetry collector. `make test-opentelemetry` runs it.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use test_support::{
    browser::{Answer, Browser, http},
    free_port,
};
use tokio::{net::TcpListener, time::sleep};

/// What a collector got: paths are `/v1/traces`, bodies are protobuf.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<u8>>>);

impl Collector {
    async fn start(&self) -> String {
        let received = self.clone();
        let receive = move |headers: HeaderMap, body: Bytes| async move {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            received.0.lock().unwrap().extend_from_slice(&body);
            StatusCode::OK
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/v1/traces", post(receive));
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    /// Protobuf has strings as they are.
    fn has(&self, text: &str) -> bool {
        let bytes = self.0.lock().unwrap();
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    }
}

/// SL-02: the spans of a sign-in arrive, also those that wait when the server stops, and no secret with them.
#[tokio::test(flavor = "multi_thread")]
async fn the_spans_of_a_sign_in_reach_the_collector() {
    let collector = Collector::default();
    let endpoint = collector.start().await;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("opentelemetry");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("Leptos.toml"),
        "[leptos]\noutput-name = \"app\"\n",
    )
    .unwrap();
    let [port, provider] = [(); 2].map(|()| free_port().unwrap());
    let mut server = Command::new(env!("CARGO_BIN_EXE_server"))
        .current_dir(folder)
        .env_clear()
        .env("LEPTOS_SITE_ADDR", format!("127.0.0.1:{port}"))
        .env("DEV_IDP_ADDR", format!("127.0.0.1:{provider}"))
        .env("SESSION_STORE", "memory:")
        .env("SHOP_DATABASE", "memory:")
        .env("AUDIT_LOG", "off")
        .env("RUST_LOG", "warn")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        .env("OTEL_SERVICE_NAME", "name-of-a-service")
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let at = format!("http://127.0.0.1:{port}");
    let begun = Instant::now();
    let ask = || http().get(format!("{at}/healthz"));
    while Answer::try_of(ask()).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it starts");
        sleep(Duration::from_millis(50)).await;
    }
    let mut browser = Browser::new(&at, &format!("http://localhost:{port}"));
    let back = browser
        .come_back("/sign-in?return_to=%2Fprofile%3Fx%3Dpage-secret", "alice")
        .await;
    let mut secrets: Vec<_> = browser.cookies.values().cloned().collect();
    secrets.extend(
        back.split(['=', '&'])
            .map(str::to_owned)
            .filter(|part| part.len() > 15 && !part.contains("http")),
    );
    assert_eq!(browser.get(&back).await.status, 303);
    secrets.extend(browser.cookies.values().cloned());
    secrets.push("page-secret".into());
    let id = server.id().to_string();
    let stopped = Command::new("sh").args(["-c", "kill \"$0\"", &id]).status();
    assert!(stopped.unwrap().success());
    let server = tokio::task::spawn_blocking(move || server.wait());
    assert!(server.await.unwrap().unwrap().success());
    for text in [
        "name-of-a-service",
        "sign_in.begin",
        "sign_in.callback",
        "token_exchange",
        "id_token.verify",
        "session.create",
        "POST token",
        "http.response.status_code",
        "/callback",
    ] {
        assert!(collector.has(text), "{text}");
    }
    assert!(secrets.len() > 4);
    for secret in secrets {
        assert!(!collector.has(&secret), "{secret}");
    }
}
