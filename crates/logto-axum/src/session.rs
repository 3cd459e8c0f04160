//! Sessions as tower-sessions sees them, kept the way [`crate::store`] wants them.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use logto::{Claims, Scopes};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store,
};

use crate::{
    Hash, Options, SessionKeys, SessionRow, Store, StoreError, chain,
    seal::Place,
    store::{TokenRow, Version},
    tokens::TokenRecord,
};

/// Where the signed-in person stands in a session.
pub(crate) const SIGNED_IN: &str = "signed_in";
/// How long a sign-in may take, in seconds.
pub(crate) const PENDING_SECONDS: i64 = 600;
/// A session that nobody used after it was made ends after this long, in seconds.
const UNCLAIMED_SECONDS: i64 = 600;
/// The use of a session is noted at most this often, in seconds (SE-24), or ten times within its idle time.
const TOUCH_SECONDS: i64 = 60;

/// Who signed in, and for how long it holds. No token: those are in a record of their own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignedIn {
    /// The claims of the verified ID token.
    pub claims: Claims,
    /// Logto's own scopes that were granted, which may be fewer than were [asked](Self::asked) for. Permissions are not
    /// among them: what a person may do is in the scope of a token for the resource.
    pub scope: Scopes,
    /// What was asked for at the sign-in, permissions included.
    #[serde(default)]
    pub asked: Scopes,
    /// What was granted and the person does not want used. No token has it, and no claim comes of it.
    #[serde(default)]
    pub switched_off: Scopes,
    /// When the sign-in was finished, in Unix seconds.
    pub signed_in_at: i64,
    /// When the session ends whatever happens, in Unix seconds.
    pub ends_at: i64,
}

impl SignedIn {
    /// Logto's own scopes that were granted and are not switched off: what the claims come from.
    #[must_use]
    pub fn in_use(&self) -> Scopes {
        self.scope.difference(&self.switched_off)
    }

    /// Logto's own scopes that were asked for and that Logto left out without a word.
    #[must_use]
    pub fn not_granted(&self) -> Scopes {
        self.asked
            .difference(&self.asked.permissions())
            .difference(&self.scope)
    }

    /// What needs no new sign-in to be used: the scopes that were granted, and the permissions that were asked for.
    #[must_use]
    pub fn held(&self) -> Scopes {
        self.scope.union(&self.asked.permissions())
    }
}

/// The store with its keys, times and clock.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    store: Arc<dyn Store>,
    keys: SessionKeys,
    idle: i64,
    lifetime: i64,
    client: logto::Client,
}

impl Sessions {
    pub(crate) fn new(store: Arc<dyn Store>, client: &logto::Client, options: &Options) -> Self {
        let seconds = |time: std::time::Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        Self {
            store,
            keys: options.keys.clone(),
            idle: seconds(options.idle),
            lifetime: seconds(options.lifetime),
            client: client.clone(),
        }
    }

    pub(crate) fn keys(&self) -> &SessionKeys {
        &self.keys
    }

    pub(crate) fn now(&self) -> i64 {
        i64::try_from(self.client.now()).unwrap_or(i64::MAX)
    }

    /// How long ago a session may have been used that says it was not.
    pub(crate) fn unnoted_seconds(&self) -> i64 {
        (self.idle / 10).clamp(1, TOUCH_SECONDS)
    }

    /// When a session ends that is not used after `used`.
    pub(crate) fn idle_end(&self, used: i64) -> i64 {
        used.saturating_add(self.idle)
    }

    /// When a session that starts now ends.
    pub(crate) fn ends_at(&self) -> i64 {
        self.now().saturating_add(self.lifetime)
    }

    pub(crate) async fn sweep(&self) -> Result<(), StoreError> {
        let now = self.now();
        self.store.sweep(now, now.saturating_sub(self.idle)).await
    }

    pub(crate) async fn delete(&self, session: &Hash) -> Result<(), StoreError> {
        self.store.delete_session(session).await
    }

    /// Notes the use of a session that has not ended; `false` when it has.
    pub(crate) async fn touch(&self, session: &Hash, now: i64) -> Result<bool, StoreError> {
        let row = self.store.load_session(session).await?;
        if row.is_none_or(|row| self.has_ended(&row, now)) {
            return Ok(false);
        }
        self.store.touch_session(session, now).await?;
        Ok(true)
    }

    fn has_ended(&self, row: &SessionRow, now: i64) -> bool {
        row.expires_at <= now || self.idle_end(row.seen_at) <= now
    }

    /// Who is signed in in a session, as it is stored now.
    pub(crate) async fn person(&self, session: &Hash) -> Result<Option<SignedIn>, StoreError> {
        Ok(self.stored(session).await?.and_then(read_person))
    }

    async fn stored(&self, session: &Hash) -> Result<Option<Value>, StoreError> {
        let Some(row) = self.store.load_session(session).await? else {
            return Ok(None);
        };
        let data = self.open::<HashMap<String, Value>>("session", session, &row.sealed);
        Ok(data.and_then(|mut data| data.remove(SIGNED_IN)))
    }

