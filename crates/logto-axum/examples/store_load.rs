//! Measures the `SQLite` store under load: how long sign-ins wait while 100,000 expired sessions
//! are swept, and how long reads take while another process holds the write lock and eight writes
//! wait.
//!
//! ```text
//! cargo run --release -p logto-axum --example store_load
//! ```
//!
//! Arguments: another number of expired sessions, and the folder to measure in, whose disk counts.

use std::{
    env, fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use logto_axum::{Hash, SessionRow, SqliteStore, Store as _};
use sqlx::{Connection as _, Executor as _, SqliteConnection};

type Failure = Box<dyn std::error::Error>;

const NOW: i64 = 1_800_000_000;
const EXPIRED: u32 = 100_000;
/// About what the claims of an ID token and the tokens take.
const SESSION_BYTES: usize = 1500;
const TOKEN_BYTES: usize = 2500;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let expired = arguments.next().map_or(Ok(EXPIRED), |text| text.parse())?;
    let parent = arguments.next().map_or_else(env::temp_dir, Into::into);
    let folder = parent.join(format!("store-load-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let file = folder.join("sessions.db");
    let url = format!("sqlite://{}", file.display());
    let store = Arc::new(SqliteStore::open(&url).await?);
    sweep(&store, &url, &file, expired).await?;
    locked(&store, &url).await?;
    drop(store);
    fs::remove_dir_all(&folder)?;
    Ok(())
}

fn id(number: u32) -> Hash {
    let mut id = [0; 32];
    // Hashes come in no order.
    id[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    id[28..].copy_from_slice(&number.to_be_bytes());
    id
}

fn row(expires_at: i64) -> SessionRow {
    SessionRow {
        sealed: vec![1; SESSION_BYTES],
        seen_at: NOW,
        expires_at,
        subject: Some([7; 32]),
        sid: None,
    }
}

async fn fill(url: &str, expired: u32) -> Result<(), Failure> {
    let mut raw = SqliteConnection::connect(url).await?;
    raw.execute("BEGIN").await?;
    for number in 0..expired {
        sqlx::query("INSERT INTO sessions VALUES (?, zeroblob(?), ?, ?)")
            .bind(id(number).as_slice())
            .bind(i64::try_from(SESSION_BYTES)?)
            .bind(NOW)
            .bind(NOW)
            .execute(&mut raw)
            .await?;
        sqlx::query("INSERT INTO tokens VALUES (?, zeroblob(?), 1)")
            .bind(id(number).as_slice())
            .bind(i64::try_from(TOKEN_BYTES)?)
            .execute(&mut raw)
            .await?;
    }
    raw.execute("COMMIT").await?;
    // One transaction of this size is the measurement's own: its log must not be written into the
    // file by a sign-in.
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    raw.close().await?;
    Ok(())
}

/// Sign-ins, one after the other, during a sweep.
async fn sweep(
    store: &Arc<SqliteStore>,
    url: &str,
    file: &Path,
    expired: u32,
) -> Result<(), Failure> {
    fill(url, expired).await?;
    println!("{expired} expired sessions, {}", sizes(file));
    let done = Arc::new(AtomicBool::new(false));
    let sweeper = {
        let (store, done) = (store.clone(), done.clone());
        tokio::spawn(async move {
            let began = Instant::now();
            let outcome = store.sweep(NOW, NOW - 1000).await;
            done.store(true, Ordering::SeqCst);
            (outcome, began.elapsed())
        })
    };
    let (mut times, mut failures) = (Vec::new(), 0);
    for number in 0.. {
        if done.load(Ordering::SeqCst) {
            break;
        }
        let session = id(expired + number);
        let began = Instant::now();
        let added = store.create_session(&session, row(NOW + 1000)).await;
        let tokens = store
            .save_tokens(&session, vec![1; TOKEN_BYTES], None, None)
            .await;
        times.push(began.elapsed());
        if added.is_err() || tokens.is_err() {
            failures += 1;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (outcome, took) = sweeper.await?;
    println!("swept in {took:.2?}: {outcome:?}");
    println!(
        "{} sign-ins meanwhile, {failures} failed, {}",
        times.len(),
        longest(&mut times)
    );
    store.create_session(&id(u32::MAX), row(NOW + 1000)).await?;
    println!("afterwards {}\n", sizes(file));
    Ok(())
}

/// Reads, one after the other, while writers wait for a lock of somebody else.
async fn locked(store: &Arc<SqliteStore>, url: &str) -> Result<(), Failure> {
    let mut other = SqliteConnection::connect(url).await?;
    other.execute("BEGIN IMMEDIATE").await?;
    let writers: Vec<_> = (0..8)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let began = Instant::now();
                let written = store.create_session(&id(number), row(NOW + 1000)).await;
                (began.elapsed(), written.is_ok())
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut reads = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        store.load_session(&id(u32::MAX)).await?;
        reads.push(began.elapsed());
    }
    println!(
        "200 reads while the write lock is held and 8 writes wait, {}",
        longest(&mut reads)
    );
    let (mut waits, mut written) = (Vec::new(), 0);
    for writer in writers {
        let (wait, is_written) = writer.await?;
        waits.push(wait);
        written += u32::from(is_written);
    }
    println!("8 writes: {written} done, {}", longest(&mut waits));
    other.execute("ROLLBACK").await?;
    Ok(())
}

fn longest(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    let longest = times.last().copied().unwrap_or_default();
    format!("median {median:.2?}, longest {longest:.2?}")
}

fn sizes(file: &Path) -> String {
    let of = |path: &Path| fs::metadata(path).map_or(0, |file| file.len() / 1_000_000);
    let log = format!("{}-wal", file.display());
    format!("file {} MB, log {} MB", of(file), of(log.as_ref()))
}
