//! Measures a session store: what a session takes, how long an insert and a read take, and how long
//! sign-ins wait while half of the sessions are swept. For SQLite also how long reads take while
//! another process holds the write lock and eight writes wait.
//!
//! ```text
//! cargo run --release -p logto-axum --example store_load -- sqlite:///tmp/load/sessions.db 20000
//! ```
//!
//! The store has to be empty. Arguments: a value of `SESSION_STORE`, and how many sessions. A tenth
//! of them go to one person.

use std::{
    env, fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use logto_axum::{Hash, SessionFilter, SessionRow, SqliteStore, Store, open_store};
use sqlx::{Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Any = Arc<dyn Store>;

const NOW: i64 = 1_800_000_000;
/// About what the claims of an ID token and the tokens take.
const SESSION_BYTES: usize = 1500;
const TOKEN_BYTES: usize = 2500;
/// So many sign-ins at once fill the store.
const WRITERS: usize = 16;
const READS: u32 = 2000;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("which store?")?;
    let count = arguments.next().map_or(Ok(20_000), |text| text.parse())?;
    let store = open_store(&url).await?;
    let before = bytes(&url).await?;
    fill(&store, count).await?;
    let grown = bytes(&url).await?.saturating_sub(before);
    println!("{} bytes for each session", grown / u64::from(count));
    read(&store, count).await?;
    sweep(&store, count).await?;
    println!(
        "afterwards {} bytes more than at the start",
        bytes(&url).await?.saturating_sub(before)
    );
    if url.starts_with("sqlite:") {
        locked(&store, &url).await?;
    }
    Ok(())
}

fn id(number: u32) -> Hash {
    let mut id = [0; 32];
    // Hashes come in no order.
    id[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    id[28..].copy_from_slice(&number.to_be_bytes());
    id
}

/// Of each ten sessions, one is that of a busy person and nine have a person of their own.
fn row(number: u32, expires_at: i64) -> SessionRow {
    SessionRow {
        sealed: random(number, SESSION_BYTES),
        seen_at: NOW,
        expires_at,
        subject: Some(if number.is_multiple_of(10) {
            [7; 32]
        } else {
            id(!number)
        }),
        sid: Some(id(number ^ 0x5555_5555)),
    }
}

/// Bytes that do not compress, as sealed ones.
fn random(seed: u32, length: usize) -> Vec<u8> {
    let mut state = u64::from(seed) | 1 << 40;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(length).collect()
}

async fn sign_in(store: &Any, number: u32, expires_at: i64) -> Result<(), Failure> {
    store
        .create_session(&id(number), row(number, expires_at))
        .await?;
    let tokens = random(!number, TOKEN_BYTES);
    store.save_tokens(&id(number), tokens, None, None).await?;
    Ok(())
}

/// Every second one is over at `NOW`.
async fn fill(store: &Any, count: u32) -> Result<(), Failure> {
    let next = Arc::new(AtomicU32::new(0));
    let began = Instant::now();
    let writers = (0..WRITERS).map(|_| {
        let (store, next) = (store.clone(), next.clone());
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok::<_, Failure>(());
                }
                sign_in(&store, number, NOW + i64::from(number % 2) * 1000).await?;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await??;
    }
    let took = began.elapsed();
    println!(
        "{count} sign-ins, {WRITERS} at once, in {took:.2?}: {:.2?} each",
        took / count
    );
    Ok(())
}

async fn read(store: &Any, count: u32) -> Result<(), Failure> {
    let mut times = Vec::new();
    for number in 0..READS {
        let id = id(number.wrapping_mul(7919) % count);
        let began = Instant::now();
        store
            .load_session(&id)
            .await?
            .ok_or("a session is missing")?;
        times.push(began.elapsed());
    }
    println!("{READS} reads, {}", longest(&mut times));
    let began = Instant::now();
    let found = store
        .find_sessions(SessionFilter::Subject([7; 32]), None, 100)
        .await?;
    println!(
        "the first {} sessions of a person in {:.2?}",
        found.len(),
        began.elapsed()
    );
    Ok(())
}

/// Sign-ins, one after the other, during a sweep.
async fn sweep(store: &Any, count: u32) -> Result<(), Failure> {
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
        let began = Instant::now();
        failures += u32::from(sign_in(store, count + number, NOW + 1000).await.is_err());
        times.push(began.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (outcome, took) = sweeper.await?;
    outcome?;
    println!("{} sessions were swept in {took:.2?}", count.div_ceil(2));
    println!(
        "{} sign-ins meanwhile, {failures} failed, {}",
        times.len(),
        longest(&mut times)
    );
    Ok(())
}

/// Reads, one after the other, while writers wait for a lock of somebody else.
async fn locked(store: &Any, url: &str) -> Result<(), Failure> {
    store
        .create_session(&id(u32::MAX), row(0, NOW + 1000))
        .await?;
    let mut other = SqliteConnection::connect(url).await?;
    other.execute("BEGIN IMMEDIATE").await?;
    let writers: Vec<_> = (0..8)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let began = Instant::now();
                let written = store
                    .create_session(&id(number), row(number, NOW + 1000))
                    .await;
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

/// What the store takes on its disk, or in the memory of its server.
async fn bytes(url: &str) -> Result<u64, Failure> {
    match url.split_once(':').map_or("", |(scheme, _)| scheme) {
        "sqlite" => {
            // What is in the log only is written into the file first.
            let mut raw = SqliteConnection::connect(url).await?;
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
            let path = SqliteStore::path_of(url)?;
            Ok(fs::metadata(Path::new(&path))?.len())
        }
        "postgres" => {
            let mut raw = PgConnection::connect(url).await?;
            let query = "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r' \
                AND relnamespace = 'logto_sessions'::regnamespace";
            let bytes: i64 = raw.fetch_one(query).await?.try_get(0)?;
            Ok(bytes.unsigned_abs())
        }
        "redis" => {
            let client = redis::Client::open(url.split('?').next().unwrap_or(url))?;
            let mut raw = client.get_multiplexed_async_connection().await?;
            let info: String = redis::cmd("INFO")
                .arg("memory")
                .query_async(&mut raw)
                .await?;
            let used = info
                .lines()
                .find_map(|line| line.strip_prefix("used_memory:"));
            Ok(used.ok_or("no used_memory")?.trim().parse()?)
        }
        _ => Ok(0),
    }
}
