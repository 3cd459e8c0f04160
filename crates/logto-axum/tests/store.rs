//! What every session store promises. `each_store!` runs each promise against memory and `SQLite`; another store joins
//! by one more line there.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use logto_axum::{Hash, MemoryStore, SessionRow, SqliteStore, Store};
use sqlx::{Connection, Executor, Row, SqliteConnection};

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
    times_past_2038_survive,
    fifty_touches_at_once_leave_the_session_whole,
    of_twenty_creations_of_one_id_one_wins,
    of_twenty_callbacks_with_one_state_one_spends_it,
}

type Any = Arc<dyn Store>;

fn hash(number: u8) -> Hash {
    [number; 32]
}

fn session(sealed: &[u8]) -> SessionRow {
    SessionRow {
        sealed: sealed.to_vec(),
        seen_at: NOW,
        expires_at: NOW + 1000,
    }
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
    assert_eq!(
        store.load_session(&hash(1)).await.unwrap(),
        Some(session(b"one"))
    );
    assert_eq!(store.load_session(&hash(2)).await.unwrap(), None);
}

/// F2, SE-09
async fn an_update_never_creates_a_session(store: Any) {
    assert!(
        !store
            .update_session(&hash(1), session(b"one"))
            .await
            .unwrap()
    );
    assert_eq!(store.load_session(&hash(1)).await.unwrap(), None);

    store
        .create_session(&hash(1), session(b"one"))
        .await
        .unwrap();
    assert!(
        store
            .update_session(&hash(1), session(b"two"))
            .await
            .unwrap()
    );
    assert_eq!(
        store.load_session(&hash(1)).await.unwrap(),
        Some(session(b"two"))
    );
    store.delete_session(&hash(1)).await.unwrap();
    assert!(
        !store
            .update_session(&hash(1), session(b"three"))
            .await
            .unwrap()
    );
    assert_eq!(store.load_session(&hash(1)).await.unwrap(), None);
}

/// F2, SE-24
async fn a_touch_never_creates_a_session_and_changes_only_the_time(store: Any) {
    store.touch_session(&hash(1), NOW + 1).await.unwrap();
    assert_eq!(store.load_session(&hash(1)).await.unwrap(), None);

    store
        .create_session(&hash(1), session(b"one"))
        .await
        .unwrap();
    store.touch_session(&hash(1), NOW + 60).await.unwrap();
    let expected = SessionRow {
        seen_at: NOW + 60,
        ..session(b"one")
    };
    assert_eq!(store.load_session(&hash(1)).await.unwrap(), Some(expected));
}

async fn deleting_a_session_takes_its_tokens_along(store: Any) {
    store
        .create_session(&hash(1), session(b"one"))
        .await
        .unwrap();
    assert!(
        store
            .save_tokens(&hash(1), b"tokens".to_vec(), None)
            .await
            .unwrap()
    );
    store.delete_session(&hash(1)).await.unwrap();
    assert_eq!(store.load_tokens(&hash(1)).await.unwrap(), None);

    // Also when the same id comes again.
    store
        .create_session(&hash(1), session(b"two"))
        .await
        .unwrap();
    assert_eq!(store.load_tokens(&hash(1)).await.unwrap(), None);
    // What is not there can be deleted.
    store.delete_session(&hash(9)).await.unwrap();
}

/// F1, RF-18
async fn of_two_token_writers_one_wins(store: Any) {
    store
        .create_session(&hash(1), session(b"one"))
        .await
        .unwrap();
    store
        .save_tokens(&hash(1), b"first".to_vec(), None)
        .await
        .unwrap();
    let seen = store.load_tokens(&hash(1)).await.unwrap().unwrap().version;

    let write = |text: &'static [u8]| {
        let store = store.clone();
        tokio::spawn(async move {
            let saved = store.save_tokens(&hash(1), text.to_vec(), Some(seen)).await;
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
            .save_tokens(&hash(1), b"again".to_vec(), Some(row.version))
            .await
            .unwrap()
    );
}

/// F2, RF-20
async fn tokens_need_a_session(store: Any) {
    assert!(
        !store
            .save_tokens(&hash(1), b"tokens".to_vec(), None)
            .await
            .unwrap()
    );
    assert!(
        !store
            .save_tokens(&hash(1), b"tokens".to_vec(), Some(1))
            .await
            .unwrap()
    );
    assert_eq!(store.load_tokens(&hash(1)).await.unwrap(), None);
}

async fn first_tokens_are_written_once(store: Any) {
    store
        .create_session(&hash(1), session(b"one"))
        .await
        .unwrap();
    assert!(
        !store
            .save_tokens(&hash(1), b"early".to_vec(), Some(1))
            .await
            .unwrap()
    );
    assert!(
        store
            .save_tokens(&hash(1), b"first".to_vec(), None)
            .await
            .unwrap()
    );
    assert!(
        !store
            .save_tokens(&hash(1), b"second".to_vec(), None)
            .await
            .unwrap()
    );
    let row = store.load_tokens(&hash(1)).await.unwrap().unwrap();
    assert_eq!(row.sealed, b"first");
}

/// CB-07
async fn a_state_is_spent_once(store: Any) {
    assert!(store.spend_state(&hash(1), NOW + 600).await.unwrap());
    assert!(!store.spend_state(&hash(1), NOW + 600).await.unwrap());
    assert!(!store.spend_state(&hash(1), NOW + 900).await.unwrap());
    assert!(store.spend_state(&hash(2), NOW + 600).await.unwrap());
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
            sealed: vec![number],
            seen_at,
            expires_at,
        };
        store.create_session(&hash(number), row).await.unwrap();
        store
            .save_tokens(&hash(number), vec![number], None)
            .await
            .unwrap();
    }
    let states = [(1, NOW + 1, true), (2, NOW, false), (3, NOW - 1, false)];
    for (number, expires_at, _) in states {
        assert!(store.spend_state(&hash(number), expires_at).await.unwrap());
    }
    store.sweep(NOW, NOW - 500).await.unwrap();
    for (number, _, _, stays) in rows {
        let id = hash(number);
        assert_eq!(
            store.load_session(&id).await.unwrap().is_some(),
            stays,
            "session {number}"
        );
        assert_eq!(
            store.load_tokens(&id).await.unwrap().is_some(),
            stays,
            "tokens {number}"
        );
    }
    for (number, _, stays) in states {
        let is_new = store.spend_state(&hash(number), NOW + 600).await.unwrap();
        assert_eq!(is_new, !stays, "state {number}");
    }
}

