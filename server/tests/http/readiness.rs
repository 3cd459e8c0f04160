//! `/readyz` beside `/healthz`.

use crate::helpers::TestApp;

/// OU-14
#[tokio::test]
async fn a_server_in_order_is_ready() {
    let app = TestApp::start().await;
    let answer = app.browser().get("/readyz").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, "store ok\nkeys ok\nprovider ok\n");
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
        "store unavailable\nkeys ok\nprovider unreachable\n"
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
