//! The folders of the default databases.

use std::{fs, path::Path};

use leptos::config::Env;
use logto_axum::SqliteStore;

use crate::settings::Database;

/// Creates the folder of the default file in development: a fresh clone has none. An error shows when the file is opened.
pub(super) fn create_default_folder(database: &Database, default: &str, env: &Env) {
    if *database != Database::Sqlite(default.to_owned()) || *env != Env::DEV {
        return;
    }
    let path = SqliteStore::path_of(default).ok();
    let folder = path.as_deref().and_then(Path::parent);
    let _ = folder.map(fs::create_dir_all);
}
