//! The store of orders: a `SQLite` file, or memory.

mod row;
#[cfg(test)]
mod tests;

use std::{
    error::Error, fmt, fs::OpenOptions, io, path::Path, str::FromStr, sync::LazyLock,
    time::Duration,
};

use sqlx::{
    SqlStr, SqlitePool,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    order::{Customer, NewOrder, Order},
    page::Page,
};

/// The files in `migrations/`.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let file = |version, makes: &'static str, statements| {
        let statements = SqlStr::from_static(statements);
        Migration::new(
            version,
            makes.into(),
            MigrationType::Simple,
            statements,
            false,
        )
    };
    Migrator::with_migrations(vec![
        file(1, "orders", include_str!("../migrations/0001_orders.sql")),
        file(
            2,
            "orders of members",
            include_str!("../migrations/0002_orders_of_members.sql"),
        ),
    ])
});

/// `SQLITE_BUSY`
const BUSY: &str = "5";

/// How many orders are kept of one person: of those for themselves, and of those in each organization.
const MOST: u32 = 1000;

/// The store of orders failed.
#[derive(Debug, thiserror::Error)]
#[error("orders: could not {doing}")]
pub struct StoreError {
    doing: &'static str,
    source: Box<dyn Error + Send + Sync>,
}

impl StoreError {
    fn new(doing: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = source.into();
        Self { doing, source }
    }
}

/// All orders of everybody. Each question names a customer, and is about theirs alone.
#[derive(Clone)]
pub struct Orders(SqlitePool);

impl fmt::Debug for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Orders")
    }
}

impl Orders {
    /// Opens the file that a `sqlite://path` URL names, and makes it where it is missing.
    ///
    /// # Errors
    /// When the URL is malformed, the folder does not exist, the file cannot be opened, or it was written by a newer version.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let failed = |source| StoreError::new("open its file", source);
        let names_a_file = url.strip_prefix("sqlite://").is_some_and(|path| {
            let in_memory = path.contains(":memory:") || path.contains("mode=memory");
            !in_memory && !path.is_empty() && !path.starts_with('?')
        });
        if !names_a_file {
            let reason = format!("{url:?} names no file");
            return Err(StoreError::new("open its file", reason));
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(failed)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        let path = options.get_filename();
        create(path).map_err(|error| {
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            let reason = match folder.filter(|folder| !folder.is_dir()) {
                Some(folder) => {
                    format!("the folder {} does not exist: create it", folder.display())
                }
                None => format!("{}: {error}", path.display()),
            };
            StoreError::new("make its file", reason)
        })?;
        Self::connect(options, SqlitePoolOptions::new().max_connections(4)).await
    }

    /// Orders that end with this process.
    ///
    /// # Errors
    /// When there is no memory for them.
    pub async fn in_memory() -> Result<Self, StoreError> {
        // Another connection would have other orders, and the end of this one would be theirs.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None);
        Self::connect(SqliteConnectOptions::new().in_memory(true), pool).await
    }

    async fn connect(
        options: SqliteConnectOptions,
        pool: SqlitePoolOptions,
    ) -> Result<Self, StoreError> {
        let pool = pool
            .acquire_timeout(Duration::from_secs(5))
            .test_before_acquire(false);
        let options = options.busy_timeout(Duration::from_secs(5));
        let mut attempts = 0..40;
        let pool = loop {
            match pool.clone().connect_with(options.clone()).await {
                Ok(pool) => break pool,
                // Nobody can open a file, or wait for it, while another process switches it to its write-ahead log.
                Err(sqlx::Error::Database(error))
                    if error.code().as_deref() == Some(BUSY) && attempts.next().is_some() =>
                {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(source) => return Err(StoreError::new("open its file", source)),
            }
        };
        migrate(&pool).await?;
        Ok(Self(pool))
    }

    /// Whether orders can be read now.
    ///
    /// # Errors
    /// When they cannot.
    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        let read = sqlx::query("SELECT 1 FROM orders LIMIT 1").fetch_optional(&self.0);
        let read = read.await.map(|_| ());
        read.map_err(|source| StoreError::new("read orders", source))
    }

    /// A customer's orders, the newest first.
    pub(crate) async fn list(
        &self,
        customer: &Customer,
        page: Page,
    ) -> Result<Vec<Order>, StoreError> {
        let before = page.before.map(|id| id.to_string());
        let query = match customer {
            Customer::Person { .. } => {
                "SELECT id, item, quantity, created_at, placed_by, organization FROM orders \
                 WHERE organization IS NULL AND placed_by = ? AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?"
            }
            Customer::Member { .. } => {
                "SELECT id, item, quantity, created_at, placed_by, organization FROM orders \
                 WHERE organization = ? AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?"
            }
        };
        sqlx::query_as(query)
            .bind(row::key(customer))
            .bind(before.clone())
            .bind(before)
            .bind(page.limit)
            .fetch_all(&self.0)
            .await
            .map_err(|source| StoreError::new("list orders", source))
    }

