//! Rows of an SQL database.

use sqlx::{ColumnIndex, Decode, Row, Type};

use super::{SessionRow, TokenRow};
use crate::hash::Hash;

/// The columns of a session, by their names.
pub(super) fn session_row<'r, R>(row: &'r R) -> Result<SessionRow, sqlx::Error>
where
    R: Row,
    &'static str: ColumnIndex<R>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    Ok(SessionRow {
        sealed: row.try_get("sealed")?,
        seen_at: row.try_get("seen_at")?,
        expires_at: row.try_get("expires_at")?,
        subject: optional_hash(row, "subject")?,
        sid: optional_hash(row, "sid")?,
    })
}

/// A session and its id.
pub(super) fn found_session<'r, R>(row: &'r R) -> Result<(Hash, SessionRow), sqlx::Error>
where
    R: Row,
    &'static str: ColumnIndex<R>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    let id = optional_hash(row, "id")?.ok_or_else(|| sqlx::Error::ColumnNotFound("id".into()))?;
    Ok((id, session_row(row)?))
}

/// The columns of tokens, by their names.
pub(super) fn token_row<'r, R>(row: &'r R) -> Result<TokenRow, sqlx::Error>
where
    R: Row,
    &'static str: ColumnIndex<R>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    Ok(TokenRow {
        sealed: row.try_get("sealed")?,
        version: row.try_get("version")?,
    })
}

fn optional_hash<'r, R>(row: &'r R, column: &'static str) -> Result<Option<Hash>, sqlx::Error>
where
    R: Row,
    &'static str: ColumnIndex<R>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    let bytes: Option<Vec<u8>> = row.try_get(column)?;
    let hash = bytes.map(Hash::try_from).transpose();
    hash.map_err(|_| sqlx::Error::Decode(format!("{column} is no hash").into()))
}
