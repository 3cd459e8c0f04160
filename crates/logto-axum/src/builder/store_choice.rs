//! Which session store, and the keys that belong to it.

use std::sync::Arc;

use crate::{
    seal::SessionKeys,
    setup_error::SetupError,
    store::{MemoryStore, Store},
};

/// `SESSION_STORE` for sessions in memory.
pub(super) const MEMORY: &str = "memory:";
/// Where sessions are on this machine if `SESSION_STORE` is not set.
#[cfg(feature = "sqlite")]
pub(super) const SQLITE: &str = "sqlite://data/sessions.db";

#[derive(Debug)]
pub(super) enum StoreChoice {
    Memory,
    #[cfg(feature = "sqlite")]
    Sqlite(String),
    Own(Arc<dyn Store>),
}

impl StoreChoice {
    /// Reads the value of `SESSION_STORE`.
    pub(super) fn parse(value: &str) -> Result<Self, SetupError> {
        if value == MEMORY {
            return Ok(Self::Memory);
        }
        #[cfg(feature = "sqlite")]
        {
            crate::store::SqliteStore::path_of(value)?;
            Ok(Self::Sqlite(value.to_owned()))
        }
        #[cfg(not(feature = "sqlite"))]
        Err(SetupError::NoSqlite {
            value: crate::url_in_error::without_user_info(value),
        })
    }

    /// The store of a development server whose settings name none.
    pub(super) fn for_development() -> Self {
        #[cfg(feature = "sqlite")]
        return Self::Sqlite(SQLITE.to_owned());
        #[cfg(not(feature = "sqlite"))]
        Self::Memory
    }

    /// The keys of a store that is set up without any. `here`: the application is on this machine.
    pub(super) fn keys(&self, here: bool) -> Result<SessionKeys, SetupError> {
        #[cfg(not(feature = "sqlite"))]
        let _ = here;
        match self {
            Self::Memory => Ok(SessionKeys::ephemeral()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(url) if here => {
                let database = crate::store::SqliteStore::path_of(url)?;
                if let Some(folder) = database.parent().filter(|folder| !folder.is_dir()) {
                    // If the folder cannot be created, opening the file reports why.
                    let _ = std::fs::create_dir_all(folder);
                    // Sessions and keys are not to be committed.
                    let _ = std::fs::write(folder.join(".gitignore"), "*\n");
                }
                Ok(crate::key_file::key_file(&database)?)
            }
            _ => Err(SetupError::NoKeys),
        }
    }

    #[cfg_attr(
        not(feature = "sqlite"),
        expect(clippy::unused_async, reason = "only SQLite is waited for")
    )]
    pub(super) async fn open(self) -> Result<Arc<dyn Store>, SetupError> {
        match self {
            Self::Memory => Ok(Arc::new(MemoryStore::default())),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(url) => Ok(Arc::new(crate::store::SqliteStore::open(&url).await?)),
            Self::Own(store) => Ok(store),
        }
    }
}
