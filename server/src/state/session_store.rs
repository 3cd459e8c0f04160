//! The session store, and the keys that seal sessions.

use std::sync::Arc;

use leptos::config::Env;
use logto_axum::{__private::chain, MemoryStore, SessionKeys, SqliteStore, Store, key_file};

use super::default_folder::create_default_folder;
use crate::settings::{DEFAULT_STORE, Database, Fault, Settings};

/// Opens the session store. Another store is another constructor here.
pub(super) async fn open(store: &Database, env: &Env) -> Result<Arc<dyn Store>, Fault> {
    create_default_folder(store, DEFAULT_STORE, env);
    match store {
        Database::Memory => Ok(Arc::new(MemoryStore::default())),
        Database::Sqlite(url) => match SqliteStore::open(url).await {
            Ok(store) => Ok(Arc::new(store)),
            Err(error) => {
                let example = "sqlite://data/sessions.db, in a folder this program may write to";
                Err(Fault::new(
                    "SESSION_STORE",
                    format!("is {store}: {}", chain(&error)),
                    example,
                ))
            }
        },
    }
}

/// The keys of `SESSION_KEYS`. In development they may be missing: then a key file beside the file of sessions has them, so that
/// a restart signs nobody out; sessions in memory get ephemeral keys.
pub(super) fn keys(settings: &Settings) -> Result<SessionKeys, Fault> {
    if let Some(keys) = &settings.keys {
        return Ok(keys.clone());
    }
    let Database::Sqlite(url) = &settings.store else {
        return Ok(SessionKeys::ephemeral());
    };
    let example = "the output of `openssl rand -base64 32`";
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
