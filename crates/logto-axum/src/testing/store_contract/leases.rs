//! One holder of a lease at a time, and no write of a late one.

use std::time::Duration;

use super::{
    Clients,
    tools::{SOON, add, hash},
};
use crate::store::{Lease, Store};

const LONG: Duration = Duration::from_mins(1);

async fn with_tokens(store: &dyn Store, number: u8) {
    add(store, number, b"one").await;
    let id = hash(number);
    let saved = store.save_tokens(&id, b"first".to_vec(), None, None).await;
    assert!(saved.unwrap());
}

// RF-18
pub async fn a_lease_has_one_holder_until_it_runs_out([store, _]: Clients) {
    let (one, other, id) = ([1; 16], [2; 16], hash(1));
    assert_eq!(
        store.lease_tokens(&id, &one, LONG).await.unwrap(),
        Lease::Gone
    );
    add(&*store, 1, b"one").await;
    assert_eq!(
        store.lease_tokens(&id, &one, LONG).await.unwrap(),
        Lease::Gone
    );
    store
        .save_tokens(&id, b"first".to_vec(), None, None)
        .await
        .unwrap();

    assert_eq!(
        store.lease_tokens(&id, &one, LONG).await.unwrap(),
        Lease::Held
    );
    assert_eq!(
        store.lease_tokens(&id, &other, LONG).await.unwrap(),
        Lease::Taken
    );
    // Who has it renews it, here for a shorter time.
    assert_eq!(
        store.lease_tokens(&id, &one, SOON).await.unwrap(),
        Lease::Held
    );
    // Only who has it can give it back.
    store.release_tokens(&id, &other).await.unwrap();
    assert_eq!(
        store.lease_tokens(&id, &other, LONG).await.unwrap(),
        Lease::Taken
    );
    tokio::time::sleep(SOON + Duration::from_millis(50)).await;
    assert_eq!(
        store.lease_tokens(&id, &other, LONG).await.unwrap(),
        Lease::Held
    );
    store.release_tokens(&id, &one).await.unwrap();
    assert_eq!(
        store.lease_tokens(&id, &one, LONG).await.unwrap(),
        Lease::Taken
    );
    store.release_tokens(&id, &other).await.unwrap();
    assert_eq!(
        store.lease_tokens(&id, &one, LONG).await.unwrap(),
        Lease::Held
    );
    // The tokens are as they were.
    let row = store.load_tokens(&id).await.unwrap().unwrap();
    assert_eq!((&row.sealed[..], row.version), (&b"first"[..], 1));
}

// RF-18: its lease has run out, and another one has it. It may write nothing, and without the lease
// others may.
pub async fn a_late_holder_cannot_write([store, _]: Clients) {
    let (one, other, id) = ([1; 16], [2; 16], hash(1));
    with_tokens(&*store, 1).await;
    let save = async |text: &[u8], version, holder| {
        let saved = store.save_tokens(&id, text.to_vec(), Some(version), holder);
        saved.await.unwrap()
    };
    store.lease_tokens(&id, &one, SOON).await.unwrap();
    assert!(save(b"second", 1, Some(&one)).await);
    tokio::time::sleep(SOON + Duration::from_millis(50)).await;
    // Nobody has taken it: nothing is lost by this write.
    assert!(save(b"third", 2, Some(&one)).await);
    assert_eq!(
        store.lease_tokens(&id, &other, LONG).await.unwrap(),
        Lease::Held
    );
    assert!(!save(b"late", 3, Some(&one)).await);
    assert!(save(b"fourth", 3, Some(&other)).await);
    // A write that is no refresh.
    assert!(save(b"fifth", 4, None).await);
    let row = store.load_tokens(&id).await.unwrap().unwrap();
    assert_eq!(row.sealed, b"fifth");
}

// RF-18
pub async fn of_twenty_holders_one_gets_the_lease(clients: Clients) {
    with_tokens(&*clients[0], 1).await;
    let holders = (0..20).map(|number: u8| {
        let store = clients[usize::from(number % 2)].clone();
        tokio::spawn(async move { store.lease_tokens(&hash(1), &[number; 16], LONG).await })
    });
    let mut held = 0;
    for holder in holders.collect::<Vec<_>>() {
        held += usize::from(holder.await.unwrap().unwrap() == Lease::Held);
    }
    assert_eq!(held, 1);
}

// RF-20
pub async fn a_lease_ends_with_its_session([store, _]: Clients) {
    let (one, other, id) = ([1; 16], [2; 16], hash(1));
    with_tokens(&*store, 1).await;
    store.lease_tokens(&id, &one, LONG).await.unwrap();
    store.delete_session(&id).await.unwrap();
    assert_eq!(
        store.lease_tokens(&id, &one, LONG).await.unwrap(),
        Lease::Gone
    );
    let saved = store.save_tokens(&id, b"late".to_vec(), Some(1), Some(&one));
    assert!(!saved.await.unwrap());
    with_tokens(&*store, 1).await;
    assert_eq!(
        store.lease_tokens(&id, &other, LONG).await.unwrap(),
        Lease::Held
    );
}
