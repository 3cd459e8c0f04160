//! What the log says of a request that fails.

use test_support::log::Lines;
use tracing::subscriber::DefaultGuard;

use crate::helpers::{ALICE, Answer, TestApp};

/// Everything that is logged from here on, in this thread.
fn collect_log() -> (Lines, DefaultGuard) {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    (lines, tracing::subscriber::set_default(subscriber))
}

/// OU-22: the path is there, and the query, which may hold what is nobody's business, is not.
#[tokio::test]
async fn a_request_that_fails_is_logged_with_its_path() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let (lines, _guard) = collect_log();
    app.provider.set_down(true);
    browser.get("/profile?userinfo=true&x=private").await;
    app.provider.set_down(false);
    let logged = lines.with("a request to Logto or the session store failed");
    assert_eq!(logged.len(), 1, "{logged:?}");
    assert!(logged[0].contains("path=\"/profile\""), "{logged:?}");
    assert!(!logged[0].contains("private"), "{logged:?}");

    browser.post("/sign-out").await;
    browser.provider_cookies.clear();
    browser.sign_in("bob").await;
    let form = [("item", "Tea"), ("quantity", "1"), ("viewer", ALICE)];
    let sent = browser.form("/api/orders/place").form(&form);
    assert_eq!(Answer::of(sent).await.status, 409);
    let logged = lines.with("a form of another person's page was refused");
    assert_eq!(logged.len(), 1, "{logged:?}");
    assert!(
        logged[0].contains("path=\"/api/orders/place\""),
        "{logged:?}"
    );
}
