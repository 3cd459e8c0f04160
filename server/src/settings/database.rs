//! The database of sessions or orders.

use std::{
    fmt,
    path::{Component, PathBuf},
};

use logto_axum::SqliteStore;

use super::fault::Fault;

/// The database of sessions or orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file, as a `sqlite://` URL.
    Sqlite(String),
    /// This process.
    Memory,
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(url) => write!(f, "{url:?}"),
            Self::Memory => f.write_str("\"memory:\""),
        }
    }
}

impl Database {
    pub(super) fn parse(key: &str, text: String, example: &str) -> Result<Self, Fault> {
        if text == "memory:" {
            return Ok(Self::Memory);
        }
        let names_a_file = text.strip_prefix("sqlite://").is_some_and(|path| {
            !path.is_empty() && !path.contains(":memory:") && !path.contains("mode=memory")
        });
        if names_a_file {
            return Ok(Self::Sqlite(text));
        }
        let problem = format!("is {text:?}, which is neither sqlite:// with a path nor memory:");
        Err(Fault::new(key, problem, example))
    }
}

/// Sessions and orders have their own layouts, and each counts its versions in the file.
///
/// # Errors
/// When both are to be kept in one file.
pub(super) fn are_two(sessions: &Database, orders: &Database) -> Result<(), Fault> {
    let (Database::Sqlite(sessions), Database::Sqlite(orders)) = (sessions, orders) else {
        return Ok(());
    };
    if resolved(sessions) != resolved(orders) {
        return Ok(());
    }
    let problem =
        format!("is {orders:?}, the file of SESSION_STORE ({sessions:?}); each needs its own");
    let example = "sqlite://data/shop.db";
    Err(Fault::new("SHOP_DATABASE", problem, example))
}

/// The file a URL names, by its absolute path, with links followed as far as the path exists.
fn resolved(url: &str) -> PathBuf {
    // A URL that cannot be read is refused where it is opened.
    let path = SqliteStore::path_of(url).unwrap_or_else(|_| url.into());
    let path = std::path::absolute(&path).unwrap_or(path);
    let mut found = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                found.pop();
            }
            part => found.push(part),
        }
        if let Ok(real) = found.canonicalize() {
            found = real;
        }
    }
    found
}
