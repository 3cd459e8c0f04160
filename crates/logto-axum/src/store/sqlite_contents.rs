//! What a file holds before it is opened: the tables of a session store, or those of another
//! program.

use std::time::Duration;

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{StoreError, StoreErrorKind, sqlite_file::failed, sqlite_migrations::has_our_history};

/// The tables of a session store, also of earlier versions.
const TABLES: [&str; 5] = [
    "sessions",
    "tokens",
    "spent_states",
    "pending_sign_ins",
    "_sqlx_migrations",
];

/// Refuses the database of another program before anything in it is changed.
pub(super) async fn refuse_foreign(options: &SqliteConnectOptions) -> Result<(), StoreError> {
    let mut contents = read_contents(options).await;
    // `SQLite` does not wait while another process switches the file to its write-ahead log.
    for _ in 0..40 {
        match &contents {
            Err(error) if error.kind == StoreErrorKind::Busy => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                contents = read_contents(options).await;
            }
            _ => break,
        }
    }
    let Contents { tables, history } = contents?;
    let is_known = |name: &String| TABLES.contains(&name.as_str());
    // A newer layout may have further tables; that it is newer is said later.
    let is_ours = match history {
        Some(is_ours) => is_ours,
        None => tables.iter().all(is_known),
    };
    if is_ours {
        return Ok(());
    }
    let example = tables
        .iter()
        .find(|name| !is_known(name))
        .or(tables.first());
    let reason = format!(
        "the file holds the data of another program, for example the table {:?}; give the sessions a file of their own",
        example.map(String::as_str).unwrap_or_default()
    );
    Err(StoreError::new("open its file", reason))
}

/// What is in a file: its tables, and whether the migrations recorded in it are those of a session
/// store, if there are any.
struct Contents {
    tables: Vec<String>,
    history: Option<bool>,
}

async fn read_contents(options: &SqliteConnectOptions) -> Result<Contents, StoreError> {
    let options = options.clone().pragma("query_only", "ON");
    let read = async {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let query = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'";
        let tables: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut connection).await?;
        let history = if tables.iter().any(|name| name == "_sqlx_migrations") {
            Some(has_our_history(&mut connection).await?)
        } else {
            None
        };
        connection.close().await?;
        Ok(Contents { tables, history })
    };
    read.await.map_err(failed("open its file"))
}
