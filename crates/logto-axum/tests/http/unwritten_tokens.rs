//! Refreshed tokens that the store does not take.

use std::time::Duration;

use tokio::time::sleep;
use tracing::level_filters::LevelFilter;

use crate::{
    secrecy::collect_log,
    support::{ALICE, App, Browser, SHOP, SIGNED_OUT, greeting, until},
};

const HOUR: i64 = 3600;

/// Every refresh replaces the refresh token when 18 hours have passed since the one before.
async fn rotating() -> (App, Browser) {
    let app = App::with(|setup| setup.fixture.applications[0].refresh_token_ttl_in_days = 1).await;
    let browser = app.signed_in("alice").await;
    app.pass(18 * HOUR);
    (app, browser)
}

/// Refreshes after the sign-in.
fn refreshes(app: &App) -> usize {
    app.provider.token_requests() - 1
}

/// RF-07, SE-22: the store takes no writes for many hours, and Logto replaces the refresh token
/// again and again.
#[tokio::test]
async fn a_replaced_refresh_token_is_not_lost_while_the_store_cannot_be_written() {
    let (lines, _guard) = collect_log(LevelFilter::INFO);
    let (app, mut browser) = rotating().await;
    app.store.set_writes_failing(true);
    let mut replaced = Vec::new();
    for round in 1..=3 {
        replaced.push(app.refresh_token());
        let first = browser.get("/token").await;
        assert_eq!(first.status, 200, "{round}: {}", first.body);
        app.pass(10);
        for _ in 0..3 {
            let again = browser.get("/token").await;
            assert_eq!((again.status, &again.body), (200, &first.body), "{round}");
            assert_eq!(browser.get("/").await.body, greeting(ALICE));
        }
        assert_eq!(refreshes(&app), round, "one for all of them");
        app.pass(18 * HOUR);
    }
    let newest = app.refresh_token();
    assert!(!replaced.contains(&newest), "each refresh replaced it");
    let text = lines.text();
    let said = text
        .matches("refreshed tokens could not be stored yet")
        .count();
    assert_eq!(said, 1, "once for a while: {text}");

    // The next process has them from the store.
    app.store.set_writes_failing(false);
    app.auth.finish_tasks().await;
    let next = app.beside().await;
    let mut later = browser.clone();
    later.at.clone_from(&next.at);
    assert_eq!(later.get("/token").await.status, 200);
    assert_eq!(later.get("/").await.body, greeting(ALICE));
    assert_eq!(refreshes(&app), 4);
}

/// RF-07: by itself, within seconds.
#[tokio::test]
async fn the_store_gets_the_tokens_when_it_can_be_written() {
    let (app, mut browser) = rotating().await;
    let auth = app.auth.clone();
    tokio::spawn(async move { auth.sweep().await });
    until(|| app.store.calls("sweep") == 1).await;
    app.store.fail_next("save_tokens", 1);
    let saves = app.store.calls("save_tokens");
    let token = browser.get("/token").await.body;
    until(|| app.store.calls("save_tokens") == saves + 2).await;
    let mut later = browser.clone();
    later.at = app.beside().await.at;
    assert_eq!(later.get("/token").await.body, token);
    // Tokens for other audiences come by the new refresh token, and are stored with the others.
    app.pass(10);
    let shop = format!("/token?resource={SHOP}");
    assert_eq!(browser.get(&shop).await.status, 200);
    assert_eq!(app.store.calls("save_tokens"), saves + 3);
}

