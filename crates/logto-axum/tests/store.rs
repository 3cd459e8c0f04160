//! What every session store promises. `each_store!` runs each promise against memory and `SQLite`;
//! another store joins by one more line there.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use logto_axum::{
    Hash, Lease, MemoryStore, SessionEvent, SessionFilter, SessionRow, SqliteStore, Store,
    StoreErrorKind,
};
use sqlx::{Connection, Executor, Row, SqliteConnection};
use tokio::sync::broadcast::Receiver;

const NOW: i64 = 1_800_000_000;
/// Past 2038 (SE-23).
const FAR: i64 = 5_000_000_000;

macro_rules! each_store {
    ($($promise:ident,)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(std::sync::Arc::new(super::MemoryStore::default())).await;
            })*
        }
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(std::sync::Arc::new(super::File::new().open().await)).await;
            })*
        }
    };
}

each_store! {
    a_taken_session_id_is_refused_and_nothing_changes,
    an_update_never_creates_a_session,
    a_touch_never_creates_a_session_and_changes_only_the_time,
    deleting_a_session_takes_its_tokens_along,
    of_two_token_writers_one_wins,
    tokens_need_a_session,
    first_tokens_are_written_once,
    a_state_is_spent_once,
    a_sweep_removes_what_is_past_its_time_and_nothing_else,
    a_sweep_of_more_than_one_batch_removes_all_of_them,
    sessions_with_absurd_times_can_be_read_and_deleted,
    a_store_that_works_passes_its_check_and_is_not_changed_by_it,
    times_past_2038_survive,
    fifty_touches_at_once_leave_the_session_whole,
    of_twenty_creations_of_one_id_one_wins,
    of_twenty_callbacks_with_one_state_one_spends_it,
    of_two_writers_of_a_session_one_wins,
    a_write_does_not_put_a_later_use_back,
    sessions_are_found_by_subject_and_sid_page_by_page,
    a_lease_has_one_holder_until_it_runs_out,
    a_late_holder_cannot_write,
    of_twenty_holders_one_gets_the_lease,
    a_lease_ends_with_its_session,
    refused_sign_ins_are_remembered_with_the_latest_time,
    the_end_of_a_session_is_an_event,
}

type Any = Arc<dyn Store>;

/// What several tests do with a store.
trait Shortcuts: Store {
    async fn row(&self, id: &Hash) -> Option<SessionRow> {
        let found = self.load_session(id).await.unwrap();
        found.map(|(row, _)| row)
    }

    /// Changes a session as it is stored now.
    async fn change(&self, id: &Hash, row: SessionRow) -> bool {
        let version = self.load_session(id).await.unwrap();
        let version = version.map_or(1, |(_, version)| version);
        self.update_session(id, row, version).await.unwrap()
    }
}

impl<S: Store + ?Sized> Shortcuts for S {}

fn hash(number: u8) -> Hash {
    [number; 32]
}

fn session(sealed: &[u8]) -> SessionRow {
    SessionRow {
        sealed: sealed.to_vec(),
        seen_at: NOW,
        expires_at: NOW + 1000,
        subject: None,
        sid: None,
    }
}

/// Adds a session with this content.
async fn add(store: &(impl Store + ?Sized), number: u8, content: &[u8]) {
    let row = session(content);
    assert!(store.create_session(&hash(number), row).await.unwrap());
}

