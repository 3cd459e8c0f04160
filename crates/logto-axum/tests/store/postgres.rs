//! Sessions in PostgreSQL.

use std::{
    error::Error as _,
    process,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use logto_axum::{
    __private::chain,
    PostgresStore, Store as _, store_contract,
    testing::store_contract::{
        Clients,
        tools::{Shortcuts as _, add, hash, session},
    },
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use store_servers::{Certificate, POSTGRES_URL, Postgres, running};

use crate::{
    outage::{a_lost_answer_is_an_error, a_restart_of_the_server_loses_nothing},
    proxy::Proxy,
    tls::Authority,
};

/// A new database in the server that runs.
async fn new_database() -> Option<String> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let server = running(POSTGRES_URL)?;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("store_{}_{count}", process::id());
    let mut raw = PgConnection::connect(&server).await.unwrap();
    let create = format!("CREATE DATABASE {name}");
    raw.execute(AssertSqlSafe(create)).await.unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    Some(format!("{server}/{name}"))
}

async fn open() -> Option<Clients> {
    let url = new_database().await?;
    let open = async || Arc::new(PostgresStore::open(&url).await.unwrap());
    Some([open().await, open().await])
}

store_contract!(open);

/// OU-17: the tables are made once, however many processes start at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_at_once_make_the_tables_once() {
    let Some(url) = new_database().await else {
        return;
    };
    let opening: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { PostgresStore::open(&url).await })
        })
        .collect();
    for opened in opening {
        opened.await.unwrap().unwrap().check().await.unwrap();
    }
    let mut raw = PgConnection::connect(&url).await.unwrap();
    let noted = "SELECT count(*) FROM logto_sessions._sqlx_migrations WHERE success";
    let noted = raw.fetch_one(noted).await.unwrap();
    assert_eq!(noted.get::<i64, _>(0), 1);
}

/// SE-19
#[tokio::test]
async fn tables_of_a_newer_layout_are_refused_and_left_alone() {
    let Some(url) = new_database().await else {
        return;
    };
    add(&PostgresStore::open(&url).await.unwrap(), 1, b"one").await;
    let mut raw = PgConnection::connect(&url).await.unwrap();
    let newer =
        "INSERT INTO logto_sessions._sqlx_migrations VALUES (7, 'newer', now(), TRUE, '\\x00', 0)";
    raw.execute(newer).await.unwrap();
    let error = PostgresStore::open(&url).await.unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(
        cause.contains("layout 7") && cause.contains("knows 1"),
        "{cause}"
    );
    let left = "SELECT count(*) FROM logto_sessions.sessions";
    assert_eq!(raw.fetch_one(left).await.unwrap().get::<i64, _>(0), 1);
}

/// Another program in the same database has tables of the same names, and migrations of its own.
#[tokio::test]
async fn tables_of_another_program_are_left_alone() {
    let Some(url) = new_database().await else {
        return;
    };
    let mut raw = PgConnection::connect(&url).await.unwrap();
    let theirs = "CREATE TABLE sessions (id INT); CREATE TABLE _sqlx_migrations (name TEXT); \
        INSERT INTO _sqlx_migrations VALUES ('theirs')";
    raw.execute(theirs).await.unwrap();
    let tables = "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'";
    let store = PostgresStore::open(&url).await.unwrap();
    add(&store, 1, b"one").await;
    let left: String = raw.fetch_one(tables).await.unwrap().get(0);
    assert_eq!(left, "_sqlx_migrations sessions");
    let rows = "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM _sqlx_migrations)";
    assert_eq!(raw.fetch_one(rows).await.unwrap().get::<i64, _>(0), 1);
}

/// Who may not create a schema uses the one that an administrator has made.
#[tokio::test]
async fn a_user_without_rights_uses_a_schema_that_is_there() {
    let Some(url) = new_database().await else {
        return;
    };
    let mut raw = PgConnection::connect(&url).await.unwrap();
    let role = format!("limited_{}", process::id());
    let statement = format!("CREATE ROLE {role} LOGIN PASSWORD 'pw'");
    raw.execute(AssertSqlSafe(statement)).await.unwrap();
    let theirs = url.replacen("logto:test-password@", &format!("{role}:pw@"), 1);
    let error = PostgresStore::open(&theirs).await.unwrap_err();
    assert!(chain(&error).contains("permission denied"), "{error:?}");
    let statement = format!("CREATE SCHEMA logto_sessions AUTHORIZATION {role}");
    raw.execute(AssertSqlSafe(statement)).await.unwrap();
    let store = PostgresStore::open(&theirs).await.unwrap();
    store.check().await.unwrap();
}