/// RF-07: nor read, just when the tokens come.
#[tokio::test]
async fn a_replaced_refresh_token_is_not_lost_while_the_store_does_not_answer() {
    let (app, mut browser) = rotating().await;
    app.provider.controls.delay_next("/oidc/token", 500);
    let mut tab = browser.clone();
    let asked = tokio::spawn(async move { tab.get("/token").await });
    until(|| app.provider.controls.count("/oidc/token") == 2).await;
    app.store.set_failing(true);
    assert_eq!(asked.await.unwrap().status, 200);
    app.store.set_failing(false);
    app.pass(2 * HOUR);
    assert_eq!(browser.get("/token").await.status, 200);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// RF-07, RF-17: the store is away for longer than a lease lasts, and than a replaced refresh token works. Another process waits
/// for what this one has kept.
#[tokio::test]
async fn after_an_outage_other_processes_wait_for_tokens_that_this_one_has_kept() {
    let (app, mut browser) = rotating().await;
    let auth = app.auth.clone();
    tokio::spawn(async move { auth.sweep().await });
    until(|| app.store.calls("sweep") == 1).await;
    let mut there = browser.clone();
    there.at = app.beside().await.at;
    app.provider.controls.delay_next("/oidc/token", 500);
    let asked = tokio::spawn(async move { browser.get("/token").await });
    until(|| app.provider.controls.count("/oidc/token") == 2).await;
    app.store.set_failing(true);
    let token = asked.await.unwrap();
    assert_eq!(token.status, 200);
    sleep(Duration::from_millis(2500)).await;
    app.pass(10);
    assert_eq!(there.get("/token").await.status, 503);
    app.store.set_failing(false);
    let after = there.get("/token").await;
    assert_eq!((after.status, after.body), (200, token.body));
    assert_eq!(refreshes(&app), 1);
    assert_eq!(there.get("/").await.body, greeting(ALICE));
}

/// LO-05, RF-20: a sign-out ends the grant by the newest refresh token, and nothing comes back.
#[tokio::test]
async fn a_sign_out_ends_a_session_whose_tokens_could_not_be_stored() {
    for store_works_again in [true, false] {
        let (app, mut browser) = rotating().await;
        let before = browser.clone();
        app.store.set_writes_failing(true);
        assert_eq!(browser.get("/token").await.status, 200);
        app.pass(10);
        app.store.set_writes_failing(!store_works_again);
        assert_eq!(browser.post("/sign-out").await.status, 303);
        let newest = app.refresh_token();
        assert_eq!(app.status_of_refresh_token(&newest).await, 400);
        app.store.set_writes_failing(false);
        let saves = app.store.calls("save_tokens");
        app.auth.finish_tasks().await;
        assert_eq!(app.store.calls("save_tokens"), saves);
        assert!(app.store.live().await.is_empty());
        assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);
        assert_eq!(before.clone().get("/token").await.status, 401);
    }
}

/// F2, SE-09, RF-20: another process ended the session meanwhile.
#[tokio::test]
async fn a_session_that_was_deleted_is_not_revived_by_its_tokens() {
    let (app, mut browser) = rotating().await;
    app.store.set_writes_failing(true);
    assert_eq!(browser.get("/token").await.status, 200);
    app.store.set_writes_failing(false);
    app.store.remove(&app.store.live().await[0]).await;
    app.auth.finish_tasks().await;
    assert!(app.store.live().await.is_empty());
    assert_eq!(browser.get("/").await.body, SIGNED_OUT);
    let newest = app.refresh_token();
    assert_eq!(app.status_of_refresh_token(&newest).await, 400, "revoked");
}

/// Fresh claims are a part of the choice: it is taken back when they cannot be stored.
#[tokio::test]
async fn a_choice_of_scopes_does_not_hold_without_its_claims() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.get("/person").await.body;
    app.provider.controls.delay_next("/oidc/token", 500);
    let tab = browser.clone();
    let chosen = tokio::spawn(async move {
        let request = tab.form("/scopes").form(&[("scope", "phone")]);
        tab.clone().send(request).await
    });
    until(|| app.provider.controls.count("/oidc/token") == 2).await;
    app.store.fail_next("save_tokens", 1);
    assert_ne!(chosen.await.unwrap().status, 200);
    assert_eq!(browser.get("/person").await.body, before);
    assert_eq!(browser.get("/token").await.status, 200);
}
