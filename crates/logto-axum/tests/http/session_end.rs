//! When a session ends, and staying.

use std::time::Duration;

use serde_json::Value;

use crate::support::{ALICE, App, Browser, SIGNED_OUT, greeting};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

async fn end(browser: &mut Browser) -> Value {
    serde_json::from_str(&browser.get("/session-end").await.body).unwrap()
}

fn left(end: &Value) -> i64 {
    end["at"].as_i64().unwrap() - end["now"].as_i64().unwrap()
}

fn left_in_all(end: &Value) -> i64 {
    end["absolute"].as_i64().unwrap() - end["now"].as_i64().unwrap()
}

#[tokio::test]
async fn a_session_says_when_it_ends() {
    let app = App::start().await;
    assert_eq!(end(&mut app.browser()).await, Value::Null);
    let mut browser = app.signed_in("alice").await;
    let first = end(&mut browser).await;
    assert!((DAY - 62..=DAY).contains(&left(&first)), "{first}");
    assert!(
        (7 * DAY - 2..=7 * DAY).contains(&left_in_all(&first)),
        "{first}"
    );
    assert_eq!(first["can_be_prolonged"], true);
    // SE-06: use moves the one and not the other.
    app.pass(12 * HOUR);
    let later = end(&mut browser).await;
    assert!((DAY - 62..=DAY).contains(&left(&later)), "{later}");
    assert_eq!(later["absolute"], first["absolute"]);
}

/// What is said is kept: it does not end before, however its use was noted (SE-24).
#[tokio::test]
async fn a_session_does_not_end_before_it_says() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    // A use that is not noted, because another was a moment ago.
    app.pass(59);
    let said = left(&end(&mut browser).await);
    app.pass(said - 1);
    assert_eq!(browser.clone().get("/").await.body, greeting(ALICE));
    // And it does end: a minute later at most.
    app.pass(DAY + 61);
    assert_eq!(browser.get("/").await.body, SIGNED_OUT);
}

/// SE-06
#[tokio::test]
async fn near_its_very_end_a_session_cannot_be_prolonged() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    for _ in 0..7 {
        app.pass(23 * HOUR);
        browser.get("/").await;
    }
    let end = end(&mut browser).await;
    assert_eq!(
        (&end["at"], &end["can_be_prolonged"]),
        (&end["absolute"], &false.into())
    );
    let stayed: Value = serde_json::from_str(&browser.post("/stay").await.body).unwrap();
    assert_eq!(stayed["at"], end["absolute"]);
    app.pass(left(&end) + 1);
    assert_eq!(browser.get("/").await.body, SIGNED_OUT);
}

#[tokio::test]
async fn staying_is_noted_at_once() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.pass(30);
    let stayed: Value = serde_json::from_str(&browser.post("/stay").await.body).unwrap();
    assert_eq!(left(&stayed), DAY);
    app.pass(DAY - 1);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// F2, SE-09
#[tokio::test]
async fn a_session_that_has_ended_cannot_be_stayed_in() {
    let app = App::start().await;
    assert_eq!(app.browser().post("/stay").await.status, 401);
    let mut browser = app.signed_in("alice").await;
    let mut tab = browser.clone();
    browser.post("/sign-out").await;
    assert_eq!(tab.post("/stay").await.status, 401);
    let mut late = app.signed_in("alice").await;
    app.pass(DAY + 1);
    assert_eq!(late.post("/stay").await.status, 401);
    assert!(app.store.live().await.is_empty());
    let mut unlucky = app.signed_in("alice").await;
    app.store.fail_next("touch_session", 1);
    assert_eq!(unlucky.post("/stay").await.status, 503);
}

/// SE-24: in a session of a minute, use is noted more often than once a minute.
#[tokio::test]
async fn a_session_of_a_minute_lasts_while_it_is_used() {
    let app = App::with(|setup| {
        setup.idle = Duration::from_mins(1);
        setup.lifetime = Duration::from_mins(5);
    })
    .await;
    let mut browser = app.signed_in("alice").await;
    let end = end(&mut browser).await;
    assert!((50..=60).contains(&left(&end)), "{end}");
    for _ in 0..5 {
        app.pass(50);
        assert_eq!(browser.get("/").await.body, greeting(ALICE));
    }
    app.pass(50);
    assert_eq!(
        browser.get("/").await.body,
        SIGNED_OUT,
        "five minutes are over"
    );
    let mut idle = app.signed_in("alice").await;
    app.pass(60);
    assert_eq!(idle.get("/").await.body, SIGNED_OUT);
}
