//! The database of sessions or orders.

use std::{
    fmt,
    path::{Component, PathBuf},
};

use logto_axum::SqliteStore;

use super::fault::Fault;

/// The database of sessions or orders.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A file, as a `sqlite://` URL.
    Sqlite(String),
    /// A server, by its URL, which may have a password. For sessions alone.
    Server(String),
    /// This process.
    Memory,
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(url) => write!(f, "{url:?}"),
            Self::Server(url) => write!(f, "{:?}", without_password(url)),
            Self::Memory => f.write_str("\"memory:\""),
        }
    }
}

/// Without the password, as it is displayed.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The URL without what may be a password: user information and parameters.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    // An `@` behind a `?` may be one of a password, wherever that begins.
    if rest
        .split_once('?')
        .is_some_and(|(_, query)| query.contains('@'))
    {
        return format!("{scheme}://…");
    }
    let (user, host) = rest.rsplit_once('@').unwrap_or(("", rest));
    let host = host.split('?').next().unwrap_or_default();
    let user = if user.is_empty() { "" } else { "…@" };
    format!("{scheme}://{user}{host}")
}

impl Database {
    /// Where sessions are kept.
    pub(super) fn parse_store(text: String) -> Result<Self, Fault> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql" | "redis" | "rediss", _)) => Ok(Self::Server(text)),
            _ => Self::here(text).map_err(|text| {
                let problem = format!(
                    "{}, which is neither sqlite:// with a path, postgres:// with a host and a database, redis:// or rediss:// with a host, nor memory:",
                    is(&text)
                );
                Fault::new("SESSION_STORE", problem, "sqlite://data/sessions.db")
            }),
        }
    }

    /// Where orders are kept.
    pub(super) fn parse(key: &str, text: String, example: &str) -> Result<Self, Fault> {
        Self::here(text).map_err(|text| {
            let problem = format!(
                "{}, which is neither sqlite:// with a path nor memory:",
                is(&text)
            );
            Fault::new(key, problem, example)
        })
    }

    /// A file or memory. The text comes back when it names neither.
    fn here(text: String) -> Result<Self, String> {
        if text == "memory:" {
            return Ok(Self::Memory);
        }
        let names_a_file = text.strip_prefix("sqlite://").is_some_and(|path| {
            !path.is_empty() && !path.contains(":memory:") && !path.contains("mode=memory")
        });
        if names_a_file {
            Ok(Self::Sqlite(text))
        } else {
            Err(text)
        }
    }
}

/// What a value is that cannot be used. Of one that may hold a password, only what is before the
/// first colon.
fn is(text: &str) -> String {
    let may_hold_password = text.contains('@') || text.to_lowercase().contains("password");
    match text.split_once(':') {
        Some((scheme, _)) if may_hold_password => format!("is {:?}", format!("{scheme}:…")),
        _ => format!("is {text:?}"),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// SL-05
    #[test]
    fn a_server_is_shown_without_its_password() {
        for (url, shown) in [
            ("postgres://db/x", "postgres://db/x"),
            (
                "postgresql://joe:hush@db:5432/x",
                "postgresql://…@db:5432/x",
            ),
            ("postgres://joe:hu/sh@db/x", "postgres://…@db/x"),
            ("postgres://joe@db/x?password=hush", "postgres://…@db/x"),
            ("rediss://:hush@db", "rediss://…@db"),
            ("postgres://db/x?password=hu@sh", "postgres://…"),
            ("postgres://joe:hu?sh@db/x", "postgres://…"),
        ] {
            let store = Database::parse_store(url.to_owned()).unwrap();
            assert_eq!(store, Database::Server(url.to_owned()));
            assert_eq!(store.to_string(), format!("{shown:?}"));
            assert_eq!(format!("{store:?}"), format!("{shown:?}"));
        }
    }
    /// SL-05
    #[test]
    fn a_value_that_is_not_understood_is_shown_without_what_may_be_a_password() {
        for text in [
            "postgres:joe:hush@db/x",
            "mysql://joe:hu/sh@db/x",
            "Postgres://db/x?password=hush",
            "joe:hush@db",
        ] {
            for fault in [
                Database::parse_store(text.to_owned()),
                Database::parse("SHOP_DATABASE", text.to_owned(), "memory:"),
            ] {
                let said = format!("{:?}", fault.unwrap_err());
                assert!(!said.contains("hush") && !said.contains("sh@"), "{said}");
            }
        }
    }
}
