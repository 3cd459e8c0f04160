//! Changing the session keys, and rows that one process can read and another cannot.

use logto_axum::SessionKeys;
use tracing::level_filters::LevelFilter;

use crate::{
    secrecy::collect_log,
    support::{ALICE, App, BOB, Browser, SIGNED_OUT, UNKNOWN, greeting},
};

fn keys(list: &[&str]) -> SessionKeys {
    SessionKeys::parse(&list.join(",")).unwrap()
}

fn at(app: &App, browser: &Browser) -> Browser {
    let mut browser = browser.clone();
    browser.at.clone_from(&app.at);
    browser
}

/// SE-18: one process has the new key already, the other does not.
#[tokio::test]
async fn a_session_whose_key_is_missing_keeps_its_cookie_and_its_row() {
    let (old, new) = (SessionKeys::generate(), SessionKeys::generate());
    let a = App::with(|setup| setup.keys = keys(&[&new, &old])).await;
    let b = a.beside_with(keys(&[&old])).await;
    let mut alice = a.signed_in("alice").await;
    let live = a.store.live().await;

    let mut elsewhere = at(&b, &alice);
    let home = elsewhere.get("/").await;
    assert_eq!((home.status, home.body.as_str()), (200, UNKNOWN));
    assert!(home.set_cookies().is_empty(), "{:?}", home.set_cookies());
    let profile = elsewhere.get("/profile").await;
    assert_eq!(profile.status, 503);
    assert_eq!(profile.header("retry-after"), "5");
    assert!(profile.set_cookies().is_empty());
    assert!(profile.body.contains("/sign-in"), "a way out");
    assert_eq!(elsewhere.get("/token").await.status, 503);
    let call = elsewhere.request_for("application/json", "GET", "/api/closed");
    assert_eq!(elsewhere.send(call).await.status, 503);

    assert_eq!(elsewhere.session(), alice.session());
    assert_eq!(a.store.live().await, live);
    assert_eq!(alice.get("/").await.body, greeting(ALICE));
    assert_eq!(alice.get("/token").await.status, 200);
}

/// SE-18: the documented change of keys in two steps, over two processes that restart one after the
/// other.
#[tokio::test]
async fn a_rolling_change_of_keys_signs_nobody_out() {
    let (old, new) = (SessionKeys::generate(), SessionKeys::generate());
    let first = App::with(|setup| setup.keys = keys(&[&old])).await;
    let steps = [
        [vec![&*old], vec![&*old, &*new]],
        [vec![&*old, &*new], vec![&*old, &*new]],
        [vec![&*old, &*new], vec![&*new, &*old]],
        [vec![&*new, &*old], vec![&*new, &*old]],
    ];
    let mut browsers = vec![first.signed_in("alice").await];
    for [one, other] in steps {
        let one = first.beside_with(keys(&one)).await;
        let other = first.beside_with(keys(&other)).await;
        for process in [&one, &other] {
            browsers.push(process.signed_in("alice").await);
        }
        for browser in &browsers {
            for process in [&one, &other] {
                let mut browser = at(process, browser);
                assert_eq!(browser.get("/").await.body, greeting(ALICE));
                assert_eq!(browser.get("/token").await.status, 200);
            }
        }
    }
}

/// SE-18: a key that is lost for good locks nobody out.
#[tokio::test]
async fn who_has_a_session_that_cannot_be_read_can_sign_in_and_sign_out() {
    let (old, new) = (SessionKeys::generate(), SessionKeys::generate());
    let a = App::with(|setup| setup.keys = keys(&[&old])).await;
    let b = a.beside_with(keys(&[&new])).await;

    let mut leaves = at(&b, &a.signed_in("alice").await);
    let out = leaves.post("/sign-out").await;
    assert_eq!((out.status, out.location()), (303, "/"));
    assert_eq!(leaves.session(), None);
    assert!(a.store.live().await.is_empty(), "its row is gone");
    assert_eq!(leaves.get("/").await.body, SIGNED_OUT);

    let mut comes = at(&b, &a.signed_in("alice").await);
    let before = comes.clone();
    comes.provider_cookies.clear();
    comes.sign_in("bob").await;
    assert_eq!(comes.get("/").await.body, greeting(BOB));
    assert_eq!(a.store.live().await.len(), 1, "the old row is gone");
    assert_eq!(at(&a, &before).get("/").await.body, SIGNED_OUT);
}

/// SE-18: without a key to read it by, the columns say when it ends.
#[tokio::test]
async fn a_session_that_cannot_be_read_ends_when_its_row_does() {
    let (old, new) = (SessionKeys::generate(), SessionKeys::generate());
    let a = App::with(|setup| setup.keys = keys(&[&old])).await;
    let b = a.beside_with(keys(&[&new])).await;
    let mut alice = a.signed_in("alice").await;
    alice.get("/").await;
    let mut elsewhere = at(&b, &alice);
    assert_eq!(elsewhere.get("/").await.body, UNKNOWN);
    a.pass(24 * 3600);
    assert_eq!(elsewhere.get("/").await.body, SIGNED_OUT);
    assert_eq!(elsewhere.session(), None);
}

/// OU-17: the operator learns which key it is, once, and nothing that opens anything.
#[tokio::test]
async fn the_log_names_a_missing_key_once() {
    let (lines, _guard) = collect_log(LevelFilter::INFO);
    let (old, new) = (SessionKeys::generate(), SessionKeys::generate());
    let a = App::with(|setup| setup.keys = keys(&[&old])).await;
    let b = a.beside_with(keys(&[&new])).await;
    let (alice, bob) = (a.signed_in("alice").await, a.signed_in("bob").await);
    for browser in [&alice, &bob] {
        for _ in 0..5 {
            assert_eq!(at(&b, browser).get("/").await.body, UNKNOWN);
            assert_eq!(at(&b, browser).get("/profile").await.status, 503);
        }
    }
    let text = lines.text();
    let named: Vec<_> = text
        .lines()
        .filter(|line| line.contains("not in SESSION_KEYS"))
        .collect();
    assert_eq!(named.len(), 1, "{text}");
    let (_, key) = named[0].split_once("key=").unwrap();
    let key = key.split_whitespace().next().unwrap();
    assert_eq!(key.len(), 8, "{}", named[0]);
    assert!(key.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert!(!text.contains("cannot say who is signed in"), "{text}");
    assert!(!text.contains(&old) && !text.contains(&new));
}
