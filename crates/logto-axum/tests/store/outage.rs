//! Stores whose server goes away.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use logto_axum::{
    Hash, Lease, SessionEvent, SessionFilter, Store, StoreError, StoreErrorKind,
    testing::store_contract::tools::{NOW, Shortcuts as _, add, hash, session},
};
use tokio::{task::block_in_place, time::sleep};

use crate::proxy::Proxy;

type Any = Arc<dyn Store>;

/// Until it works again.
async fn recovered(store: &Any) {
    let began = Instant::now();
    while let Err(error) = store.check().await {
        assert!(began.elapsed() < Duration::from_secs(30), "{error:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// The answer to an operation is lost. That is an error whatever the operation, and never "no",
/// "none" or "no such session". What was done is done once.
pub async fn a_lost_answer_is_an_error(store: Any, proxy: Proxy) {
    let (id, holder) = (hash(1), [7; 16]);
    add(&*store, 1, b"one").await;
    let (sealed, other, nobody) = (|| b"tokens".to_vec(), hash(2), hash(99));
    // Each is done for somebody else first, so that a client that prepares a statement has done
    // that.
    macro_rules! each_is_an_error {
        ($($who:ident = $id:expr => $operation:expr,)*) => { $({
            let $who = &nobody;
            // By turns on each connection that there is, which is at rest afterwards.
            for _ in 0..4 {
                let _ = $operation.await.unwrap();
                sleep(Duration::from_millis(30)).await;
            }
            let $who = $id;
            proxy.lose_answers(true);
            let outcome = $operation.await.map(|_| ());
            proxy.lose_answers(false);
            let error: StoreError = outcome.expect_err(stringify!($operation));
            assert_ne!(error.kind, StoreErrorKind::Unreadable);
            recovered(&store).await;
        })* };
    }
    each_is_an_error! {
        who = &id => store.load_session(who),
        who = &other => store.create_session(who, session(b"two")),
        who = &id => store.update_session(who, session(b"three"), 1),
        who = &id => store.touch_session(who, NOW + 60),
        who = &id => store.save_tokens(who, sealed(), None, None),
        who = &id => store.load_tokens(who),
        who = &id => store.lease_tokens(who, &holder, Duration::from_mins(1)),
        who = &id => store.save_tokens(who, sealed(), Some(1), Some(&holder)),
        who = &id => store.find_sessions(SessionFilter::Subject(*who), None, 9),
        who = &hash(3) => store.spend(who, NOW + 600),
        who = &hash(4) => store.refuse_sign_ins(who, NOW, NOW + 600),
        who = &hash(4) => store.refused_before(who),
        who = &id => store.announce_change(who),
        who = &other => store.delete_session(who),
        who = &id => store.release_tokens(who, &holder),
    }
    let (row, version) = store.load_session(&id).await.unwrap().unwrap();
    assert_eq!(
        (&*row.sealed, row.seen_at, version),
        (&b"three"[..], NOW + 60, 2)
    );
    let tokens = store.load_tokens(&id).await.unwrap().unwrap();
    assert_eq!(tokens.version, 2);
    let lease = store.lease_tokens(&id, &[8; 16], Duration::from_secs(1));
    assert_eq!(lease.await.unwrap(), Lease::Held, "it was given back");
    assert_eq!(store.row(&other).await, None, "it was deleted");
    assert!(!store.spend(&hash(3), NOW + 600).await.unwrap());
    assert_eq!(store.refused_before(&hash(4)).await.unwrap(), Some(NOW));
}

fn id(number: usize) -> Hash {
    let mut id = hash(9);
    id[..8].copy_from_slice(&number.to_be_bytes());
    id
}

/// The server is stopped and started while four clients write and one reads. What was acknowledged
/// is there, and meanwhile there are errors, and never "no such session". OU-16
pub async fn a_restart_of_the_server_loses_nothing(store: Any, restart: impl FnOnce()) {
    add(&*store, 1, b"one").await;
    let mut events = store.events();
    let is_over = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicUsize::new(0));
    let writers = (0..4).map(|_| {
        let (store, is_over, count) = (store.clone(), is_over.clone(), count.clone());
        tokio::spawn(async move {
            let (mut acknowledged, mut errors) = (Vec::new(), 0);
            while !is_over.load(Ordering::SeqCst) {
                let id = id(count.fetch_add(1, Ordering::SeqCst));
                let Ok(is_new) = store.create_session(&id, session(b"two")).await else {
                    errors += 1;
                    sleep(Duration::from_millis(5)).await;
                    continue;
                };
                assert!(is_new);
                let saved = store.save_tokens(&id, b"tokens".to_vec(), None, None).await;
                if let Ok(is_saved) = saved {
                    assert!(is_saved, "the session was acknowledged");
                }
                acknowledged.push((id, saved.is_ok()));
            }
            (acknowledged, errors)
        })
    });
    let writers: Vec<_> = writers.collect();
    let reader = {
        let (store, is_over) = (store.clone(), is_over.clone());
        tokio::spawn(async move {
            while !is_over.load(Ordering::SeqCst) {
                if let Ok(found) = store.load_session(&hash(1)).await {
                    assert!(found.is_some(), "it is there all the time");
                }
                sleep(Duration::from_millis(1)).await;
            }
        })
    };
    sleep(Duration::from_millis(500)).await;
    let before = count.load(Ordering::SeqCst);
    block_in_place(restart);
    recovered(&store).await;
    sleep(Duration::from_secs(1)).await;
    is_over.store(true, Ordering::SeqCst);
    let (mut acknowledged, mut errors) = (Vec::new(), 0);
    for writer in writers {
        let (ids, failed) = writer.await.unwrap();
        acknowledged.extend(ids);
        errors += failed;
    }
    reader.await.unwrap();
    assert!(errors > 0, "the server was away");
    assert!(
        before > 0 && acknowledged.len() > before / 2,
        "{before}: {}",
        acknowledged.len()
    );
    for (id, has_tokens) in acknowledged {
        assert!(store.row(&id).await.is_some());
        let tokens = store.load_tokens(&id).await.unwrap();
        assert!(tokens.is_some() || !has_tokens);
    }
    // Who listens hears that something may have happened meanwhile.
    let missed = async { while events.recv().await.unwrap() != SessionEvent::Missed {} };
    let waited = tokio::time::timeout(Duration::from_secs(10), missed).await;
    waited.expect("the events that were missed are said to be");
}
