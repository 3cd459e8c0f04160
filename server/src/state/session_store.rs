//! The session store, and the keys that seal sessions.

use std::{path, sync::Arc};

use leptos::config::Env;
use logto_axum::{
    __private::{chain, key_file_path},
    SessionKeys, SetupError, SqliteStore, Store, key_file, open_store,
};

use super::default_folder::create_default_folder;
use crate::settings::{DEFAULT_STORE, Database, Fault, Settings};

/// Opens the session store.
pub(super) async fn open(store: &Database, env: &Env) -> Result<Arc<dyn Store>, Fault> {
    create_default_folder(store, DEFAULT_STORE, env);
    let (url, example) = match store {
        Database::Memory => ("memory:", "memory:"),
        Database::Sqlite(url) => (
            &**url,
            "sqlite://data/sessions.db, in a folder this program may write to",
        ),
        Database::Server(url) if url.starts_with("redis") => (
            &**url,
            "redis://host, with the password in REDISCLI_AUTH; start that server, or correct host and port",
        ),
        Database::Server(url) => (
            &**url,
            "postgres://user@host/database, with the password in PGPASSWORD; start that server, or correct host and port",
        ),
    };
    open_store(url).await.map_err(|error| {
        let cause = match &error {
            SetupError::Store(error) => chain(error),
            error => error.to_string(),
        };
        Fault::new("SESSION_STORE", format!("is {store}: {cause}"), example)
    })
}

/// Whether the files of an SQLite store are there, for a command that must not create them: a mistyped path would be an empty
/// store.
pub(super) fn check_files(settings: &Settings) -> Result<(), Fault> {
    let Database::Sqlite(url) = &settings.store else {
        return Ok(());
    };
    // A URL that names no file is refused where it is opened.
    let Ok(database) = SqliteStore::path_of(url) else {
        return Ok(());
    };
    if !database.exists() {
        let path = path::absolute(&database).unwrap_or(database);
        let problem = format!("is {url}, and there is no file {}", path.display());
        let example = "the value that the running server has; a relative path counts from the folder it runs in";
        return Err(Fault::new("SESSION_STORE", problem, example));
    }
    let keys = key_file_path(&database);
    if settings.keys.is_none() && !keys.exists() {
        let problem = format!("is not set, and there is no file {}", keys.display());
        let example = "the value that the running server has";
        return Err(Fault::new("SESSION_KEYS", problem, example));
    }
    Ok(())
}

/// The keys of `SESSION_KEYS`. In development they may be missing: then a key file beside the file
/// of sessions has them, so that a restart signs nobody out; sessions in memory get ephemeral keys.
/// Sessions on a server need them in development, too.
pub(super) fn keys(settings: &Settings) -> Result<SessionKeys, Fault> {
    if let Some(keys) = &settings.keys {
        return Ok(keys.clone());
    }
    let example = "the output of `openssl rand -base64 32`";
    let url = match &settings.store {
        Database::Sqlite(url) => url,
        Database::Memory => return Ok(SessionKeys::ephemeral()),
        Database::Server(_) => {
            let problem = "is not set, and all processes that share a session store need the same";
            return Err(Fault::new("SESSION_KEYS", problem, example));
        }
    };
    let database = SqliteStore::path_of(url).map_err(|error| {
        let problem = format!(
            "is not set, and SESSION_STORE is {url:?}: {}",
            chain(&error)
        );
        Fault::new("SESSION_KEYS", problem, example)
    })?;
    key_file(&database)
        .map_err(|error| Fault::new("SESSION_KEYS", format!("is not set, and {error}"), example))
}
