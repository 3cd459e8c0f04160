//! A store that cannot be written, whose times are wrong, or whose file is taken away.

use std::sync::Arc;

use logto_axum::{Hash, SqliteStore, Store as _};
use tracing::level_filters::LevelFilter;

use crate::{
    secrecy::collect_log,
    support::{ALICE, App, SIGNED_OUT, UNKNOWN, Watched, greeting, until},
};

const HOUR: i64 = 3600;

/// OU-11, SE-22: a full disk. Who is signed in does not notice.
#[tokio::test]
async fn when_nothing_can_be_written_a_session_can_be_read() {
    let (lines, _guard) = collect_log(LevelFilter::INFO);
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let touches = app.store.calls("touch_session");
    app.store.set_writes_failing(true);
    for _ in 0..8 {
        app.pass(120);
        assert_eq!(browser.get("/").await.body, greeting(ALICE));
        let profile = browser.get("/profile").await;
        assert_eq!((profile.status, profile.body), (200, greeting(ALICE)));
        assert_eq!(browser.get("/token").await.status, 200);
        assert!(browser.session().is_some());
    }
    let text = lines.text();
    let failures = text.matches("could not be noted").count();
    assert_eq!(failures, 1, "said once for a while: {text}");
    let touches = app.store.calls("touch_session") - touches;
    assert_eq!(touches, 8, "tried once a minute");

    // What was not noted in the store is known here, so that the session does not end unused in the
    // meantime.
    app.pass(23 * HOUR);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    app.store.set_writes_failing(false);
    app.pass(2 * HOUR);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// SE-22: what could not be noted is written before anything is removed as unused.
#[tokio::test]
async fn a_session_whose_use_could_not_be_noted_is_not_swept() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    browser.get("/").await;
    app.store.set_writes_failing(true);
    app.pass(23 * HOUR);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    app.pass(2 * HOUR);
    app.store.set_writes_failing(false);
    let auth = app.auth.clone();
    let sweeper = tokio::spawn(async move { auth.sweep().await });
    until(|| app.store.calls("sweep") == 1).await;
    sweeper.abort();
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// LO-05, OU-11: a sign-out takes the cookie away and ends the session here; the store learns of it
/// when it can.
#[tokio::test]
async fn a_sign_out_holds_although_the_store_cannot_be_written() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.clone();
    let refresh_token = app.refresh_token();
    app.store.set_writes_failing(true);
    let out = browser.post("/sign-out").await;
    assert!(
        out.location().contains("/oidc/session/end?"),
        "{}",
        out.location()
    );
    let removal = out.set_cookie("logto-session").unwrap();
    assert!(removal.contains("Max-Age=0"), "{removal}");
    assert_eq!(app.status_of_refresh_token(&refresh_token).await, 400);

    // Whoever kept the cookie gets nothing by it.
    assert_eq!(app.store.live().await.len(), 1, "the row is still there");
    assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);
    assert_eq!(before.clone().get("/token").await.status, 401);
    assert_eq!(before.clone().post("/stay").await.status, 401);

    app.store.set_writes_failing(false);
    assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);
    app.auth.finish_tasks().await;
    assert!(app.store.live().await.is_empty());
    assert_eq!(app.provider.controls.count("/oidc/token/revocation"), 1);
}

/// LO-05: nor read, so that the tokens are not at hand to be revoked.
#[tokio::test]
async fn a_sign_out_holds_although_the_store_does_not_answer_at_all() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.clone();
    let refresh_token = app.refresh_token();
    let auth = app.auth.clone();
    tokio::spawn(async move { auth.sweep().await });
    until(|| app.store.calls("sweep") == 1).await;
    app.store.set_failing(true);
    let out = browser.post("/sign-out").await;
    assert_eq!((out.status, out.location()), (303, "/"));
    assert_eq!(browser.session(), None);
    app.store.set_failing(false);
    assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);

    // By itself, within seconds: deleted, and revoked.
    until(|| !app.provider.seen_at("/oidc/token/revocation").is_empty()).await;
    assert!(app.store.live().await.is_empty());
    assert_eq!(app.status_of_refresh_token(&refresh_token).await, 400);
}

