//! Two clients of one store, as two processes have them.

use super::{
    Clients,
    tools::{NOW, Shortcuts as _, add, hash, session},
};

pub async fn what_one_client_writes_the_other_reads([one, other]: Clients) {
    add(&*one, 1, b"one").await;
    assert_eq!(other.row(&hash(1)).await, Some(session(b"one")));
    let id = hash(1);
    let saved = other.save_tokens(&id, b"tokens".to_vec(), None, None);
    assert!(saved.await.unwrap());
    let late = one.save_tokens(&id, b"late".to_vec(), None, None);
    assert!(!late.await.unwrap());
    let tokens = one.load_tokens(&hash(1)).await.unwrap().unwrap();
    assert_eq!((&tokens.sealed[..], tokens.version), (&b"tokens"[..], 1));
    assert!(one.spend(&hash(2), NOW + 600).await.unwrap());
    assert!(!other.spend(&hash(2), NOW + 600).await.unwrap());
    one.refuse_sign_ins(&hash(3), NOW, NOW + 600).await.unwrap();
    assert_eq!(other.refused_before(&hash(3)).await.unwrap(), Some(NOW));
    other.delete_session(&hash(1)).await.unwrap();
    assert!(!one.change(&hash(1), session(b"two")).await);
    assert_eq!(one.row(&hash(1)).await, None);
}
