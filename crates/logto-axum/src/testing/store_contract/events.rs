//! The end of a session is heard of everywhere.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    Clients,
    tools::{NOW, SOON, add, hash, next},
};
use crate::store::SessionEvent;

// LO-23
pub async fn the_end_of_a_session_is_an_event([store, _]: Clients) {
    let mut events = store.events();
    for number in 1..=3 {
        add(&*store, number, b"one").await;
    }
    store.delete_session(&hash(1)).await.unwrap();
    store.announce_change(&hash(2)).await.unwrap();
    // There is none.
    store.delete_session(&hash(9)).await.unwrap();
    store.sweep(NOW, NOW).await.unwrap();
    store.check().await.unwrap();
    assert_eq!(next(&mut events).await, SessionEvent::Ended(hash(1)));
    // It may come twice.
    let second = match next(&mut events).await {
        SessionEvent::Ended(session) if session == hash(1) => next(&mut events).await,
        event => event,
    };
    assert_eq!(second, SessionEvent::Changed(hash(2)));
    let rest = timeout(SOON, next(&mut events)).await;
    let repeated = [SessionEvent::Ended(hash(1)), SessionEvent::Changed(hash(2))];
    assert!(rest.is_err() || rest.is_ok_and(|event| repeated.contains(&event)));
}

// LO-23: whichever client ends it.
pub async fn an_event_reaches_the_other_client([one, other]: Clients) {
    let mut events = one.events();
    for number in 1..=2 {
        add(&*other, number, b"one").await;
    }
    // From some moment on, every one of them.
    let mut is_there = false;
    for _ in 0..5 {
        other.announce_change(&hash(1)).await.unwrap();
        let arrived = timeout(Duration::from_secs(2), next(&mut events)).await;
        is_there = arrived.is_ok_and(|event| event == SessionEvent::Changed(hash(1)));
        if is_there {
            break;
        }
    }
    assert!(is_there, "no change was announced within ten seconds");
    other.delete_session(&hash(2)).await.unwrap();
    loop {
        match next(&mut events).await {
            SessionEvent::Changed(_) => {}
            event => break assert_eq!(event, SessionEvent::Ended(hash(2))),
        }
    }
}