/// SE-23
async fn times_past_2038_survive(store: Any) {
    let row = SessionRow {
        sealed: b"one".to_vec(),
        seen_at: FAR,
        expires_at: FAR + 1,
    };
    store.create_session(&hash(1), row.clone()).await.unwrap();
    store.touch_session(&hash(1), FAR).await.unwrap();
    store.sweep(FAR, FAR - 1).await.unwrap();
    assert_eq!(store.load_session(&hash(1)).await.unwrap(), Some(row));
    assert!(store.spend_state(&hash(1), FAR + 1).await.unwrap());
    store.sweep(FAR, FAR - 1).await.unwrap();
    assert!(!store.spend_state(&hash(1), FAR + 1).await.unwrap());
}

/// SE-24
async fn fifty_touches_at_once_leave_the_session_whole(store: Any) {
    store
        .create_session(&hash(1), session(b"one"))
        .await
        .unwrap();
    store
        .save_tokens(&hash(1), b"tokens".to_vec(), None)
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
    assert_eq!(store.load_session(&hash(1)).await.unwrap(), Some(expected));
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
        tokio::spawn(async move { store.spend_state(&hash(1), NOW + 600).await })
    });
    let mut spent = 0;
    for callback in callbacks.collect::<Vec<_>>() {
        spent += usize::from(callback.await.unwrap().unwrap());
    }
    assert_eq!(spent, 1);
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
            .save_tokens(&hash(1), b"tokens".to_vec(), None)
            .await
            .unwrap();
        assert!(store.spend_state(&hash(2), NOW + 600).await.unwrap());
    }
    let store = file.open().await;
    assert_eq!(
        store.load_session(&hash(1)).await.unwrap(),
        Some(session(b"one"))
    );
    let row = store.load_tokens(&hash(1)).await.unwrap().unwrap();
    assert_eq!(
        (row.sealed.as_slice(), row.version),
        (b"tokens".as_slice(), 1)
    );
    assert!(!store.spend_state(&hash(2), NOW + 600).await.unwrap());
}

/// Pending sign-ins were rows once. Their table goes, whatever the version of the layout says, and sessions stay.
#[tokio::test]
async fn a_sqlite_file_with_pending_sign_ins_is_opened_and_they_go() {
    let file = File::new();
    let store = file.open().await;
    store
        .create_session(&hash(1), session(b"one"))
        .await
        .unwrap();
    let mut raw = file.connect().await;
    for statement in [
        "DROP TABLE spent_states",
        "CREATE TABLE pending_sign_ins (state BLOB PRIMARY KEY, browser BLOB, sealed BLOB, expires_at INTEGER)",
        "CREATE INDEX pending_by_browser ON pending_sign_ins (browser, expires_at)",
        "INSERT INTO pending_sign_ins VALUES (x'01', x'02', x'03', 4)",
    ] {
        raw.execute(statement).await.unwrap();
    }
    let store = file.open().await;
    assert!(store.load_session(&hash(1)).await.unwrap().is_some());
    assert!(store.spend_state(&hash(2), NOW + 600).await.unwrap());
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
            .save_tokens(&hash(1), b"tokens".to_vec(), None)
            .await
            .unwrap()
    );
    assert!(
        !one.save_tokens(&hash(1), b"late".to_vec(), None)
            .await
            .unwrap()
    );
    other.delete_session(&hash(1)).await.unwrap();
    assert!(!one.update_session(&hash(1), session(b"two")).await.unwrap());
}

/// SE-19
#[tokio::test]
async fn a_sqlite_file_of_a_newer_layout_is_refused_and_left_alone() {
    let file = File::new();
    file.open()
        .await
        .create_session(&hash(1), session(b"one"))
        .await
        .unwrap();
    let mut raw = file.connect().await;
    raw.execute("PRAGMA user_version = 2").await.unwrap();
    let error = SqliteStore::open(&file.url()).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        cause.contains("layout 2") && cause.contains("knows 1"),
        "{error}: {cause}"
    );
    let rows = raw
        .fetch_one("SELECT count(*) FROM sessions")
        .await
        .unwrap();
    assert_eq!(rows.get::<i64, _>(0), 1);
}

#[tokio::test]
async fn a_url_that_names_no_file_is_refused_and_makes_nothing() {
    for url in [
        "postgres://localhost/sessions",
        "sessions.db",
        "sqlite://:memory:",
        "sqlite://sessions.db?mode=memory",
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
        "the session store failed to make the folder of its file"
    );
}
