//! Sessions are found by whose they are.

use super::{
    Clients,
    tools::{NOW, Shortcuts as _, hash, session},
};
use crate::store::{SessionFilter, SessionRow};

// LO-07, LO-08
pub async fn sessions_are_found_by_subject_and_sid_page_by_page([store, _]: Clients) {
    let (alice, bob) = (hash(201), hash(202));
    for number in 1..=30 {
        let row = SessionRow {
            subject: match number {
                30 => None,
                _ if number % 3 == 0 => Some(bob),
                _ => Some(alice),
            },
            sid: (number % 2 == 0).then(|| hash(100 + number)),
            ..session(b"one")
        };
        assert!(store.create_session(&hash(number), row).await.unwrap());
    }
    let find = async |filter| {
        let mut found = Vec::new();
        loop {
            let last = found.last().map(|(id, _)| *id);
            let page = store.find_sessions(filter, last.as_ref(), 4).await.unwrap();
            assert!(page.len() <= 4);
            let is_last = page.len() < 4;
            found.extend(page);
            if is_last {
                break;
            }
        }
        let mut found: Vec<_> = found.into_iter().map(|(id, _)| id[0]).collect();
        found.sort_unstable();
        found
    };
    let numbers = |accepts: fn(&u8) -> bool| (1..=30).filter(accepts).collect::<Vec<u8>>();
    assert_eq!(find(SessionFilter::All).await, numbers(|_| true));
    let counted = store.count_sessions().await.unwrap();
    assert!(counted.is_none_or(|count| count == 30), "{counted:?}");
    let of_alice = find(SessionFilter::Subject(alice)).await;
    assert_eq!(of_alice, numbers(|number| number % 3 != 0));
    assert_eq!(find(SessionFilter::Sid(hash(104))).await, [4]);
    assert_eq!(find(SessionFilter::Sid(hash(105))).await, [0_u8; 0]);
    assert_eq!(find(SessionFilter::WithoutSubject).await, [30]);

    // What changes and what ends is found as it is now.
    let row = store.row(&hash(3)).await.unwrap();
    let row = SessionRow {
        subject: Some(alice),
        sid: Some(hash(200)),
        ..row
    };
    assert!(store.change(&hash(3), row.clone()).await);
    store.delete_session(&hash(6)).await.unwrap();
    let of_bob = find(SessionFilter::Subject(bob)).await;
    assert_eq!(of_bob, [9, 12, 15, 18, 21, 24, 27]);
    let page = store.find_sessions(SessionFilter::Sid(hash(200)), None, 9);
    assert_eq!(page.await.unwrap(), [(hash(3), row)]);
    // The page after a session that has ended meanwhile.
    let six = hash(6);
    let after = store.find_sessions(SessionFilter::Subject(bob), Some(&six), 99);
    assert!(after.await.unwrap().len() <= 7);
    store.sweep(NOW + 1000, NOW - 500).await.unwrap();
    assert_eq!(find(SessionFilter::Subject(bob)).await, [0_u8; 0]);
}
