//! The tables in PostgreSQL, made and changed by migrations.

use std::sync::LazyLock;

use sqlx::{
    PgConnection,
    migrate::{MigrateError, Migrator},
};

use super::{StoreError, postgres_connections::failed, sql_migrations::migrator};

/// The files in `migrations/postgres/`.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    migrator(&[(
        "sessions",
        include_str!("../../migrations/postgres/0001_sessions.sql"),
    )])
});

/// Of processes that start at once, one makes the tables and the others wait for it. The number is
/// an arbitrary one.
const LOCK: &str = "
    SET statement_timeout = '10min';
    SELECT pg_advisory_lock(7311482650918273)";

/// Brings the schema `logto_sessions` up to date. One that has a migration of a newer version of
/// this program is refused, not misread, and no other schema is looked at.
pub(super) async fn migrate(connection: &mut PgConnection) -> Result<(), StoreError> {
    let action = "make its tables";
    let failed = |source| failed(action, source);
    // It ends with the connection.
    sqlx::raw_sql(LOCK)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    // Who may not create a schema may use one that is there.
    let is_there: bool = sqlx::query_scalar("SELECT to_regnamespace('logto_sessions') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    if !is_there {
        sqlx::raw_sql("CREATE SCHEMA logto_sessions")
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
    }
    sqlx::raw_sql("SET search_path = logto_sessions")
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    match MIGRATIONS.run_direct(None, &mut *connection, false).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(layout)) => {
            let known = MIGRATIONS.iter().map(|migration| migration.version).max();
            let known = known.unwrap_or_default();
            let reason = format!(
                "the schema logto_sessions has layout {layout}, this program knows {known}"
            );
            Err(StoreError::new("read its tables", reason))
        }
        Err(MigrateError::Execute(error)) => Err(failed(error)),
        Err(error) => Err(StoreError::new(action, error)),
    }
}
