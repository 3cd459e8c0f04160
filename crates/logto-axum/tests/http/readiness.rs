//! What `/readyz` is made of.

use std::time::Duration;

use logto_axum::{Component, SessionKeys};
use tokio::time::timeout;

use crate::support::{App, UNKNOWN};

fn failing(reason: &str) -> Component {
    Component::Failing(reason.to_owned())
}

/// OU-14
#[tokio::test]
async fn a_server_is_ready_when_store_keys_and_provider_are() {
    let app = App::start().await;
    let readiness = app.auth.readiness().await;
    assert!(readiness.is_ready());
    assert_eq!(readiness.to_string(), "store ok\nkeys ok\nprovider ok\n");
}

/// OU-14: each component on its own, and what it says.
#[tokio::test]
async fn readiness_says_which_component_fails() {
    let app = App::start().await;
    app.store.set_writes_failing(true);
    let readiness = app.auth.readiness().await;
    assert_eq!(readiness.store, failing("unavailable"));
    assert_eq!(readiness.provider, Component::Ok);
    assert!(!readiness.is_ready());

    let app = App::start().await;
    app.provider.set_down(true);
    let readiness = app.auth.readiness().await;
    assert_eq!(readiness.store, Component::Ok);
    assert_eq!(readiness.provider, failing("unreachable"));
    assert!(!readiness.is_ready());

    let app = App::start().await;
    let path = "/oidc/.well-known/openid-configuration";
    app.provider.answer_next(path, 200, r#"{"issuer":"x"}"#);
    let readiness = app.auth.readiness().await;
    assert_eq!(readiness.provider, failing("invalid"));
}

/// OU-14: a provider that is slow does not make the answer slow, and many callers ask it once.
#[tokio::test]
async fn readiness_asks_the_provider_once_however_many_ask() {
    let app = App::start().await;
    let path = "/oidc/.well-known/openid-configuration";
    for _ in 0..50 {
        app.auth.readiness().await;
    }
    assert_eq!(app.provider.controls.count(path), 1);

    let app = App::start().await;
    app.provider.controls.delay_next(path, 60_000);
    let (one, other) = tokio::join!(app.auth.readiness(), app.auth.readiness());
    assert_eq!(one.provider, failing("unreachable"));
    assert_eq!(one, other);
    assert_eq!(app.provider.controls.count(path), 1);
}

/// OU-14: a check goes on when those who asked for it are gone, so that cancelled requests do not
/// make this server ask the provider again and again.
#[tokio::test]
async fn cancelled_requests_start_no_further_check() {
    let app = App::start().await;
    let path = "/oidc/.well-known/openid-configuration";
    app.provider.controls.delay_next(path, 500);
    for _ in 0..20 {
        let request = timeout(Duration::from_millis(50), app.auth.readiness());
        let _ = request.await;
    }
    assert!(app.auth.readiness().await.is_ready());
    assert_eq!(app.provider.controls.count(path), 1);
}

/// SE-18
#[tokio::test]
async fn readiness_names_a_session_key_that_is_missing() {
    let app = App::start().await;
    let keys = SessionKeys::parse(&SessionKeys::generate()).unwrap();
    let other = app.beside_with(keys).await;
    let mut browser = app.signed_in("alice").await;
    browser.at.clone_from(&other.at);
    assert_eq!(browser.get("/").await.body, UNKNOWN);
    let Component::Failing(reason) = other.auth.readiness().await.keys else {
        panic!("a key is missing");
    };
    let key = reason.strip_prefix("missing ").unwrap();
    assert_eq!(key.len(), 8);
    assert_eq!(app.auth.readiness().await.keys, Component::Ok);
}