async fn a_taken_session_id_is_refused_and_nothing_changes(store: Any) {
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

/// F2, SE-09
async fn an_update_never_creates_a_session(store: Any) {
    assert!(!store.change(&hash(1), session(b"one")).await);
    assert_eq!(store.row(&hash(1)).await, None);

    add(&*store, 1, b"one").await;
    assert!(store.change(&hash(1), session(b"two")).await);
    assert_eq!(store.row(&hash(1)).await, Some(session(b"two")));
    store.delete_session(&hash(1)).await.unwrap();
    assert!(!store.change(&hash(1), session(b"three")).await);
    assert_eq!(store.row(&hash(1)).await, None);
}

/// F2, SE-24
async fn a_touch_never_creates_a_session_and_changes_only_the_time(store: Any) {
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

async fn deleting_a_session_takes_its_tokens_along(store: Any) {
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

/// F1, RF-18
async fn of_two_token_writers_one_wins(store: Any) {
    add(&*store, 1, b"one").await;
    store
        .save_tokens(&hash(1), b"first".to_vec(), None, None)
        .await
        .unwrap();
    let seen = store.load_tokens(&hash(1)).await.unwrap().unwrap().version;

    let write = |text: &'static [u8]| {
        let store = store.clone();
        tokio::spawn(async move {
            let saved = store
                .save_tokens(&hash(1), text.to_vec(), Some(seen), None)
                .await;
            saved.unwrap()
        })
    };
    let (one, other) = (write(b"one"), write(b"other"));
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

/// F2, RF-20
async fn tokens_need_a_session(store: Any) {
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

async fn first_tokens_are_written_once(store: Any) {
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

/// CB-07
async fn a_state_is_spent_once(store: Any) {
    assert!(!store.is_spent(&hash(1)).await.unwrap());
    assert!(store.spend(&hash(1), NOW + 600).await.unwrap());
    assert!(!store.spend(&hash(1), NOW + 600).await.unwrap());
    assert!(!store.spend(&hash(1), NOW + 900).await.unwrap());
    assert!(store.is_spent(&hash(1)).await.unwrap());
    assert!(!store.is_spent(&hash(2)).await.unwrap());
    assert!(store.spend(&hash(2), NOW + 600).await.unwrap());
}

/// SE-22
async fn a_sweep_removes_what_is_past_its_time_and_nothing_else(store: Any) {
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

/// SE-22
async fn a_sweep_of_more_than_one_batch_removes_all_of_them(store: Any) {
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

/// SE-23
async fn sessions_with_absurd_times_can_be_read_and_deleted(store: Any) {
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

/// OU-14
async fn a_store_that_works_passes_its_check_and_is_not_changed_by_it(store: Any) {
    add(&*store, 1, b"one").await;
    for _ in 0..3 {
        store.check().await.unwrap();
    }
    let row = store.row(&hash(1)).await;
    assert_eq!(row, Some(session(b"one")));
}

/// SE-23
async fn times_past_2038_survive(store: Any) {
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

/// SE-24
async fn fifty_touches_at_once_leave_the_session_whole(store: Any) {
    add(&*store, 1, b"one").await;
    store
        .save_tokens(&hash(1), b"tokens".to_vec(), None, None)
        .await
        .unwrap();
    let touches = (0..50).map(|_| {
        let store = store.clone();
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

/// SE-02
async fn of_twenty_creations_of_one_id_one_wins(store: Any) {
    let creations = (0..20).map(|number: u8| {
        let store = store.clone();
        tokio::spawn(async move { store.create_session(&hash(1), session(&[number])).await })
    });
    let mut winners = 0;
    for creation in creations.collect::<Vec<_>>() {
        winners += usize::from(creation.await.unwrap().unwrap());
    }
    assert_eq!(winners, 1);
}

/// CB-07
async fn of_twenty_callbacks_with_one_state_one_spends_it(store: Any) {
    let callbacks = (0..20).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.spend(&hash(1), NOW + 600).await })
    });
    let mut spent = 0;
    for callback in callbacks.collect::<Vec<_>>() {
        spent += usize::from(callback.await.unwrap().unwrap());
    }
    assert_eq!(spent, 1);
}

/// F1: of two that read the same version.
async fn of_two_writers_of_a_session_one_wins(store: Any) {
    add(&*store, 1, b"one").await;
    let (_, seen) = store.load_session(&hash(1)).await.unwrap().unwrap();
    let write = |text: &'static [u8]| {
        let store = store.clone();
        tokio::spawn(async move { store.update_session(&hash(1), session(text), seen).await })
    };
    let (one, other) = (write(b"two"), write(b"three"));
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

/// SE-24
async fn a_write_does_not_put_a_later_use_back(store: Any) {
    add(&*store, 1, b"one").await;
    // A clock was wrong.
    store.touch_session(&hash(1), FAR).await.unwrap();
    store.touch_session(&hash(1), NOW + 60).await.unwrap();
    assert!(store.change(&hash(1), session(b"two")).await);
    let row = store.row(&hash(1)).await.unwrap();
    assert_eq!((&row.sealed[..], row.seen_at), (&b"two"[..], NOW + 60));
}

/// LO-07, LO-08
async fn sessions_are_found_by_subject_and_sid_page_by_page(store: Any) {
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

const SOON: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_mins(1);

async fn with_tokens(store: &(impl Store + ?Sized), number: u8) {
    add(store, number, b"one").await;
    let id = hash(number);
    let saved = store.save_tokens(&id, b"first".to_vec(), None, None).await;
    assert!(saved.unwrap());
}

/// RF-18
async fn a_lease_has_one_holder_until_it_runs_out(store: Any) {
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

/// RF-18: its lease has run out, and another one has it. It may write nothing, and without the
/// lease others may.
async fn a_late_holder_cannot_write(store: Any) {
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

/// RF-18
async fn of_twenty_holders_one_gets_the_lease(store: Any) {
    with_tokens(&*store, 1).await;
    let holders = (0..20).map(|number: u8| {
        let store = store.clone();
        tokio::spawn(async move { store.lease_tokens(&hash(1), &[number; 16], LONG).await })
    });
    let mut held = 0;
    for holder in holders.collect::<Vec<_>>() {
        held += usize::from(holder.await.unwrap().unwrap() == Lease::Held);
    }
    assert_eq!(held, 1);
}

/// RF-20
async fn a_lease_ends_with_its_session(store: Any) {
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

/// LO-16
async fn refused_sign_ins_are_remembered_with_the_latest_time(store: Any) {
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
    store.sweep(NOW + 699, NOW).await.unwrap();
    assert_eq!(refused(1).await, Some(NOW + 5));
    store.sweep(NOW + 700, NOW).await.unwrap();
    assert_eq!(refused(1).await, None);
}

/// LO-23
async fn the_end_of_a_session_is_an_event(store: Any) {
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
    assert_eq!(next(&mut events).await, SessionEvent::Changed(hash(2)));
    let rest = tokio::time::timeout(SOON, next(&mut events)).await;
    let repeated = [SessionEvent::Ended(hash(1)), SessionEvent::Changed(hash(2))];
    assert!(rest.is_err() || rest.is_ok_and(|event| repeated.contains(&event)));
}

/// The next event, but for those that may have been lost before the receiver was there.
async fn next(events: &mut Receiver<SessionEvent>) -> SessionEvent {
    let wait = async {
        loop {
            match events.recv().await.unwrap() {
                SessionEvent::Missed => {}
                event => return event,
            }
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(5), wait).await;
    waited.expect("an event within five seconds")
}

/// A database file of one test.
struct File(PathBuf);

impl File {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "store-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder.join("sessions.db"))
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.0.display())
    }

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.url()).await.unwrap()
    }

    async fn connect(&self) -> SqliteConnection {
        SqliteConnection::connect(&self.url()).await.unwrap()
    }
}

/// OU-16: what was written is there for the next process.
#[tokio::test]
async fn a_sqlite_file_survives_reopening() {
    let file = File::new();
    {
        let store = file.open().await;
        store
            .create_session(&hash(1), session(b"one"))
            .await
            .unwrap();
        store
            .save_tokens(&hash(1), b"tokens".to_vec(), None, None)
            .await
            .unwrap();
        assert!(store.spend(&hash(2), NOW + 600).await.unwrap());
    }
    let store = file.open().await;
    assert_eq!(store.row(&hash(1)).await, Some(session(b"one")));
    let row = store.load_tokens(&hash(1)).await.unwrap().unwrap();
    assert_eq!(
        (row.sealed.as_slice(), row.version),
        (b"tokens".as_slice(), 1)
    );
    assert!(!store.spend(&hash(2), NOW + 600).await.unwrap());
}

/// Pending sign-ins were rows once. Their table goes, and sessions stay.
#[tokio::test]
async fn a_sqlite_file_with_pending_sign_ins_is_opened_and_they_go() {
    let file = File::new();
    make_old_file(&file).await;
    let mut raw = file.connect().await;
    let pending = "INSERT INTO pending_sign_ins VALUES (x'01', x'02', x'03', 4)";
    raw.execute(pending).await.unwrap();
    let store = file.open().await;
    assert!(store.row(&hash(250)).await.is_some());
    assert!(store.spend(&hash(2), NOW + 600).await.unwrap());
    let tables = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'pending%'";
    let left = raw.fetch_one(tables).await.unwrap();
    assert_eq!(left.get::<i64, _>(0), 0);
}

#[tokio::test]
async fn two_processes_see_each_others_writes() {
    let file = File::new();
    let (one, other) = (file.open().await, file.open().await);
    one.create_session(&hash(1), session(b"one")).await.unwrap();
    assert!(
        other
            .save_tokens(&hash(1), b"tokens".to_vec(), None, None)
            .await
            .unwrap()
    );
    assert!(
        !one.save_tokens(&hash(1), b"late".to_vec(), None, None)
            .await
            .unwrap()
    );
    let mut events = one.events();
    // Who has just begun to listen may have missed some.
    assert_eq!(events.recv().await.unwrap(), SessionEvent::Missed);
    other.delete_session(&hash(1)).await.unwrap();
    assert!(!one.change(&hash(1), session(b"two")).await);
    assert_eq!(next(&mut events).await, SessionEvent::Ended(hash(1)));
    add(&one, 2, b"two").await;
    other.announce_change(&hash(2)).await.unwrap();
    assert_eq!(next(&mut events).await, SessionEvent::Changed(hash(2)));
}

/// SE-19. Whatever the newer version has done with the tables.
#[tokio::test]
async fn a_sqlite_file_of_a_newer_layout_is_refused_and_left_alone() {
    for change in [
        "",
        "ALTER TABLE spent RENAME TO used",
        "DROP TABLE spent",
        "CREATE TABLE passkeys (id BLOB PRIMARY KEY)",
    ] {
        let file = File::new();
        let store = file.open().await;
        let created = store.create_session(&hash(1), session(b"one")).await;
        created.unwrap();
        drop(store);
        let mut raw = file.connect().await;
        let newer = "INSERT INTO _sqlx_migrations VALUES (3, 'newer', 0, TRUE, x'00', 0)";
        raw.execute(newer).await.unwrap();
        raw.execute(change).await.unwrap();
        let error = SqliteStore::open(&file.url()).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(
            cause.contains("layout 3") && cause.contains("knows 2"),
            "{change}: {error}: {cause}"
        );
        for (query, expected) in [
            ("SELECT count(*) FROM sessions", 1),
            ("SELECT max(version) FROM _sqlx_migrations", 3),
        ] {
            let row = raw.fetch_one(query).await.unwrap();
            assert_eq!(row.get::<i64, _>(0), expected, "{change}: {query}");
        }
    }
}

#[tokio::test]
async fn a_url_that_names_no_file_is_refused_and_makes_nothing() {
    for url in [
        "postgres://localhost/sessions",
        "sessions.db",
        "sqlite://:memory:",
        "sqlite://sessions.db?mode=memory",
        "sqlite://%3Amemory%3A",
        "sqlite://?mode=rwc",
    ] {
        let error = SqliteStore::open(url).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("names no file"), "{url}: {cause}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_made_is_an_error_that_says_what_was_done() {
    let error = SqliteStore::open("sqlite:///dev/null/sessions.db")
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the session store failed to open its file"
    );
}

/// SE-22: the write lock is held by another process. Readers do not notice; writers are refused
/// within seconds, and at once when many wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_another_process_writes_readers_go_on_and_writers_hear_that_it_is_busy() {
    let file = File::new();
    let store = Arc::new(file.open().await);
    add(&*store, 1, b"one").await;
    let mut other = file.connect().await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let writers = (0..100).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.update_session(&hash(1), session(b"two"), 1).await })
    });
    let writers: Vec<_> = writers.collect();
    for _ in 0..100 {
        let row = store.row(&hash(1)).await;
        assert_eq!(row, Some(session(b"one")));
    }
    let mut at_once = 0;
    for writer in writers {
        let error = writer.await.unwrap().unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Busy, "{error:?}");
        at_once += usize::from(error.source.to_string().contains("waiting already"));
    }
    assert_eq!(at_once, 36, "64 may wait");
    let error = store.check().await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Busy);

    other.execute("ROLLBACK").await.unwrap();
    assert!(store.change(&hash(1), session(b"two")).await);
    store.check().await.unwrap();
}

fn bytes(file: &File) -> u64 {
    let log = format!("{}-wal", file.0.display());
    let of = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |file| file.len());
    of(&file.0) + of(log.as_ref())
}

async fn fill(store: &SqliteStore, sessions: u16) {
    for number in 0..sessions {
        let mut id = hash(0);
        id[..2].copy_from_slice(&number.to_be_bytes());
        let row = session(&[0; 4096]);
        assert!(store.create_session(&id, row).await.unwrap());
        assert!(
            store
                .save_tokens(&id, vec![0; 4096], None, None)
                .await
                .unwrap()
        );
    }
}

/// SE-22
#[tokio::test]
async fn file_and_log_shrink_when_sessions_have_ended() {
    let file = File::new();
    let store = file.open().await;
    fill(&store, 2000).await;
    let before = bytes(&file);
    assert!(before > 16_000_000, "{before}");
    store.sweep(NOW + 1000, NOW).await.unwrap();
    // The log is cut by the first write after it has been written into the file.
    add(&store, 1, b"one").await;
    let after = bytes(&file);
    // A spare megabyte, and a log of four.
    assert!(after < 6_000_000, "{before} -> {after}");
}

/// A file as the first version made it.
async fn make_old_file(file: &File) {
    let url = format!("{}?mode=rwc", file.url());
    let mut raw = SqliteConnection::connect(&url).await.unwrap();
    let tables = "
        PRAGMA journal_mode = WAL;
        CREATE TABLE sessions (
            id BLOB PRIMARY KEY, sealed BLOB NOT NULL, seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE tokens (
            session BLOB PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
            sealed BLOB NOT NULL, version INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE pending_sign_ins (
            state BLOB PRIMARY KEY, browser BLOB NOT NULL, sealed BLOB NOT NULL, expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pending_by_browser ON pending_sign_ins (browser, expires_at);
        CREATE INDEX pending_by_age ON pending_sign_ins (expires_at);
        PRAGMA user_version = 1;";
    raw.execute(tables).await.unwrap();
    sqlx::query("INSERT INTO sessions VALUES (?, ?, ?, ?)")
        .bind(hash(250).as_slice())
        .bind(b"one".as_slice())
        .bind(NOW)
        .bind(FAR)
        .execute(&mut raw)
        .await
        .unwrap();
    sqlx::query("INSERT INTO tokens VALUES (?, ?, 7)")
        .bind(hash(250).as_slice())
        .bind(b"tokens".as_slice())
        .execute(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
}

/// SE-19, OU-17: sessions of the first version go on, their file shrinks from now on, and the first
/// version refuses it.
#[tokio::test]
async fn a_file_of_the_first_version_keeps_its_sessions_and_learns_to_shrink() {
    let file = File::new();
    make_old_file(&file).await;
    let store = file.open().await;
    let row = store.row(&hash(250)).await.unwrap();
    assert_eq!((row.sealed.as_slice(), row.seen_at), (&b"one"[..], NOW));
    let tokens = store.load_tokens(&hash(250)).await.unwrap().unwrap();
    assert_eq!(tokens.version, 7);
    fill(&store, 1000).await;
    store.sweep(NOW + 1000, NOW - 1).await.unwrap();
    add(&store, 1, b"one").await;
    assert!(bytes(&file) < 6_000_000);
    assert!(store.row(&hash(250)).await.is_some());
    let mut raw = file.connect().await;
    let layout = raw.fetch_one("PRAGMA user_version").await.unwrap();
    assert_eq!(layout.get::<i64, _>(0), 2);
}

/// OU-16, OU-17: a file of before goes on with its sessions, however often and from however many
/// processes it is opened.
#[tokio::test]
async fn a_file_from_before_migrations_keeps_its_sessions() {
    let file = File::new();
    let mut raw = SqliteConnection::connect(&format!("{}?mode=rwc", file.url()))
        .await
        .unwrap();
    raw.execute(include_str!("fixtures/sessions-before-migrations.sql"))
        .await
        .unwrap();
    let url = file.url();
    let opening: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { SqliteStore::open(&url).await.map(drop) })
        })
        .collect();
    for opened in opening {
        opened.await.unwrap().unwrap();
    }
    let store = file.open().await;
    for (number, content) in [(1, &b"one"[..]), (2, b"two")] {
        let row = store.row(&hash(number)).await;
        assert_eq!(row, Some(session(content)));
    }
    let tokens = store.load_tokens(&hash(1)).await.unwrap().unwrap();
    assert_eq!((&*tokens.sealed, tokens.version), (&b"tokens"[..], 7));
    assert!(!store.spend(&hash(3), NOW + 600).await.unwrap());
    let noted = "SELECT count(*) FROM _sqlx_migrations WHERE success";
    let noted = raw.fetch_one(noted).await.unwrap();
    assert_eq!(noted.get::<i64, _>(0), 2);
}

/// SE-22: the sweep finds what it removes without reading the whole table.
#[tokio::test]
async fn a_sweep_goes_by_indexes() {
    let file = File::new();
    let _store = file.open().await;
    let mut raw = file.connect().await;
    for (column, index) in [
        ("expires_at", "sessions_by_end"),
        ("seen_at", "sessions_by_use"),
    ] {
        let plan =
            format!("EXPLAIN QUERY PLAN SELECT id FROM sessions WHERE {column} <= 1 LIMIT 500");
        let plan = raw.fetch_one(sqlx::AssertSqlSafe(plan)).await.unwrap();
        let plan: String = plan.get("detail");
        assert!(plan.contains(index), "{plan}");
    }
}

/// L13: the file is removed, or another one is put in its place, while it is open.
#[tokio::test]
async fn a_file_that_was_replaced_is_opened_again() {
    let (file, backup) = (File::new(), File::new());
    backup
        .open()
        .await
        .create_session(&hash(2), session(b"backup"))
        .await
        .unwrap();
    let store = file.open().await;
    add(&store, 1, b"one").await;

    std::fs::remove_file(&file.0).unwrap();
    assert_eq!(store.row(&hash(1)).await, None);
    assert!(
        store
            .create_session(&hash(1), session(b"two"))
            .await
            .unwrap()
    );
    assert!(file.0.exists(), "it is on the disk");
    let row = file.open().await.row(&hash(1)).await;
    assert_eq!(row, Some(session(b"two")));

    std::fs::rename(&backup.0, &file.0).unwrap();
    for beside in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{beside}", file.0.display()));
    }
    store.check().await.unwrap();
    assert_eq!(store.row(&hash(1)).await, None);
    let row = store.row(&hash(2)).await;
    assert_eq!(row, Some(session(b"backup")));
}

/// L13: by whoever emptied it, so that it is the same file without tables.
#[tokio::test]
async fn tables_that_are_gone_are_made_again() {
    let file = File::new();
    let store = file.open().await;
    let mut raw = file.connect().await;
    raw.execute("DROP TABLE tokens; DROP TABLE sessions")
        .await
        .unwrap();
    assert!(store.load_session(&hash(1)).await.is_err(), "said once");
    assert!(
        store
            .create_session(&hash(1), session(b"one"))
            .await
            .unwrap()
    );
    assert!(store.row(&hash(1)).await.is_some());
}

/// One reading of a URL, for whoever wants to put something beside the file.
#[tokio::test]
async fn the_path_of_a_url_is_the_file_that_is_opened() {
    for (url, path) in [
        ("sqlite://data/sessions.db", "data/sessions.db"),
        ("sqlite:///var/lib/s.db", "/var/lib/s.db"),
        ("sqlite://my%20data/s.db", "my data/s.db"),
        ("sqlite://data/s.db?mode=rwc&cache=private", "data/s.db"),
        ("sqlite://a%3Fb%23c.db?mode=rwc", "a?b#c.db"),
        ("sqlite://./s.db", "./s.db"),
    ] {
        assert_eq!(
            SqliteStore::path_of(url).unwrap(),
            PathBuf::from(path),
            "{url}"
        );
    }
    let file = File::new();
    let folder = file.0.parent().unwrap().join("my data");
    std::fs::create_dir(&folder).unwrap();
    let url = format!("sqlite://{}", folder.join("s.db").display()).replace(' ', "%20");
    SqliteStore::open(&format!("{url}?mode=rwc")).await.unwrap();
    assert!(folder.join("s.db").exists());
}

/// The database of another program, such as that of the orders, is refused as it is, and stays as
/// it is.
#[tokio::test]
async fn a_file_of_another_program_is_refused_and_left_alone() {
    for (tables, version) in [
        ("CREATE TABLE orders (id INTEGER PRIMARY KEY)", 1),
        ("CREATE TABLE orders (id INTEGER PRIMARY KEY)", 0),
        (
            "CREATE TABLE users (id INTEGER); CREATE TABLE sessions (id INTEGER)",
            7,
        ),
        (
            "CREATE TABLE invoices (id); CREATE TABLE sessions (id, expires_at); CREATE TABLE tokens (id); \
             CREATE TABLE pending_sign_ins (id)",
            0,
        ),
        (
            "CREATE TABLE _sqlx_migrations (version BIGINT, checksum BLOB); \
             INSERT INTO _sqlx_migrations VALUES (20240101, x'00')",
            0,
        ),
        ("CREATE TABLE _sqlx_migrations (name TEXT)", 0),
    ] {
        let file = File::new();
        let mut raw = SqliteConnection::connect(&format!("{}?mode=rwc", file.url()))
            .await
            .unwrap();
        let statements = format!("{tables}; PRAGMA user_version = {version};");
        raw.execute(sqlx::AssertSqlSafe(statements)).await.unwrap();
        raw.close().await.unwrap();
        let before = std::fs::read(&file.0).unwrap();
        let error = SqliteStore::open(&file.url()).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(
            cause.contains("holds the data of another program"),
            "{cause}"
        );
        let table = tables.split(' ').nth(2).unwrap();
        assert!(cause.contains(&format!("the table {table:?}")), "{cause}");
        assert_eq!(std::fs::read(&file.0).unwrap(), before);
    }
    let file = File::new();
    std::fs::write(&file.0, "these are no sessions at all".repeat(100)).unwrap();
    let error = SqliteStore::open(&file.url()).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("not a database"), "{cause}");
}

/// A mistyped path, or a disk that is not mounted, must not make a new, empty store.
#[tokio::test]
async fn a_folder_that_is_not_there_is_not_made() {
    let file = File::new();
    let missing = file.0.parent().unwrap().join("no/such");
    let url = format!("sqlite://{}/sessions.db", missing.display());
    let error = SqliteStore::open(&url).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(
        error.to_string(),
        "the session store failed to open its file"
    );
    let folder = missing.display().to_string();
    assert!(
        cause.contains(&folder) && cause.contains("create it"),
        "{cause}"
    );
    assert!(!missing.parent().unwrap().exists());
}