/// SE-22: the sweep finds what it removes without reading the whole table.
#[tokio::test]
async fn a_sweep_goes_by_indexes() {
    let Some(url) = new_database().await else {
        return;
    };
    let _store = PostgresStore::open(&url).await.unwrap();
    let mut raw = PgConnection::connect(&url).await.unwrap();
    raw.execute("SET enable_seqscan = off").await.unwrap();
    for (column, index) in [
        ("expires_at", "sessions_by_end"),
        ("seen_at", "sessions_by_use"),
    ] {
        let plan = format!(
            "EXPLAIN (FORMAT JSON) SELECT id FROM logto_sessions.sessions WHERE {column} <= 1 LIMIT 500"
        );
        let plan = raw.fetch_one(AssertSqlSafe(plan)).await.unwrap();
        let plan: String = plan.try_get_unchecked(0).unwrap();
        assert!(plan.contains(index), "{plan}");
    }
}

/// SL-05
#[tokio::test]
async fn a_password_is_in_no_error_and_not_in_debug() {
    let Some(url) = new_database().await else {
        return;
    };
    let wrong = url.replacen("test-password", "hunter2", 1);
    let mut shown = format!("{:?}", PostgresStore::open(&url).await.unwrap());
    for url in [
        &*wrong,
        "postgres://joe:hunter2@localhost:99999/x",
        "postgres://joe:hunter2@127.0.0.1:9/x",
    ] {
        let error = PostgresStore::open(url).await.unwrap_err();
        shown = format!("{shown} {error:?} {}", chain(&error));
    }
    for secret in ["hunter2", "test-password"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("password authentication failed"), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer() {
    let Some(url) = new_database().await else {
        return;
    };
    let (address, database) = url.rsplit_once('@').unwrap().1.split_once('/').unwrap();
    let proxy = Proxy::start(address.to_owned()).await;
    let user = "postgres://logto:test-password";
    let url = format!("{user}@{}/{database}", proxy.address);
    let store = PostgresStore::open(&url).await.unwrap();
    a_lost_answer_is_an_error(Arc::new(store), proxy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_the_server() {
    if running(POSTGRES_URL).is_none() {
        return;
    }
    let mut server = Postgres::start().unwrap();
    let store = PostgresStore::open(&server.url("postgres")).await.unwrap();
    let restart = || {
        server.stop();
        std::thread::sleep(Duration::from_millis(500));
        server.restart().unwrap();
    };
    a_restart_of_the_server_loses_nothing(Arc::new(store), restart).await;
}

/// OU-14: within seconds, and as an error.
#[tokio::test]
async fn a_row_that_somebody_else_keeps_locked_is_an_error_in_time() {
    let Some(url) = new_database().await else {
        return;
    };
    let store = PostgresStore::open(&url).await.unwrap();
    add(&store, 1, b"one").await;
    let mut raw = PgConnection::connect(&url).await.unwrap();
    raw.execute("BEGIN; UPDATE logto_sessions.sessions SET seen_at = 5")
        .await
        .unwrap();
    let began = Instant::now();
    let error = store.touch_session(&hash(1), 7).await.unwrap_err();
    assert_eq!(error.kind, logto_axum::StoreErrorKind::Busy, "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(8));
    assert_eq!(store.row(&hash(1)).await, Some(session(b"one")));
}

/// `verify-full`: a certificate of another authority and one of another name are refused.
#[tokio::test]
async fn a_certificate_is_checked() {
    if running(POSTGRES_URL).is_none() {
        return;
    }
    let (ours, other) = (Authority::new(), Authority::new());
    let tls = Certificate {
        certificate: &ours.certificate,
        key: &ours.key,
    };
    let server = Postgres::start_with(Some(tls)).unwrap();
    let url = |host: &str, authority: &Authority, name: &str| {
        let url = server.url("postgres").replacen("127.0.0.1", host, 1);
        let authority = authority.file(name);
        format!(
            "{url}?sslmode=verify-full&sslrootcert={}",
            authority.display()
        )
    };
    let trusted = PostgresStore::open(&url("localhost", &ours, "ours")).await;
    trusted.unwrap().check().await.unwrap();
    for url in [
        url("localhost", &other, "other"),
        url("127.0.0.1", &ours, "named"),
    ] {
        let error = PostgresStore::open(&url).await.unwrap_err();
        let said = chain(&error);
        assert!(said.contains("certificate"), "{said}");
    }
}
