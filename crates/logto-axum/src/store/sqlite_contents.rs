//! What a file holds before it is opened: the tables of a session store, or those of another
//! program.

use std::time::Duration;

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{StoreError, StoreErrorKind, sqlite_file::failed, sqlite_migrations::has_our_history};

/// The tables of a session store from before migrations were recorded, each with columns that tell
/// it from one of another program.
const TABLES: [(&str, &[&str]); 4] = [
    ("sessions", &["id", "sealed", "seen_at", "expires_at"]),
    ("tokens", &["session", "sealed", "version"]),
    ("spent_states", &["state", "expires_at"]),
    ("pending_sign_ins", &["state", "sealed", "expires_at"]),
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
    let is_known = |table: &Table| {
        let known = TABLES.iter().find(|(name, _)| *name == table.name);
        known.is_some_and(|(_, columns)| {
            let mut columns = columns.iter();
            columns.all(|column| table.columns.iter().any(|found| found == column))
        })
    };
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
        .find(|table| !is_known(table))
        .or(tables.first());
    let reason = format!(
        "the file holds the data of another program, for example the table {:?}; give the sessions a file of their own",
        example.map_or("_sqlx_migrations", |table| &table.name)
    );
    Err(StoreError::new("open its file", reason))
}

/// What is in a file: its tables, and whether the migrations recorded in it are those of a session
/// store, if there are any.
struct Contents {
    tables: Vec<Table>,
    history: Option<bool>,
}

struct Table {
    name: String,
    columns: Vec<String>,
}

async fn read_contents(options: &SqliteConnectOptions) -> Result<Contents, StoreError> {
    let options = options.clone().pragma("query_only", "ON");
    let read = async {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let query = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'";
        let names: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut connection).await?;
        let (mut tables, mut history) = (Vec::new(), None);
        for name in names {
            if name == "_sqlx_migrations" {
                history = has_our_history(&mut connection).await?;
                continue;
            }
            let query = "SELECT name FROM pragma_table_info(?)";
            let columns = sqlx::query_scalar(query).bind(&name);
            let columns = columns.fetch_all(&mut connection).await?;
            tables.push(Table { name, columns });
        }
        connection.close().await?;
        Ok(Contents { tables, history })
    };
    read.await.map_err(failed("open its file"))
}
