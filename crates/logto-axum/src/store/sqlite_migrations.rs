//! The tables of the file, made and changed by migrations.

use std::sync::LazyLock;

use sqlx::{
    SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
};

use super::{StoreError, sql_migrations::migrator, sqlite_file::failed};

/// The files in `migrations/sqlite/`.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    migrator(&[
        (
            "sessions",
            include_str!("../../migrations/sqlite/0001_sessions.sql"),
        ),
        (
            "shared sessions",
            include_str!("../../migrations/sqlite/0002_shared_sessions.sql"),
        ),
    ])
});

/// Removes what is left of a file whose sessions are gone.
const START_ANEW: &str = "
    DROP TABLE IF EXISTS leases; DROP TABLE IF EXISTS tokens; DROP TABLE IF EXISTS sessions; DROP TABLE IF EXISTS spent;
    DROP TABLE IF EXISTS spent_states; DROP TABLE IF EXISTS refused_sign_ins; DROP TABLE IF EXISTS events;
    DROP TABLE IF EXISTS _sqlx_migrations";

/// Brings a file up to date. One that has a migration of a newer version of this program is
/// refused, not misread.
pub(super) async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    let action = "make its tables";
    // sqlx does not lock a `SQLite` file. Of two processes that start at once, the second one finds
    // the work done.
    let change = pool.begin_with("BEGIN IMMEDIATE").await;
    let mut change = change.map_err(failed(action))?;
    let known = MIGRATIONS.iter().map(|migration| migration.version).max();
    let known = known.unwrap_or_default();
    let newest = newest_migration(&mut change)
        .await
        .map_err(failed(action))?;
    if let Some(layout) = newest.filter(|newest| *newest > known) {
        let reason = format!("the file has layout {layout}, this program knows {known}");
        return Err(StoreError::new("read its file", reason));
    }
    if newest.is_some() && !has_tables(&mut change).await.map_err(failed(action))? {
        // Somebody has emptied it.
        sqlx::raw_sql(START_ANEW)
            .execute(&mut *change)
            .await
            .map_err(failed(action))?;
    }
    // As `run` does, whose future the compiler does not see to be `Send` with a connection.
    match MIGRATIONS.run_direct(None, &mut *change, false).await {
        Ok(()) => {}
        Err(MigrateError::Execute(error)) => return Err(failed(action)(error)),
        Err(error) => return Err(StoreError::new(action, error)),
    }
    change.commit().await.map_err(failed(action))
}

/// The newest migration that is recorded in the file.
async fn newest_migration(connection: &mut SqliteConnection) -> Result<Option<i64>, sqlx::Error> {
    let query = "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
    let recorded: i64 = sqlx::query_scalar(query)
        .fetch_one(&mut *connection)
        .await?;
    if recorded == 0 {
        return Ok(None);
    }
    let query = "SELECT max(version) FROM _sqlx_migrations";
    sqlx::query_scalar(query).fetch_one(connection).await
}

/// Whether the migrations that are recorded in a file begin with the first one of a session store;
/// `None` when none is recorded.
pub(super) async fn has_our_history(
    connection: &mut SqliteConnection,
) -> Result<Option<bool>, sqlx::Error> {
    let query = "SELECT checksum FROM _sqlx_migrations ORDER BY version LIMIT 1";
    let first: Result<Option<Vec<u8>>, _> =
        sqlx::query_scalar(query).fetch_optional(connection).await;
    let ours = MIGRATIONS
        .iter()
        .next()
        .map(|migration| &*migration.checksum);
    match first {
        Ok(Some(checksum)) => Ok(Some(Some(&*checksum) == ours)),
        Ok(None) => Ok(None),
        // A table of this name with other columns.
        Err(sqlx::Error::Database(error)) if error.message().contains("no such column") => {
            Ok(Some(false))
        }
        Err(error) => Err(error),
    }
}

async fn has_tables(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let query = "SELECT count(*) = 2 FROM sqlite_schema WHERE type = 'table' AND name IN ('sessions', 'tokens')";
    sqlx::query_scalar(query).fetch_one(connection).await
}
