//! The session store of tower-sessions.

use async_trait::async_trait;
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store,
};

use super::{
    data::{Data, SIGNED_IN, check_person, ends_at},
    id::session_hash,
    records::WRITES,
    repository::Sessions,
};
use crate::{
    error_chain::chain,
    store::{StoreError, StoreErrorKind},
};

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        check_person(&record.data).map_err(backend)?;
        loop {
            record.id = self
                .keys
                .new_session_id()
                .map_err(|error| backend(StoreError::new("make a session id", error)))?;
            let id = session_hash(record.id);
            let data = &record.data;
            let seen_at = self.first_use(data.contains_key(SIGNED_IN));
            let row = self.row(&id, data, seen_at, self.expires_at(record, data));
            let row = row.map_err(backend)?;
            if self.store.create_session(&id, row).await.map_err(backend)? {
                return Ok(());
            }
        }
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let id = session_hash(record.id);
        for _ in 0..WRITES {
            // A session that ended in the meantime stays ended.
            let found = self.read_version(&id).await.map_err(backend)?;
            let Some((row, before, version)) = found else {
                return Ok(());
            };
            let mut data = record.data.clone();
            // Who is signed in is for us alone to change, and may have been changed since this
            // record was read (F1).
            if let Some(person) = before.get(SIGNED_IN) {
                data.insert(SIGNED_IN.to_owned(), person.clone());
            }
            check_person(&data).map_err(backend)?;
            let expires_at = self.expires_at(record, &data);
            if data == before && expires_at == row.expires_at {
                return Ok(());
            }
            let row = self.row(&id, &data, self.last_use(&id, &row), expires_at);
            let row = row.map_err(backend)?;
            let saved = self.store.update_session(&id, row, version).await;
            if saved.map_err(backend)? {
                return Ok(());
            }
        }
        Err(backend(StoreError::overtaken()))
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let hash = session_hash(*id);
        let Some((row, data)) = self.read(&hash).await.map_err(backend)? else {
            return Ok(None);
        };
        let now = self.now();
        let end = ends_at(&data);
        if self.has_ended(&hash, &row, end, now) {
            self.remove_ended(hash).await;
            return Ok(None);
        }
        self.note_use(hash, &row, now).await;
        // The columns are not sealed: their values must not make a session unreadable (SE-23).
        let end = end.unwrap_or_else(|| row.expires_at.min(self.ends_at()));
        let expiry_date = OffsetDateTime::from_unix_timestamp(end)
            .or_else(|_| OffsetDateTime::from_unix_timestamp(self.ends_at()))
            .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let hash = session_hash(*id);
        if self.pending_writes.has_ended(&hash) {
            return Ok(());
        }
        let origin = self.keys.origin_of(*id);
        self.delete_of(&hash, origin).await.map_err(backend)
    }
}

impl Sessions {
    /// When the row of a session ends. Whoever writes into a session does not prolong it (SE-06):
    /// tower-sessions would, by two weeks.
    fn expires_at(&self, record: &Record, data: &Data) -> i64 {
        ends_at(data).unwrap_or_else(|| {
            let asked = record.expiry_date.unix_timestamp();
            asked.min(self.ends_at())
        })
    }
}

/// `Decode` says that another process may be able to read it, and that the log knows already.
#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn backend(error: StoreError) -> session_store::Error {
    match error.kind {
        StoreErrorKind::Unreadable => session_store::Error::Decode(chain(&error)),
        _ => session_store::Error::Backend(chain(&error)),
    }
}
