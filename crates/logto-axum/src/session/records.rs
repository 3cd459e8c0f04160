//! The record of a session, and the person who is signed in in it.

use serde_json::Value;

use super::{
    current_user::CurrentUser,
    data::{Content, Data, SIGNED_IN, Storable, ends_at, owner, read_person, write_person},
    repository::Sessions,
};
use crate::{
    hash::Hash,
    seal::SealError,
    store::{SessionRow, StoreError, Version},
};

/// When a session ends, and which version of it there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionStatus {
    /// When it ends unless it is used.
    pub(crate) ends_at: i64,
    /// When it ends however much it is used.
    pub(crate) latest: i64,
    /// The versions of the session and of its tokens. A use changes neither.
    pub(crate) versions: [Version; 2],
}

/// How often a session is written that other writes come before.
pub(super) const WRITES: usize = 10;

impl Sessions {
    /// Reads a session, whatever its times say. `None` when it is not there, has ended in this
    /// process, or is not authentic.
    pub(super) async fn read(
        &self,
        session: &Hash,
    ) -> Result<Option<(SessionRow, Data)>, StoreError> {
        let read = self.read_version(session).await?;
        Ok(read.map(|(row, data, _)| (row, data)))
    }

    /// The same, with the version to change it by.
    pub(super) async fn read_version(
        &self,
        session: &Hash,
    ) -> Result<Option<(SessionRow, Data, Version)>, StoreError> {
        if self.pending_writes.has_ended(session) {
            return Ok(None);
        }
        let read = self.note_outage(self.store.load_session(session).await);
        let Some((row, version)) = read? else {
            return Ok(None);
        };
        let data = self.open_row(session, &row)?;
        Ok(data.map(|data| (row, data, version)))
    }

    /// The content of a row that was read.
    fn open_row(&self, session: &Hash, row: &SessionRow) -> Result<Option<Data>, StoreError> {
        match self.open("session", session, &row.sealed) {
            // Nobody can tell its sealed end, but that of its row has come.
            Err(_) if self.has_ended(session, row, None, self.now()) => Ok(None),
            content => content.map(|content| content.map(|Content(data)| data)),
        }
    }

    /// The sealed end counts; the columns are for the sweep and for sessions that nobody signed in
    /// to (SE-06).
    pub(super) fn has_ended(
        &self,
        session: &Hash,
        row: &SessionRow,
        sealed_end: Option<i64>,
        now: i64,
    ) -> bool {
        sealed_end.unwrap_or(row.expires_at) <= now
            || self.idle_end(self.last_use(session, row)) <= now
    }

    /// The status of a session in which somebody is signed in; `None` when it has ended, or there
    /// is none. It is no use of the session.
    pub(crate) async fn status(&self, session: &Hash) -> Result<Option<SessionStatus>, StoreError> {
        let Some((row, data, version)) = self.read_version(session).await? else {
            return Ok(None);
        };
        let idle_end = self.idle_end(self.last_use(session, &row));
        let Some(latest) = ends_at(&data) else {
            return Ok(None);
        };
        let ends_at = latest.min(idle_end);
        if ends_at <= self.now() {
            return Ok(None);
        }
        let tokens = self.note_outage(self.store.load_tokens(session).await)?;
        let tokens = tokens.map_or(0, |row| row.version);
        Ok(Some(SessionStatus {
            ends_at,
            latest,
            versions: [version, tokens],
        }))
    }

    /// Who is signed in in a session, as it is stored now.
    pub(crate) async fn person(&self, session: &Hash) -> Result<Option<CurrentUser>, StoreError> {
        let Some((_, data)) = self.read(session).await? else {
            return Ok(None);
        };
        let person = data.get(SIGNED_IN);
        person.map(|person| self.read_person(person)).transpose()
    }

    /// Who is signed in in a session whose row was read.
    pub(crate) fn person_in(
        &self,
        session: &Hash,
        row: &SessionRow,
    ) -> Result<Option<CurrentUser>, StoreError> {
        if self.pending_writes.has_ended(session) {
            return Ok(None);
        }
        let data = self.open_row(session, row)?;
        let person = data.as_ref().and_then(|data| data.get(SIGNED_IN));
        person.map(|person| self.read_person(person)).transpose()
    }

    pub(super) fn read_person(&self, value: &Value) -> Result<CurrentUser, StoreError> {
        read_person(value).ok_or_else(|| self.unreadable(SealError::UnknownShape))
    }

    /// Changes who is signed in in a session that still exists; `false` when it does not. When
    /// another write comes first, the change is made again to what that one left.
    pub(crate) async fn change_person(
        &self,
        session: &Hash,
        change: impl Fn(&mut CurrentUser),
    ) -> Result<bool, StoreError> {
        for _ in 0..WRITES {
            let Some((row, mut data, version)) = self.read_version(session).await? else {
                return Ok(false);
            };
            let Some(person) = data.get(SIGNED_IN) else {
                return Ok(false);
            };
            let mut person = self.read_person(person)?;
            change(&mut person);
            let person = write_person(&person)
                .map_err(|error| StoreError::new("write who is signed in", error))?;
            data.insert(SIGNED_IN.to_owned(), person);
            let row = self.row(session, &data, self.last_use(session, &row), row.expires_at)?;
            if self.store.update_session(session, row, version).await? {
                return Ok(true);
            }
        }
        Err(StoreError::overtaken())
    }

