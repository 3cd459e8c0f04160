//! What is past its time goes, and nothing else.

use super::{
    Clients,
    tools::{FAR, NOW, Shortcuts as _, add, hash, session},
};
use crate::store::SessionRow;

// SE-22
pub async fn a_sweep_removes_what_is_past_its_time_and_nothing_else([store, _]: Clients) {
    let rows = [
        (1, NOW, NOW + 1000, true),
        (2, NOW, NOW, false),
        (3, NOW, NOW - 1, false),
        (4, NOW - 500, NOW + 1000, false),
        (5, NOW - 499, NOW + 1000, true),
        (6, NOW, FAR, true),
    ];
    for (number, seen_at, expires_at, _) in rows {
        let row = SessionRow {
            seen_at,
            expires_at,
            ..session(&[number])
        };
        store.create_session(&hash(number), row).await.unwrap();
        store
            .save_tokens(&hash(number), vec![number], None, None)
            .await
            .unwrap();
    }
    let states = [(1, NOW + 1, true), (2, NOW, false), (3, NOW - 1, false)];
    for (number, expires_at, _) in states {
        assert!(store.spend(&hash(number), expires_at).await.unwrap());
    }
    store.sweep(NOW, NOW - 500).await.unwrap();
    for (number, _, _, stays) in rows {
        let id = hash(number);
        assert_eq!(store.row(&id).await.is_some(), stays, "session {number}");
        assert_eq!(
            store.load_tokens(&id).await.unwrap().is_some(),
            stays,
            "tokens {number}"
        );
    }
    for (number, _, stays) in states {
        let is_new = store.spend(&hash(number), NOW + 600).await.unwrap();
        assert_eq!(is_new, !stays, "state {number}");
    }
}

// SE-22
pub async fn a_sweep_of_more_than_one_batch_removes_all_of_them([store, _]: Clients) {
    let number = |number: u16| {
        let mut id = hash(0);
        id[..2].copy_from_slice(&number.to_be_bytes());
        id
    };
    for id in 0..1200 {
        let expires_at = if id % 4 == 0 { NOW + 1000 } else { NOW };
        let row = SessionRow {
            expires_at,
            ..session(b"one")
        };
        assert!(store.create_session(&number(id), row).await.unwrap());
    }
    store.sweep(NOW, NOW - 500).await.unwrap();
    for id in 0..1200 {
        let row = store.row(&number(id)).await;
        assert_eq!(row.is_some(), id % 4 == 0, "{id}");
    }
}

// SE-23
pub async fn times_past_2038_survive([store, _]: Clients) {
    let row = SessionRow {
        seen_at: FAR,
        expires_at: FAR + 1,
        ..session(b"one")
    };
    store.create_session(&hash(1), row.clone()).await.unwrap();
    store.touch_session(&hash(1), FAR).await.unwrap();
    store.sweep(FAR, FAR - 1).await.unwrap();
    assert_eq!(store.row(&hash(1)).await, Some(row));
    assert!(store.spend(&hash(1), FAR + 1).await.unwrap());
    store.sweep(FAR, FAR - 1).await.unwrap();
    assert!(!store.spend(&hash(1), FAR + 1).await.unwrap());
}

// OU-14
pub async fn a_store_that_works_passes_its_check_and_is_not_changed_by_it([store, _]: Clients) {
    add(&*store, 1, b"one").await;
    for _ in 0..3 {
        store.check().await.unwrap();
    }
    let row = store.row(&hash(1)).await;
    assert_eq!(row, Some(session(b"one")));
}
