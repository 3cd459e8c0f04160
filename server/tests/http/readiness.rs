//! `/readyz` beside `/healthz`.

use serde_json::Value;

use crate::helpers::{Answer, TestApp};

/// OU-14
#[tokio::test]
async fn a_server_in_order_is_ready() {
    let app = TestApp::start().await;
    let answer = app.browser().get("/readyz").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, "store ok\nkeys ok\nprovider ok\norders ok\n");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.header("content-type").starts_with("text/plain"));
    assert!(answer.set_cookies().is_empty());
}

/// OU-01, OU-14: a monitor learns that nobody can sign in, and why; a load balancer that the process runs.
#[tokio::test]
async fn a_server_without_store_and_provider_says_so_and_is_healthy() {
    let app = TestApp::start().await;
    app.store.set_failing(true);
    app.provider.set_down(true);
    let answer = app.browser().get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert_eq!(
        answer.body,
        "store unavailable\nkeys ok\nprovider unreachable\norders ok\n"
    );
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(app.browser().get("/healthz").await.status, 200);
}

/// OU-14: before it stops accepting connections, so that a load balancer has sent everybody elsewhere by then.
#[tokio::test]
async fn a_server_that_is_to_stop_is_not_ready_and_answers_pages() {
    let app = TestApp::start().await;
    app.shutdown.cancel();
    let answer = app.browser().get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.body, "server stopping\n");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(app.browser().get("/healthz").await.status, 200);
    assert_eq!(app.browser().get("/").await.status, 200);
}

/// OU-14: the same as JSON, without internals.
#[tokio::test]
async fn a_monitor_gets_json_with_each_component_and_since_when() {
    let app = TestApp::start().await;
    let ask = async || {
        let request = app
            .browser()
            .request_for("application/json", "GET", "/readyz");
        let answer = Answer::of(request).await;
        assert_eq!(answer.header("content-type"), "application/json");
        let report: Value = serde_json::from_str(&answer.body).unwrap();
        (answer.status, report)
    };
    let (status, report) = ask().await;
    assert_eq!((status, &report["status"]), (200, &"ready".into()));
    let components = report["components"].as_object().unwrap();
    assert_eq!(
        components.keys().collect::<Vec<_>>(),
        ["store", "keys", "provider", "orders"]
    );
    for component in components.values() {
        assert_eq!(component["status"], "ok");
        assert!(component["since"].as_str().unwrap().ends_with('Z'));
        assert!(component.get("reason").is_none());
    }
    app.shutdown.cancel();
    let (status, report) = ask().await;
    assert_eq!(
        (status, report),
        (503, serde_json::json!({ "status": "stopping" }))
    );

    let app = TestApp::with(|setup| setup.shop = false).await;
    app.provider.set_down(true);
    let request = app
        .browser()
        .request_for("application/json", "GET", "/readyz");
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 503);
    let report: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(report["status"], "not ready");
    let provider = &report["components"]["provider"];
    assert_eq!(
        (&provider["status"], &provider["reason"]),
        (&"failing".into(), &"unreachable".into())
    );
    assert!(report["components"].get("orders").is_none());
    assert!(!answer.body.contains(&app.provider.endpoint));
}
