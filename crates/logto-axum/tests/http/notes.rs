//! Notes: a text for the next page, sealed for its session.

use crate::support::{App, Browser};

async fn seal(browser: &mut Browser, about: &str) -> Option<String> {
    let answer = browser.get(&format!("/note?about={about}")).await;
    (answer.status == 200).then_some(answer.body)
}

/// What the note says, if it says anything here.
async fn open(browser: &mut Browser, about: &str, note: &str) -> Option<String> {
    let answer = browser
        .get(&format!("/note?about={about}&note={note}"))
        .await;
    (answer.status == 200).then_some(answer.body)
}

#[tokio::test]
async fn a_note_says_in_its_session_what_was_sealed() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let note = seal(&mut alice, "order").await.unwrap();
    for _ in 0..2 {
        let text = open(&mut alice, "order", &note).await;
        assert_eq!(text.as_deref(), Some("it was placed"));
    }
    assert_ne!(seal(&mut alice, "order").await.unwrap(), note);
    assert!(!note.contains("placed"));
    assert_eq!(open(&mut alice, "scopes", &note).await, None);
}

/// CB-15
#[tokio::test]
async fn a_note_says_nothing_in_another_session() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let note = seal(&mut alice, "order").await.unwrap();
    for username in ["alice", "bob"] {
        let mut other = app.signed_in(username).await;
        assert_eq!(open(&mut other, "order", &note).await, None);
    }
    alice.sign_in("alice").await;
    assert_eq!(open(&mut alice, "order", &note).await, None);
    let mut stranger = app.browser();
    assert_eq!(open(&mut stranger, "order", &note).await, None);
    assert_eq!(seal(&mut stranger, "order").await, None);
}

/// A page may be old news for a quarter of an hour.
#[tokio::test]
async fn a_note_says_nothing_for_long() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let note = seal(&mut alice, "order").await.unwrap();
    app.pass(899);
    let text = open(&mut alice, "order", &note).await;
    assert_eq!(text.as_deref(), Some("it was placed"));
    app.pass(1);
    assert_eq!(open(&mut alice, "order", &note).await, None);
}

#[tokio::test]
async fn a_note_for_a_person_outlives_the_session_and_is_for_nobody_else() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let about = "order&person=true";
    let note = seal(&mut alice, about).await.unwrap();
    alice.sign_in("alice").await;
    for browser in [&mut alice, &mut app.signed_in("alice").await] {
        let text = open(browser, about, &note).await;
        assert_eq!(text.as_deref(), Some("it was placed"));
        assert_eq!(open(browser, "order", &note).await, None, "as another kind");
        assert_eq!(open(browser, "scopes&person=true", &note).await, None);
    }
    let mut bob = app.signed_in("bob").await;
    assert_eq!(open(&mut bob, about, &note).await, None);
    let of_the_session = seal(&mut alice, "order").await.unwrap();
    assert_eq!(open(&mut alice, about, &of_the_session).await, None);
}

#[tokio::test]
async fn what_nobody_sealed_is_no_note() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let note = seal(&mut alice, "order").await.unwrap();
    for at in 0..note.len() {
        let mut changed = note.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(open(&mut alice, "order", &changed).await, None, "{at}");
    }
    let long = note.repeat(200);
    for odd in ["", "x", "%00", "applied", &note[1..], &long] {
        assert_eq!(open(&mut alice, "order", odd).await, None, "{odd}");
    }
}
