//! Sessions: created once, changed under compare-and-set, never by a touch.

use super::{
    Any, Clients,
    tools::{FAR, NOW, Shortcuts as _, add, hash, session},
};
use crate::store::SessionRow;

pub async fn a_taken_session_id_is_refused_and_nothing_changes([store, _]: Clients) {
    assert!(
        store
            .create_session(&hash(1), session(b"one"))
            .await
            .unwrap()
    );
    assert!(
        !store
            .create_session(&hash(1), session(b"two"))
            .await
            .unwrap()
    );
    assert_eq!(store.row(&hash(1)).await, Some(session(b"one")));
    assert_eq!(store.row(&hash(2)).await, None);
}

// F2, SE-09
pub async fn an_update_never_creates_a_session([store, _]: Clients) {
    assert!(!store.change(&hash(1), session(b"one")).await);
    assert_eq!(store.row(&hash(1)).await, None);

    add(&*store, 1, b"one").await;
    assert!(store.change(&hash(1), session(b"two")).await);
    assert_eq!(store.row(&hash(1)).await, Some(session(b"two")));
    store.delete_session(&hash(1)).await.unwrap();
    assert!(!store.change(&hash(1), session(b"three")).await);
    assert_eq!(store.row(&hash(1)).await, None);
}

// F2, SE-24
pub async fn a_touch_never_creates_a_session_and_changes_only_the_time([store, _]: Clients) {
    store.touch_session(&hash(1), NOW + 1).await.unwrap();
    assert_eq!(store.row(&hash(1)).await, None);

    add(&*store, 1, b"one").await;
    store.touch_session(&hash(1), NOW + 60).await.unwrap();
    let expected = SessionRow {
        seen_at: NOW + 60,
        ..session(b"one")
    };
    assert_eq!(store.row(&hash(1)).await, Some(expected));
}

// SE-23
pub async fn sessions_with_absurd_times_can_be_read_and_deleted([store, _]: Clients) {
    for (number, time) in [(1, i64::MAX), (2, i64::MIN)] {
        let row = SessionRow {
            seen_at: time,
            expires_at: time,
            ..session(b"one")
        };
        let id = hash(number);
        store.create_session(&id, row.clone()).await.unwrap();
        assert_eq!(store.row(&id).await, Some(row));
    }
    store.sweep(NOW, NOW - 500).await.unwrap();
    assert!(store.row(&hash(1)).await.is_some());
    assert_eq!(store.row(&hash(2)).await, None);
    store.delete_session(&hash(1)).await.unwrap();
    assert_eq!(store.row(&hash(1)).await, None);
}

// SE-24
pub async fn fifty_touches_at_once_leave_the_session_whole([store, other]: Clients) {
    add(&*store, 1, b"one").await;
    store
        .save_tokens(&hash(1), b"tokens".to_vec(), None, None)
        .await
        .unwrap();
    let touches = (0..50).map(|number| {
        let store = [&store, &other][number % 2].clone();
        tokio::spawn(async move { store.touch_session(&hash(1), NOW + 60).await })
    });
    for touch in touches.collect::<Vec<_>>() {
        touch.await.unwrap().unwrap();
    }
    let expected = SessionRow {
        seen_at: NOW + 60,
        ..session(b"one")
    };
    assert_eq!(store.row(&hash(1)).await, Some(expected));
    assert!(store.load_tokens(&hash(1)).await.unwrap().is_some());
}

// SE-02
pub async fn of_twenty_creations_of_one_id_one_wins(clients: Clients) {
    let creations = (0..20).map(|number: u8| {
        let store = clients[usize::from(number % 2)].clone();
        tokio::spawn(async move { store.create_session(&hash(1), session(&[number])).await })
    });
    let mut winners = 0;
    for creation in creations.collect::<Vec<_>>() {
        winners += usize::from(creation.await.unwrap().unwrap());
    }
    assert_eq!(winners, 1);
}

// F1: of two that read the same version.
pub async fn of_two_writers_of_a_session_one_wins([store, other]: Clients) {
    add(&*store, 1, b"one").await;
    let (_, seen) = store.load_session(&hash(1)).await.unwrap().unwrap();
    let write = |store: &Any, text: &'static [u8]| {
        let store = store.clone();
        tokio::spawn(async move { store.update_session(&hash(1), session(text), seen).await })
    };
    let (one, other) = (write(&store, b"two"), write(&other, b"three"));
    let (one, other) = (one.await.unwrap().unwrap(), other.await.unwrap().unwrap());
    assert!(one != other, "exactly one wins");
    let (row, version) = store.load_session(&hash(1)).await.unwrap().unwrap();
    let winner: &[u8] = if one { b"two" } else { b"three" };
    assert_eq!(row.sealed, winner);
    assert_ne!(version, seen);
    // A use is no write.
    store.touch_session(&hash(1), NOW + 1).await.unwrap();
    let id = hash(1);
    let again = store.update_session(&id, session(b"four"), version).await;
    assert!(again.unwrap());
}

// SE-24
pub async fn a_write_does_not_put_a_later_use_back([store, _]: Clients) {
    add(&*store, 1, b"one").await;
    // A clock was wrong.
    store.touch_session(&hash(1), FAR).await.unwrap();
    store.touch_session(&hash(1), NOW + 60).await.unwrap();
    assert!(store.change(&hash(1), session(b"two")).await);
    let row = store.row(&hash(1)).await.unwrap();
    assert_eq!((&row.sealed[..], row.seen_at), (&b"two"[..], NOW + 60));
}
