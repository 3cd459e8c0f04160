//! What is used once, and sign-ins that are refused.

use super::{
    Clients,
    tools::{NOW, hash},
};

// CB-07
pub async fn a_state_is_spent_once([store, other]: Clients) {
    assert!(!store.is_spent(&hash(1)).await.unwrap());
    assert!(store.spend(&hash(1), NOW + 600).await.unwrap());
    assert!(!store.spend(&hash(1), NOW + 600).await.unwrap());
    assert!(!store.spend(&hash(1), NOW + 900).await.unwrap());
    assert!(other.is_spent(&hash(1)).await.unwrap());
    assert!(!other.is_spent(&hash(2)).await.unwrap());
    assert!(store.spend(&hash(2), NOW + 600).await.unwrap());
}

// CB-07
pub async fn of_twenty_callbacks_with_one_state_one_spends_it(clients: Clients) {
    let callbacks = (0..20).map(|number| {
        let store = clients[number % 2].clone();
        tokio::spawn(async move { store.spend(&hash(1), NOW + 600).await })
    });
    let mut spent = 0;
    for callback in callbacks.collect::<Vec<_>>() {
        spent += usize::from(callback.await.unwrap().unwrap());
    }
    assert_eq!(spent, 1);
}

// LO-16
pub async fn refused_sign_ins_are_remembered_with_the_latest_time([store, _]: Clients) {
    let refused = async |number| store.refused_before(&hash(number)).await.unwrap();
    assert_eq!(refused(1).await, None);
    store
        .refuse_sign_ins(&hash(1), NOW, NOW + 600)
        .await
        .unwrap();
    store
        .refuse_sign_ins(&hash(1), NOW - 5, NOW + 300)
        .await
        .unwrap();
    assert_eq!(refused(1).await, Some(NOW));
    store
        .refuse_sign_ins(&hash(1), NOW + 5, NOW + 700)
        .await
        .unwrap();
    assert_eq!(refused(1).await, Some(NOW + 5));
    assert_eq!(refused(2).await, None);
    // For ever.
    let always = 253_402_300_799;
    store
        .refuse_sign_ins(&hash(3), always, NOW + 600)
        .await
        .unwrap();
    assert_eq!(refused(3).await, Some(always));
    store.sweep(NOW + 699, NOW).await.unwrap();
    assert_eq!(refused(1).await, Some(NOW + 5));
    store.sweep(NOW + 700, NOW).await.unwrap();
    assert_eq!(refused(1).await, None);
}
