//! Which session store, and the keys that belong to it.

use std::{fmt, sync::Arc};

use crate::{
    seal::SessionKeys,
    setup_error::SetupError,
    store::{MemoryStore, Store},
    url_in_error::without_user_info,
};

/// `SESSION_STORE` for sessions in memory.
pub(super) const MEMORY: &str = "memory:";
/// Where sessions are on this machine if `SESSION_STORE` is not set.
#[cfg(feature = "sqlite")]
pub(super) const SQLITE: &str = "sqlite://data/sessions.db";

/// Opens the session store that a value of `SESSION_STORE` names: `sqlite://` with a path,
/// `postgres://` with a host and a database, `redis://` or `rediss://` with a host, or `memory:`.
///
/// # Errors
/// When the value names no store, the feature for it is off, or the store cannot be opened.
pub async fn open_store(value: &str) -> Result<Arc<dyn Store>, SetupError> {
    StoreChoice::parse(value)?.open().await
}

pub(super) enum StoreChoice {
    Memory,
    #[cfg(feature = "sqlite")]
    Sqlite(String),
    #[cfg(feature = "postgres")]
    Postgres(String),
    #[cfg(feature = "redis")]
    Redis(String),
    Own(Arc<dyn Store>),
}

/// Without passwords.
impl fmt::Debug for StoreChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str(MEMORY),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(url) => f.write_str(url),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => f.write_str(&without_user_info(url)),
            #[cfg(feature = "redis")]
            Self::Redis(url) => f.write_str(&without_user_info(url)),
            Self::Own(store) => store.fmt(f),
        }
    }
}

impl StoreChoice {
    /// Reads the value of `SESSION_STORE`.
    pub(super) fn parse(value: &str) -> Result<Self, SetupError> {
        if value == MEMORY {
            return Ok(Self::Memory);
        }
        let scheme = value.split_once(':').map_or("", |(scheme, _)| scheme);
        let feature = match scheme {
            #[cfg(feature = "sqlite")]
            "sqlite" => {
                crate::store::SqliteStore::path_of(value)?;
                return Ok(Self::Sqlite(value.to_owned()));
            }
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => return Ok(Self::Postgres(value.to_owned())),
            #[cfg(feature = "redis")]
            "redis" | "rediss" => return Ok(Self::Redis(value.to_owned())),
            other => feature(other),
        };
        let value = without_user_info(value);
        Err(match feature {
            Some(feature) => SetupError::NoFeature { feature, value },
            None => SetupError::UnknownStore { value },
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
        not(any(feature = "postgres", feature = "redis", feature = "sqlite")),
        expect(clippy::unused_async, reason = "memory is not waited for")
    )]
    pub(super) async fn open(self) -> Result<Arc<dyn Store>, SetupError> {
        match self {
            Self::Memory => Ok(Arc::new(MemoryStore::default())),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(url) => Ok(Arc::new(crate::store::SqliteStore::open(&url).await?)),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => Ok(Arc::new(crate::store::PostgresStore::open(&url).await?)),
            #[cfg(feature = "redis")]
            Self::Redis(url) => Ok(Arc::new(crate::store::RedisStore::open(&url).await?)),
            Self::Own(store) => Ok(store),
        }
    }
}

/// The feature that brings the stores of a scheme.
fn feature(scheme: &str) -> Option<&'static str> {
    match scheme {
        "sqlite" => Some("sqlite"),
        "postgres" | "postgresql" => Some("postgres"),
        "redis" | "rediss" => Some("redis"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SL-05
    #[test]
    fn a_store_is_chosen_by_its_scheme_and_shown_without_its_password() {
        for (value, shown) in [
            ("memory:", "memory:"),
            ("sqlite://data/s.db", "sqlite://data/s.db"),
            ("postgres://u:hush@db/x", "postgres://…@db/x"),
            ("rediss://:hush@db", "rediss://…@db"),
            (
                "postgresql://db/x?password=hush",
                "postgresql://db/x?password=…",
            ),
        ] {
            let choice = StoreChoice::parse(value).unwrap();
            assert_eq!(format!("{choice:?}"), shown);
        }
        let error = StoreChoice::parse("mysql://u:hush@db/x").unwrap_err();
        let said = error.to_string();
        assert!(
            said.contains("\"mysql://…@db/x\"") && said.contains("postgres://"),
            "{said}"
        );
    }

    #[test]
    fn a_feature_that_is_off_is_named() {
        for (scheme, name) in [
            ("sqlite", "sqlite"),
            ("postgresql", "postgres"),
            ("rediss", "redis"),
        ] {
            let feature = feature(scheme).unwrap();
            let value = format!("{scheme}://x");
            let said = SetupError::NoFeature { feature, value }.to_string();
            assert!(
                said.contains(&format!("the feature `{name}` of logto-axum")),
                "{said}"
            );
        }
    }
}
