//! The file behind a `sqlite://` URL: which one it is, and how a connection to it is made.

use std::{fs, io, path::Path, str::FromStr, time::Duration};

use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use super::{StoreError, StoreErrorKind};
use crate::{private_file::private_file, url_in_error::without_user_info};

/// How long a statement waits for another process that writes.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// The one place where a URL is read.
pub(super) fn options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let names_no_file = || {
        let url = without_user_info(url);
        let reason = format!("{url:?} names no file; sessions in memory are MemoryStore's");
        StoreError::new("open its file", reason)
    };
    if !url.starts_with("sqlite://") {
        return Err(names_no_file());
    }
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|source| StoreError::new("open its file", source))?;
    // Each connection of a pool would have a database in memory of its own. sqlx names shared ones
    // `file:…`.
    let name = options.get_filename().to_string_lossy();
    let in_memory = name.is_empty() || name == ":memory:" || name.starts_with("file:");
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    if in_memory || parameters.contains("mode=memory") {
        return Err(names_no_file());
    }
    Ok(options.busy_timeout(LOCK_TIMEOUT))
}

/// The folder must be there: a mistyped path, or a disk that is not mounted, must not become a new,
/// empty store.
pub(super) fn check_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => {
            let folder = folder.display();
            let reason =
                format!("the folder {folder} does not exist: create it, or name another path");
            Err(StoreError::new("open its file", reason))
        }
        _ => Ok(()),
    }
}

/// Makes the file and its folder where they are missing, readable by their owner only.
pub(super) fn create(path: &Path) -> Result<(), StoreError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)
            .map_err(|source| StoreError::new("make the folder of its file", source))?;
    }
    // `SQLite` gives the files beside it the same mode.
    private_file()
        .append(true)
        .create(true)
        .open(path)
        .map_err(|source| StoreError::new("make its file", source))?;
    Ok(())
}

/// Which file a path leads to: it is another one after the file was removed, replaced or renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileId(u64, u64);

impl FileId {
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let file = fs::metadata(path)?;
        Ok(Self(file.dev(), file.ino()))
    }

    /// An open file cannot be removed or replaced there.
    #[cfg(not(unix))]
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|_| Self(0, 0))
    }
}

/// How often the first connection may take longer than a request waits for one.
const SLOW_STARTS: u32 = 5;

/// Connects to a file that another process may be opening for the first time. `SQLite` lets nobody
/// else in while it switches a file to its write-ahead log, and does not wait for that as it does
/// for other locks. That the file is locked is an error after two seconds.
///
/// The time limit of the pool is that of a request. A machine that starts many programs at once may
/// need longer for the first connection, so that limit has to pass [`SLOW_STARTS`] times.
pub(super) async fn connect_sqlite(
    pool: SqlitePoolOptions,
    options: SqliteConnectOptions,
) -> Result<SqlitePool, sqlx::Error> {
    let mut slow_starts = 0;
    for _ in 0..40 {
        match pool.clone().connect_with(options.clone()).await {
            Err(sqlx::Error::Database(error)) if primary_code(&*error) == Some(BUSY) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(sqlx::Error::PoolTimedOut) if slow_starts + 1 < SLOW_STARTS => slow_starts += 1,
            outcome => return outcome,
        }
    }
    pool.connect_with(options).await
}

/// `SQLITE_ERROR`: among others, that a table is not there.
const ERROR: u32 = 1;
/// `SQLITE_BUSY`
const BUSY: u32 = 5;
/// `SQLITE_READONLY_DBMOVED`: the file was renamed or removed since it was opened.
const MOVED: u32 = 1032;

fn code(error: &dyn sqlx::error::DatabaseError) -> Option<u32> {
    error.code().and_then(|code| code.parse().ok())
}

/// Without what the extended forms add.
fn primary_code(error: &dyn sqlx::error::DatabaseError) -> Option<u32> {
    code(error).map(|code| code % 256)
}

/// Whether the statement failed because the open file is not the one it was made for.
pub(super) fn is_another_file(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    let no_table = code(&**error) == Some(ERROR) && error.message().starts_with("no such table");
    no_table || code(&**error) == Some(MOVED)
}

/// What went wrong, and whether waiting may help.
pub(super) fn failed(action: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |source| {
        let busy = match &source {
            // Closed: another caller is opening the file again.
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
            sqlx::Error::Database(error) => primary_code(&**error) == Some(BUSY),
            _ => false,
        };
        let error = StoreError::new(action, source);
        if busy {
            error.of_kind(StoreErrorKind::Busy)
        } else {
            error
        }
    }
}
