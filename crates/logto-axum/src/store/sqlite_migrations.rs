//! The tables of the file, made and changed by migrations.

use sqlx::{
    SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
};

use super::{StoreError, sqlite_file::failed};

/// The files in `migrations/`, in their order.
static MIGRATIONS: Migrator = sqlx::migrate!();

/// Brings a file up to date. One that has a migration of a newer version of this program is refused, not misread.
pub(super) async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    let action = "make its tables";
    // sqlx does not lock a `SQLite` file. Of two processes that start at once, the second one finds the work done.
    let change = pool.begin_with("BEGIN IMMEDIATE").await;
    let mut change = change.map_err(failed(action))?;
    if !has_tables(&mut change).await.map_err(failed(action))? {
        // A new file, or somebody has emptied it.
        sqlx::raw_sql("DROP TABLE IF EXISTS _sqlx_migrations")
            .execute(&mut *change)
            .await
            .map_err(failed(action))?;
    }
    // As `run` does, whose future the compiler does not see to be `Send` with a connection.
    match MIGRATIONS.run_direct(None, &mut *change, false).await {
        Ok(()) => {}
        Err(MigrateError::VersionMissing(layout)) => {
            let known = MIGRATIONS.iter().map(|migration| migration.version).max();
            let known = known.unwrap_or_default();
            let reason = format!("the file has layout {layout}, this program knows {known}");
            return Err(StoreError::new("read its file", reason));
        }
        Err(MigrateError::Execute(error)) => return Err(failed(action)(error)),
        Err(error) => return Err(StoreError::new(action, error)),
    }
    change.commit().await.map_err(failed(action))
}

async fn has_tables(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let query = "SELECT count(*) = 3 FROM sqlite_schema \
                 WHERE type = 'table' AND name IN ('sessions', 'tokens', 'spent_states')";
    sqlx::query_scalar(query).fetch_one(connection).await
}