    /// Changes who is signed in in a session that still exists; `false` when it does not. The caller holds its flight.
    pub(crate) async fn change_person(
        &self,
        session: &Hash,
        change: impl FnOnce(&mut SignedIn),
    ) -> Result<bool, StoreError> {
        let Some(row) = self.store.load_session(session).await? else {
            return Ok(false);
        };
        let Some(mut data) = self.open::<HashMap<String, Value>>("session", session, &row.sealed)
        else {
            return Ok(false);
        };
        let Some(mut person) = data.remove(SIGNED_IN).and_then(read_person) else {
            return Ok(false);
        };
        change(&mut person);
        let person = serde_json::to_value(person)
            .map_err(|error| StoreError::new("write who is signed in", error))?;
        data.insert(SIGNED_IN.to_owned(), person);
        let sealed = self.seal("session", session, &data)?;
        let row = SessionRow { sealed, ..row };
        self.store.update_session(session, row).await
    }

    pub(crate) async fn tokens(
        &self,
        session: &Hash,
    ) -> Result<Option<(TokenRecord, Version)>, StoreError> {
        let Some(TokenRow { sealed, version }) = self.store.load_tokens(session).await? else {
            return Ok(None);
        };
        let record = self.open("tokens", session, &sealed);
        Ok(record.map(|record| (record, version)))
    }

    pub(crate) async fn save_tokens(
        &self,
        session: &Hash,
        record: &TokenRecord,
        expected: Option<Version>,
    ) -> Result<bool, StoreError> {
        let sealed = self.seal("tokens", session, record)?;
        self.store.save_tokens(session, sealed, expected).await
    }

    /// Notes that a `state` is used, until a time; `false` when it was before.
    pub(crate) async fn spend_state(&self, state: &Hash, until: u64) -> Result<bool, StoreError> {
        let until = i64::try_from(until).unwrap_or(i64::MAX);
        self.store.spend_state(state, until).await
    }

    fn seal<T: Serialize>(
        &self,
        kind: &'static str,
        row: &Hash,
        value: &T,
    ) -> Result<Vec<u8>, StoreError> {
        self.keys
            .seal(&Place { kind, row }, value)
            .map_err(|source| StoreError::new("seal a value", source))
    }

    /// What cannot be opened is as good as not there: the person is anonymous, and the log says so (SE-16, SE-17).
    fn open<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        row: &Hash,
        sealed: &[u8],
    ) -> Option<T> {
        let opened = self.keys.open(&Place { kind, row }, sealed);
        if opened.is_err() {
            tracing::warn!(
                kind,
                "a stored value could not be opened: changed, moved, or its key is gone; treated as absent"
            );
        }
        opened.ok()
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        loop {
            let id = session_hash(record.id);
            let row = SessionRow {
                sealed: self.seal("session", &id, &record.data).map_err(backend)?,
                // A browser that hung up never learns of its session: unless it is used, it ends soon.
                seen_at: self.now() - (self.idle - UNCLAIMED_SECONDS).max(0),
                expires_at: record.expiry_date.unix_timestamp().min(self.ends_at()),
            };
            if self.store.create_session(&id, row).await.map_err(backend)? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let id = session_hash(record.id);
        let mut data = record.data.clone();
        // Who is signed in is for us alone to change, and may have been changed since this record was read (F1).
        if let Some(person) = self.stored(&id).await.map_err(backend)? {
            data.insert(SIGNED_IN.to_owned(), person);
        }
        // Whoever writes into the session does not prolong it (SE-06): tower-sessions would, by two weeks.
        let ends_at = data.get(SIGNED_IN).and_then(|person| person.get("ends_at"));
        let expires_at = ends_at
            .and_then(Value::as_i64)
            .unwrap_or_else(|| self.ends_at());
        let row = SessionRow {
            sealed: self.seal("session", &id, &data).map_err(backend)?,
            seen_at: self.now(),
            expires_at: record.expiry_date.unix_timestamp().min(expires_at),
        };
        // `false` says that the session ended in the meantime. It stays ended.
        self.store
            .update_session(&id, row)
            .await
            .map(|_| ())
            .map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let hash = session_hash(*id);
        let Some(row) = self.store.load_session(&hash).await.map_err(backend)? else {
            return Ok(None);
        };
        let now = self.now();
        if self.has_ended(&row, now) {
            self.store.delete_session(&hash).await.map_err(backend)?;
            return Ok(None);
        }
        if now.saturating_sub(row.seen_at) >= self.unnoted_seconds() {
            self.store
                .touch_session(&hash, now)
                .await
                .map_err(backend)?;
        }
        let Some(data) = self.open("session", &hash, &row.sealed) else {
            return Ok(None);
        };
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_at)
            .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        Sessions::delete(self, &session_hash(*id))
            .await
            .map_err(backend)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn backend(error: StoreError) -> session_store::Error {
    session_store::Error::Backend(chain(&error))
}

pub(crate) fn session_hash(id: Id) -> Hash {
    crate::digest(&[b"session", &id.0.to_le_bytes()])
}

fn read_person(value: Value) -> Option<SignedIn> {
    serde_json::from_value(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A session of an earlier version goes on.
    #[test]
    fn a_session_stored_before_the_choice_of_scopes_can_be_read() {
        let stored = serde_json::json!({
            "claims": { "sub": "u1" }, "scope": "openid email", "signed_in_at": 1, "ends_at": 2
        });
        let person = read_person(stored).unwrap();
        assert!(person.switched_off.is_empty() && person.not_granted().is_empty());
        assert_eq!(person.in_use(), person.scope);
        assert_eq!(person.held(), person.scope);
    }
}