    /// A row with this content.
    pub(super) fn row(
        &self,
        session: &Hash,
        data: &Data,
        seen_at: i64,
        expires_at: i64,
    ) -> Result<SessionRow, StoreError> {
        let (subject, sid) = owner(data);
        Ok(SessionRow {
            sealed: self.seal("session", session, &Storable(data))?,
            seen_at,
            expires_at,
            subject,
            sid,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use logto::{Client, Config, Secret};
    use tower_sessions::session::Id;

    use super::*;
    use crate::{
        options::AuthOptions,
        seal::SessionKeys,
        session::{ending::Ending, id::session_hash},
        store::{MemoryStore, StoreErrorKind},
    };

    fn sessions() -> Sessions {
        let url = |path: &str| format!("http://localhost:9/{path}").parse().unwrap();
        let secret = Secret::new("secret");
        let config = Config::new(url(""), "app", secret, url("callback"), url(""));
        let options = AuthOptions::new(url(""), SessionKeys::ephemeral());
        let client = Client::new(config).unwrap();
        Sessions::new(Arc::new(MemoryStore::default()), &client, &options)
    }

    /// A session with this content and these tokens.
    async fn store(sessions: &Sessions, data: &Value, tokens: &Value) -> Id {
        let id = Id(7);
        let hash = session_hash(id);
        let row = SessionRow {
            sealed: sessions.seal("session", &hash, data).unwrap(),
            seen_at: sessions.now(),
            expires_at: sessions.ends_at(),
            subject: None,
            sid: None,
        };
        assert!(sessions.store.create_session(&hash, row).await.unwrap());
        let sealed = sessions.seal("tokens", &hash, tokens).unwrap();
        let saved = sessions
            .store
            .save_tokens(&hash, sealed, None, None)
            .await
            .unwrap();
        assert!(saved);
        id
    }

    /// SE-19, OU-17: after an upgrade or a rollback. It is not taken for "nobody is signed in", and
    /// nothing is lost.
    #[tokio::test]
    async fn content_of_another_shape_is_an_error_and_stays() {
        let sessions = sessions();
        let person = serde_json::json!({ SIGNED_IN: { "claims": 5, "ends_at": i64::MAX } });
        let tokens = serde_json::json!({ "tokens_of_next_year": [] });
        let id = store(&sessions, &person, &tokens).await;
        let hash = session_hash(id);

        let error = sessions.person(&hash).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Unreadable);
        let error = sessions.change_person(&hash, |_| {}).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Unreadable);
        let error = sessions.tokens(&hash).await.err().unwrap();
        assert_eq!(error.kind, StoreErrorKind::Unreadable);
        assert_eq!(sessions.unreadable_lately(), [SealError::UnknownShape]);
        assert!(sessions.store.load_session(&hash).await.unwrap().is_some());

        // Whoever has it can end it.
        let ended = sessions.end(id, Ending::Stored).await.unwrap();
        assert!(ended.is_none());
        assert_eq!(sessions.store.load_session(&hash).await.unwrap(), None);
    }

    /// SE-25: the application has the same session.
    #[tokio::test]
    async fn what_the_application_stores_as_who_is_signed_in_is_refused() {
        use tower_sessions::{SessionStore as _, session::Record};

        let sessions = sessions();
        let person = serde_json::json!({
            "claims": { "sub": "u1" }, "scope": "openid", "signed_in_at": 1, "ends_at": i64::MAX
        });
        let mut record = Record {
            id: Id(7),
            data: Data::from([("cart".to_owned(), Value::from(1))]),
            expiry_date: time::OffsetDateTime::now_utc() + time::Duration::HOUR,
        };
        sessions.create(&mut record).await.unwrap();
        let hash = session_hash(record.id);
        for forged in [
            person.clone(),
            Value::String(person.to_string()),
            serde_json::json!([null, person.to_string()]),
            Value::Bool(true),
        ] {
            let mut record = record.clone();
            record.data.insert(SIGNED_IN.to_owned(), forged);
            let refused = sessions.save(&record).await.unwrap_err();
            assert!(refused.to_string().contains("reserved"), "{refused}");
            assert!(sessions.create(&mut record).await.is_err());
            assert!(sessions.person(&hash).await.unwrap().is_none());
        }
        let kept = sessions.load(&record.id).await.unwrap().unwrap();
        assert_eq!(kept.data, record.data);
    }

    #[test]
    fn a_check_of_the_keys_seals_and_opens() {
        assert_eq!(sessions().check_keys(), Ok(()));
    }
}