/// OU-12: each call that can fail in a sign-out, on its own.
#[tokio::test]
async fn a_sign_out_holds_whichever_call_fails() {
    for call in ["load_session", "load_tokens", "delete_session"] {
        let app = App::start().await;
        let mut browser = app.signed_in("alice").await;
        let before = browser.clone();
        app.store.fail_next(call, 1);
        let out = browser.post("/sign-out").await;
        assert_eq!(out.status, 303, "{call}");
        assert!(!out.location().contains("problem"), "{call}");
        assert_eq!(browser.session(), None, "{call}");
        assert_eq!(before.clone().get("/").await.body, SIGNED_OUT, "{call}");
        app.auth.finish_tasks().await;
        assert!(app.store.live().await.is_empty(), "{call}");
        let status = app.status_of_refresh_token(&app.refresh_token()).await;
        assert_eq!(status, 400, "{call}");
    }
}

/// OU-12: a sign-in that fails leaves the session that was there.
#[tokio::test]
async fn a_sign_in_that_cannot_be_stored_leaves_the_session_there_is() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let back = browser.come_back("/sign-in", "alice").await;
    app.store.fail_next("delete_session", 1);
    let response = browser.get(&back).await;
    assert_eq!(response.refresh(), "/sign-in-problem?reason=unavailable");
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// OU-12: what a handler writes into a session is written at the end of the request.
#[tokio::test]
async fn a_session_that_cannot_be_written_at_the_end_is_no_empty_page() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.store.set_writes_failing(true);
    let cart = browser.post("/cart").await;
    assert_eq!(cart.status, 503);
    assert_eq!(cart.header("retry-after"), "5");
    assert!(cart.body.contains("cannot be shown right now"));
    assert_eq!(cart.header("cache-control"), "private, no-store");
    app.store.set_writes_failing(false);
    assert_eq!(browser.post("/cart").await.status, 200);
    assert_eq!(browser.get("/cart").await.body, "apples");
}

/// F3, F4: the end of a callback writes nothing that could fail.
#[tokio::test]
async fn a_callback_writes_the_session_once() {
    let app = App::start().await;
    let mut browser = app.browser();
    let back = browser
        .come_back("/sign-in?return_to=/profile", "alice")
        .await;
    app.store.fail_next("update_session", 1);
    let response = browser.get(&back).await;
    assert_eq!((response.status, response.location()), (303, "/profile"));
    assert_eq!(app.store.calls("update_session"), 0);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

async fn only(app: &App) -> Hash {
    let live = app.store.live().await;
    assert_eq!(live.len(), 1);
    live[0]
}

/// SE-06: whoever can write the file cannot prolong a session past its end.
#[tokio::test]
async fn the_sealed_end_of_a_session_counts_whatever_the_columns_say() {
    for far in [5_000_000_000, i64::MAX] {
        let app = App::start().await;
        let mut browser = app.signed_in("alice").await;
        let id = only(&app).await;
        app.store.set_times(&id, far, far).await;
        let home = browser.get("/").await;
        assert_eq!((home.status, home.body), (200, greeting(ALICE)), "{far}");
        assert_eq!(browser.get("/profile").await.status, 200, "{far}");
        assert_eq!(browser.post("/stay").await.status, 200);
        app.store.set_times(&id, far, far).await;
        app.pass(7 * 24 * HOUR - 1);
        assert_eq!(browser.get("/").await.body, greeting(ALICE), "{far}");
        app.store.set_times(&id, far, far).await;
        app.pass(1);
        assert_eq!(browser.post("/stay").await.status, 401, "{far}");
        assert_eq!(browser.get("/").await.body, SIGNED_OUT, "{far}");
        assert_eq!(browser.session(), None);
    }
}

/// SE-06, SE-23: also of a session that nobody signed in to, whose end is in its column only.
#[tokio::test]
async fn absurd_times_of_an_anonymous_session_are_no_error() {
    for far in [i64::MAX, i64::MIN] {
        let app = App::start().await;
        let mut browser = app.browser();
        browser.post("/cart").await;
        app.store.set_times(&only(&app).await, far, far).await;
        assert_eq!(browser.get("/cart").await.status, 200, "{far}");
        assert_eq!(browser.get("/profile").await.status, 303, "{far}");
    }
}

/// SE-23: a time of use that is still to come is set right by the next use.
#[tokio::test]
async fn a_use_in_the_future_is_noted_again() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    browser.get("/").await;
    let id = only(&app).await;
    let row = app.store.row(&id).await.unwrap();
    let later = row.seen_at + 3 * 24 * HOUR;
    app.store.set_times(&id, later, row.expires_at).await;
    app.pass(120);
    browser.get("/").await;
    let seen_at = app.store.row(&id).await.unwrap().seen_at;
    assert_eq!(seen_at, row.seen_at + 120);
}