    /// One order of a customer, if it is there and theirs.
    pub(crate) async fn find(
        &self,
        customer: &Customer,
        id: Uuid,
    ) -> Result<Option<Order>, StoreError> {
        let query = match customer {
            Customer::Person { .. } => {
                "SELECT id, item, quantity, created_at, placed_by, organization FROM orders \
                 WHERE id = ? AND organization IS NULL AND placed_by = ?"
            }
            Customer::Member { .. } => {
                "SELECT id, item, quantity, created_at, placed_by, organization FROM orders \
                 WHERE id = ? AND organization = ?"
            }
        };
        sqlx::query_as(query)
            .bind(id.to_string())
            .bind(row::key(customer))
            .fetch_optional(&self.0)
            .await
            .map_err(|source| StoreError::new("read an order", source))
    }

    /// Keeps a new order; `None` when as many of whoever orders are there as are kept of one person.
    pub(crate) async fn place(
        &self,
        customer: &Customer,
        new: NewOrder,
        now: OffsetDateTime,
    ) -> Result<Option<Order>, StoreError> {
        let order = Order {
            id: Uuid::now_v7(),
            item: new.item,
            quantity: new.quantity,
            created_at: row::kept(now),
            placed_by: customer.subject().to_owned(),
            organization: customer.organization().cloned(),
        };
        // In one statement, so that two at once are not both the last one.
        let query = match customer {
            Customer::Person { .. } => {
                "INSERT INTO orders (id, item, quantity, created_at, placed_by, organization) \
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ?7 > \
                 (SELECT count(*) FROM orders WHERE organization IS NULL AND placed_by = ?5)"
            }
            Customer::Member { .. } => {
                "INSERT INTO orders (id, item, quantity, created_at, placed_by, organization) \
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ?7 > \
                 (SELECT count(*) FROM orders WHERE organization = ?6 AND placed_by = ?5)"
            }
        };
        let done = sqlx::query(query)
            .bind(order.id.to_string())
            .bind(&order.item)
            .bind(order.quantity)
            .bind(row::milliseconds(order.created_at))
            .bind(&order.placed_by)
            .bind(
                order
                    .organization
                    .as_ref()
                    .map(logto::OrganizationId::as_str),
            )
            .bind(MOST)
            .execute(&self.0)
            .await
            .map_err(|source| StoreError::new("keep an order", source))?;
        Ok((done.rows_affected() == 1).then_some(order))
    }

    /// Takes an order of a customer away; `false` when it is not there or not theirs.
    pub(crate) async fn cancel(&self, customer: &Customer, id: Uuid) -> Result<bool, StoreError> {
        let query = match customer {
            Customer::Person { .. } => {
                "DELETE FROM orders WHERE id = ? AND organization IS NULL AND placed_by = ?"
            }
            Customer::Member { .. } => "DELETE FROM orders WHERE id = ? AND organization = ?",
        };
        let done = sqlx::query(query)
            .bind(id.to_string())
            .bind(row::key(customer))
            .execute(&self.0)
            .await
            .map_err(|source| StoreError::new("take an order away", source))?;
        Ok(done.rows_affected() == 1)
    }
}

/// Makes the file where it is missing, for its owner alone. `SQLite` gives the files beside it the same mode. A mistyped path, or a
/// disk that is not mounted, must not become a new, empty file of orders, so the folder is not made.
fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.append(true).create(true).open(path).map(drop)
}

async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    let failed = |source: sqlx::Error| StoreError::new("lay its file out", source);
    // sqlx does not lock a `SQLite` file. Of two processes that start at once, the second one finds the work done.
    let mut change = pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    let is_foreign: bool = sqlx::query_scalar(
        "SELECT count(*) > 0 AND sum(name = 'orders') = 0 FROM sqlite_schema WHERE type = 'table'",
    )
    .fetch_one(&mut *change)
    .await
    .map_err(failed)?;
    if is_foreign {
        let reason = "the file holds the data of another program, for example sessions; give the orders a file of their own";
        return Err(StoreError::new("use its file", reason));
    }
    // As `run` does, whose future the compiler does not see to be `Send` with a connection.
    match MIGRATIONS.run_direct(None, &mut *change, false).await {
        Ok(()) => change.commit().await.map_err(failed),
        Err(MigrateError::VersionMissing(layout)) => {
            let known = MIGRATIONS.iter().map(|migration| migration.version).max();
            let known = known.unwrap_or_default();
            let reason = format!("the file has layout {layout}, this program knows {known}");
            Err(StoreError::new("read its file", reason))
        }
        Err(error) => Err(StoreError::new("lay its file out", error)),
    }
}
