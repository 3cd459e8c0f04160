//! An order as it is kept.

use logto::OrganizationId;
use sqlx::{FromRow, Row as _, sqlite::SqliteRow};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::order::{Customer, Order};

/// The key of the orders of a customer, among those of the same kind.
pub fn key(customer: &Customer) -> &str {
    match customer {
        Customer::Person { subject } => subject,
        Customer::Member { organization, .. } => organization.as_str(),
    }
}

impl FromRow<'_, SqliteRow> for Order {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let decode = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
        let id: &str = row.try_get(0)?;
        let created_at: i64 = row.try_get(3)?;
        let organization: Option<String> = row.try_get(5)?;
        let organization = organization.map(OrganizationId::try_from);
        Ok(Self {
            id: Uuid::try_parse(id).map_err(|error| decode(error.into()))?,
            item: row.try_get(1)?,
            quantity: row.try_get(2)?,
            created_at: time(created_at).map_err(|error| decode(error.into()))?,
            placed_by: row.try_get(4)?,
            organization: organization
                .transpose()
                .map_err(|error| decode(error.into()))?,
        })
    }
}

fn time(milliseconds: i64) -> Result<OffsetDateTime, time::error::ComponentRange> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000)
}

/// A time as it is kept: in whole milliseconds since 1970.
pub fn milliseconds(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// The time as it will be read again.
pub fn kept(now: OffsetDateTime) -> OffsetDateTime {
    time(milliseconds(now)).unwrap_or(now)
}