/// The browser hung up at the callback: the session has no browser, and ends soon.
#[tokio::test]
async fn a_session_that_nobody_presents_ends_after_ten_minutes() {
    let app = App::start().await;
    let mut presented = app.browser();
    presented.sign_in("alice").await;
    app.pass(599);
    assert_eq!(presented.get("/").await.body, greeting(ALICE));

    let (mut lost, mut never) = (app.browser(), app.browser());
    lost.sign_in("alice").await;
    never.sign_in("bob").await;
    app.pass(600);
    assert_eq!(lost.get("/").await.body, SIGNED_OUT);
    assert_eq!(presented.get("/").await.body, greeting(ALICE));
    assert_eq!(app.store.live().await.len(), 2);
    let auth = app.auth.clone();
    let sweeper = tokio::spawn(async move { auth.sweep().await });
    until(|| app.store.calls("sweep") == 1).await;
    sweeper.abort();
    assert_eq!(app.store.live().await.len(), 1, "the other is swept");
}

/// An application with its sessions in a file of its own folder.
async fn with_a_file(name: &str) -> (String, App) {
    let (folder, process) = (env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let folder = format!("{folder}/{name}-{process}");
    let _ = std::fs::remove_dir_all(&folder);
    let _ = std::fs::remove_file(&folder);
    std::fs::create_dir(&folder).unwrap();
    let store = SqliteStore::open(&format!("sqlite://{folder}/sessions.db")).await;
    let store = Watched::over(Arc::new(store.unwrap()));
    let app = App::with(|setup| setup.store = Arc::new(store)).await;
    (folder, app)
}

/// L13: the file is removed under the running server. Nobody sees an error; everybody signs in
/// again.
#[tokio::test]
async fn a_store_whose_file_is_removed_is_made_again() {
    let (folder, app) = with_a_file("removed").await;
    let mut alice = app.signed_in("alice").await;
    let mut pending = app.browser();
    let back = pending.come_back("/sign-in", "bob").await;

    std::fs::remove_dir_all(&folder).unwrap();
    let home = alice.get("/").await;
    assert_eq!((home.status, home.body.as_str()), (200, SIGNED_OUT));
    let response = pending.get(&back).await;
    assert_eq!(response.status, 303, "{response:?}");
    alice.sign_in("alice").await;
    assert_eq!(alice.get("/").await.body, greeting(ALICE));
    assert_eq!(alice.get("/token").await.status, 200);
    app.store.check().await.unwrap();

    // It is in a file that is there for the next process.
    let again = SqliteStore::open(&format!("sqlite://{folder}/sessions.db"))
        .await
        .unwrap();
    let id = *app.store.live().await.last().unwrap();
    assert!(again.load_session(&id).await.unwrap().is_some());
}

/// Only its folder can be written by nobody: that is no reason to call anybody signed out.
#[tokio::test]
async fn a_store_that_cannot_be_made_again_is_unknown() {
    let (folder, app) = with_a_file("gone").await;
    let mut alice = app.signed_in("alice").await;
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "a file in its place").unwrap();
    assert_eq!(alice.get("/").await.body, UNKNOWN);
    assert_eq!(alice.get("/profile").await.status, 503);
    std::fs::remove_file(&folder).unwrap();
    assert_eq!(alice.get("/").await.body, SIGNED_OUT);
}
