//! Sessions in a `SQLite` file.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use logto_axum::{
    SessionEvent, SqliteStore, Store, StoreErrorKind, store_contract,
    testing::store_contract::Clients,
};
use sqlx::{Connection, Executor, Row, SqliteConnection};

use logto_axum::testing::store_contract::tools::{
    FAR, NOW, Shortcuts as _, add, hash, next, session,
};

async fn open() -> Clients {
    let file = File::new();
    [Arc::new(file.open().await), Arc::new(file.open().await)]
}

store_contract!(open);

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
        // Names that other programs use, too.
        ("CREATE TABLE sessions (sid PRIMARY KEY, expired, sess)", 0),
        ("CREATE TABLE tokens (id, api_key)", 7),
        (
            "CREATE TABLE events (id); CREATE TABLE tokens (id); CREATE TABLE _sqlx_migrations (version BIGINT, checksum BLOB)",
            0,
        ),
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
