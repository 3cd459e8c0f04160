//! Tokens belong to a session, and are written under compare-and-set.

use super::{
    Any, Clients,
    tools::{add, hash},
};

pub async fn deleting_a_session_takes_its_tokens_along([store, _]: Clients) {
    add(&*store, 1, b"one").await;
    assert!(
        store
            .save_tokens(&hash(1), b"tokens".to_vec(), None, None)
            .await
            .unwrap()
    );
    store.delete_session(&hash(1)).await.unwrap();
    assert_eq!(store.load_tokens(&hash(1)).await.unwrap(), None);

    // Also when the same id comes again.
    add(&*store, 1, b"two").await;
    assert_eq!(store.load_tokens(&hash(1)).await.unwrap(), None);
    // What is not there can be deleted.
    store.delete_session(&hash(9)).await.unwrap();
}

// F1, RF-18
pub async fn of_two_token_writers_one_wins([store, other]: Clients) {
    add(&*store, 1, b"one").await;
    store
        .save_tokens(&hash(1), b"first".to_vec(), None, None)
        .await
        .unwrap();
    let seen = store.load_tokens(&hash(1)).await.unwrap().unwrap().version;

    let write = |store: &Any, text: &'static [u8]| {
        let store = store.clone();
        tokio::spawn(async move {
            let saved = store
                .save_tokens(&hash(1), text.to_vec(), Some(seen), None)
                .await;
            saved.unwrap()
        })
    };
    let (one, other) = (write(&store, b"one"), write(&other, b"other"));
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    assert!(one != other, "exactly one wins");

    let row = store.load_tokens(&hash(1)).await.unwrap().unwrap();
    let winner: &[u8] = if one { b"one" } else { b"other" };
    assert_eq!(row.sealed, winner);
    assert_ne!(row.version, seen);
    // The loser reads again and tries again.
    assert!(
        store
            .save_tokens(&hash(1), b"again".to_vec(), Some(row.version), None)
            .await
            .unwrap()
    );
}

// F2, RF-20
pub async fn tokens_need_a_session([store, _]: Clients) {
    assert!(
        !store
            .save_tokens(&hash(1), b"tokens".to_vec(), None, None)
            .await
            .unwrap()
    );
    assert!(
        !store
            .save_tokens(&hash(1), b"tokens".to_vec(), Some(1), None)
            .await
            .unwrap()
    );
    assert_eq!(store.load_tokens(&hash(1)).await.unwrap(), None);
}

pub async fn first_tokens_are_written_once([store, _]: Clients) {
    add(&*store, 1, b"one").await;
    assert!(
        !store
            .save_tokens(&hash(1), b"early".to_vec(), Some(1), None)
            .await
            .unwrap()
    );
    assert!(
        store
            .save_tokens(&hash(1), b"first".to_vec(), None, None)
            .await
            .unwrap()
    );
    assert!(
        !store
            .save_tokens(&hash(1), b"second".to_vec(), None, None)
            .await
            .unwrap()
    );
    let row = store.load_tokens(&hash(1)).await.unwrap().unwrap();
    assert_eq!(row.sealed, b"first");
}
