//! Sessions in Redis or Valkey.

use std::{
    error::Error as _,
    process,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use logto_axum::{
    __private::chain,
    RedisStore, SessionFilter, SessionRow, Store as _, store_contract,
    testing::store_contract::{
        Clients,
        tools::{NOW, Shortcuts as _, add, hash, session},
    },
};
use redis::{AsyncCommands as _, aio::MultiplexedConnection};
use store_servers::{Certificate, REDIS_URL, Redis, running};

use crate::{
    outage::{a_lost_answer_is_an_error, a_restart_of_the_server_loses_nothing},
    proxy::Proxy,
    tls::Authority,
};

/// A prefix of its own in the server that runs: the URL with it, and the prefix.
fn new_prefix() -> Option<(String, String)> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let server = running(REDIS_URL)?;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let prefix = format!("store-{}-{count}:", process::id());
    Some((format!("{server}?prefix={prefix}"), prefix))
}

async fn open() -> Option<Clients> {
    let (url, _) = new_prefix()?;
    let open = async || Arc::new(RedisStore::open(&url).await.unwrap());
    Some([open().await, open().await])
}

store_contract!(open);

async fn raw() -> MultiplexedConnection {
    let url = running(REDIS_URL).unwrap();
    let client = redis::Client::open(url).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

/// SE-19
#[tokio::test]
async fn keys_of_a_newer_layout_are_refused_and_left_alone() {
    let Some((url, prefix)) = new_prefix() else {
        return;
    };
    add(&RedisStore::open(&url).await.unwrap(), 1, b"one").await;
    let mut raw = raw().await;
    let layout = format!("{prefix}layout");
    let _: () = raw.set(&layout, 7).await.unwrap();
    let error = RedisStore::open(&url).await.unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(
        cause.contains("layout 7") && cause.contains("knows 1"),
        "{cause}"
    );
    let left: i64 = raw.get(&layout).await.unwrap();
    assert_eq!(left, 7);
}

/// SE-22: nothing of a session is left when it has ended, by whichever way.
#[tokio::test]
async fn sessions_that_have_ended_leave_nothing() {
    let Some((url, prefix)) = new_prefix() else {
        return;
    };
    let store = RedisStore::open(&url).await.unwrap();
    let mut raw = raw().await;
    let keys = async |raw: &mut MultiplexedConnection| {
        let mut keys: Vec<String> = raw.keys(format!("{prefix}*")).await.unwrap();
        keys.retain(|key| !key.ends_with("layout") && !key.ends_with("probe"));
        keys
    };
    for number in 1..=4 {
        let row = SessionRow {
            subject: (number > 1).then_some(hash(50)),
            sid: Some(hash(60 + number)),
            ..session(b"one")
        };
        assert!(store.create_session(&hash(number), row).await.unwrap());
    }
    assert!(store.spend(&hash(1), NOW).await.unwrap());
    store.refuse_sign_ins(&hash(1), NOW, NOW).await.unwrap();
    store.delete_session(&hash(1)).await.unwrap();
    // This one was evicted.
    let evicted = [format!("{prefix}session:").as_bytes(), &hash(2)].concat();
    let removed: i64 = raw.del(evicted).await.unwrap();
    assert_eq!(removed, 1);
    assert_eq!(store.row(&hash(2)).await, None);
    assert!(!store.change(&hash(2), session(b"two")).await);
    let found = store.find_sessions(SessionFilter::Subject(hash(50)), None, 2);
    assert_eq!(found.await.unwrap().len(), 2, "a whole page");
    store.sweep(NOW + 1000, NOW - 1).await.unwrap();
    // The set of its sid goes by itself.
    assert_eq!(keys(&mut raw).await.len(), 1, "{:?}", keys(&mut raw).await);
}

/// A session that no process sweeps goes a day after its end at the latest.
#[tokio::test]
async fn a_session_goes_by_itself_at_last() {
    let Some((url, prefix)) = new_prefix() else {
        return;
    };
    let store = RedisStore::open(&url).await.unwrap();
    add(&store, 1, b"one").await;
    let row = SessionRow {
        expires_at: i64::MAX,
        ..session(b"one")
    };
    assert!(store.create_session(&hash(2), row).await.unwrap());
    let mut raw = raw().await;
    let mut ends = async |number| -> i64 {
        let key = [format!("{prefix}session:").as_bytes(), &hash(number)].concat();
        redis::cmd("EXPIRETIME")
            .arg(key)
            .query_async(&mut raw)
            .await
            .unwrap()
    };
    assert!(ends(1).await >= NOW + 1000 + 86_399);
    assert_eq!(ends(2).await, -1, "no clock shows that time");
}

/// SL-05
#[tokio::test]
async fn a_password_is_in_no_error_and_not_in_debug() {
    let Some((url, _)) = new_prefix() else { return };
    let wrong = url.replacen("test-password", "hunter2", 1);
    let mut shown = format!("{:?}", RedisStore::open(&url).await.unwrap());
    for url in [
        &*wrong,
        "redis://joe:hunter2@localhost:99999",
        "redis://:hunter2@127.0.0.1:9",
    ] {
        let error = RedisStore::open(url).await.unwrap_err();
        shown = format!("{shown} {error:?} {}", chain(&error));
    }
    for secret in ["hunter2", "test-password"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("authentication failed"), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer() {
    let Some((url, _)) = new_prefix() else { return };
    let (user, rest) = url.rsplit_once('@').unwrap();
    let (address, prefix) = rest.split_once('?').unwrap();
    let proxy = Proxy::start(address.to_owned()).await;
    let url = format!("{user}@{}?{prefix}", proxy.address);
    let store = RedisStore::open(&url).await.unwrap();
    a_lost_answer_is_an_error(Arc::new(store), proxy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_the_server() {
    if running(REDIS_URL).is_none() {
        return;
    }
    let mut server = Redis::start().unwrap();
    let store = RedisStore::open(&server.url()).await.unwrap();
    let restart = || {
        server.stop();
        std::thread::sleep(Duration::from_millis(500));
        server.restart().unwrap();
    };
    a_restart_of_the_server_loses_nothing(Arc::new(store), restart).await;
}

/// `rediss://`: the authority has to be one of the system, or of the file in `SSL_CERT_FILE`, which
/// is read by a process of its own here.
#[tokio::test]
async fn a_certificate_is_checked() {
    if running(REDIS_URL).is_none() {
        return;
    }
    let authority = Authority::new();
    let tls = Certificate {
        certificate: &authority.certificate,
        key: &authority.key,
    };
    let server = Redis::start_with(Some(tls)).unwrap();
    let url = server.tls_url().unwrap();
    let error = RedisStore::open(&url).await.unwrap_err();
    let said = chain(&error);
    assert!(said.contains("certificate"), "{said}");

    let output = process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "redis::over_tls", "--ignored", "--nocapture"])
        .env("SSL_CERT_FILE", authority.file("redis"))
        .env("REDIS_TLS_URL", url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "a_certificate_is_checked runs it, in another process"]
async fn over_tls() {
    let url = std::env::var("REDIS_TLS_URL").unwrap();
    let store = RedisStore::open(&url).await.unwrap();
    add(&store, 1, b"one").await;
    assert_eq!(store.row(&hash(1)).await, Some(session(b"one")));
}
