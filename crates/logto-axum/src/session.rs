//! Sessions as tower-sessions sees them, kept the way [`crate::store`] wants them.

mod id;
mod signed_in;
mod tower;
mod unreadable;
mod unwritten;

use std::{collections::HashMap, sync::Arc, time::Duration};

use logto::Secret;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::time::timeout;
use tower_sessions::session::Id;

pub use self::signed_in::SignedIn;
use self::{
    id::IdOrigin,
    unreadable::Unreadable,
    unwritten::{Revocation, Unwritten},
};
use crate::{
    error::chain,
    hash::Hash,
    log_limit::LogLimit,
    options::Options,
    seal::{Place, SealError, SessionKeys},
    store::{SessionRow, Store, StoreError, StoreErrorKind, TokenRow, Version},
    tokens::{RefreshedTokens, TokenRecord},
};

/// Where the signed-in person stands in a session.
pub(crate) const SIGNED_IN: &str = "signed_in";
/// How long a sign-in may take, in seconds.
pub(crate) const PENDING_SECONDS: i64 = 600;
/// The use of a session is noted at most this often, in seconds (SE-24), or ten times within its idle time.
const TOUCH_SECONDS: i64 = 60;
/// A new session that nobody presents a second time ends after so many seconds: its browser has hung up before it had
/// the cookie.
const UNCONFIRMED_SECONDS: i64 = 600;
/// So long a reader waits for the store to note something. It goes on by itself after that.
const NOTE_PATIENCE: Duration = Duration::from_millis(50);
/// How often tokens are written that other writes come before.
const WRITES: usize = 5;
/// So long a row that could not be read counts as trouble, in seconds.
const UNREADABLE_SECONDS: i64 = 600;

/// What is in a session.
type Data = HashMap<String, Value>;

/// The store with its keys, times and clock.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    store: Arc<dyn Store>,
    keys: SessionKeys,
    idle: i64,
    lifetime: i64,
    client: logto::Client,
    unwritten: Arc<Unwritten>,
    unreadable: Arc<Unreadable>,
    write_failures: Arc<LogLimit>,
    token_failures: Arc<LogLimit>,
}

/// What a token record was read as, for compare-and-set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenVersion {
    stored: Version,
    /// The latest refresh in the record whose tokens the store does not have.
    unwritten: Option<u64>,
}

/// How strictly a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// In the store, or not at all.
    Stored,
    /// In any case: when the store does not do it, in this process, and in the store later.
    Certain,
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
            unwritten: Arc::default(),
            unreadable: Arc::default(),
            write_failures: Arc::default(),
            token_failures: Arc::default(),
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

    /// Writes what could not be written before, and removes what is past its time.
    pub(crate) async fn sweep(&self) -> Result<(), StoreError> {
        // Before anything is removed as unused.
        self.write_uses().await?;
        let now = self.now();
        self.store.sweep(now, now.saturating_sub(self.idle)).await
    }

    async fn write_uses(&self) -> Result<(), StoreError> {
        for (session, at) in self.unwritten.uses_to_write() {
            self.store.touch_session(&session, at).await?;
            self.unwritten.use_is_written(&session, at);
        }
        Ok(())
    }

    /// Whether the store can be read and written now.
    pub(crate) async fn check_store(&self) -> Result<(), StoreError> {
        self.store.check().await
    }

    /// Whether what is sealed can be opened again.
    pub(crate) fn check_keys(&self) -> Result<(), SealError> {
        let place = Place {
            kind: "check",
            row: b"",
        };
        let sealed = self.keys.seal(&place, &"check")?;
        let opened: String = self.keys.open(&place, &sealed)?;
        if opened == "check" {
            Ok(())
        } else {
            Err(SealError::NotAuthentic)
        }
    }

    /// Why rows could not be read in the last ten minutes.
    pub(crate) fn unreadable_lately(&self) -> Vec<SealError> {
        let then = self.now().saturating_sub(UNREADABLE_SECONDS);
        self.unreadable.since(then)
    }

    /// The session of somebody has content that this version cannot read.
    pub(crate) fn note_unknown_shape(&self) {
        self.unreadable.note(SealError::UnknownShape, self.now());
    }

    /// Ends a session. When the store cannot be written, it has ended for this process, and is deleted when the store can.
    pub(crate) async fn delete(&self, session: &Hash) -> Result<(), StoreError> {
        self.delete_of(session, IdOrigin::Issued).await
    }

    async fn delete_of(&self, session: &Hash, origin: IdOrigin) -> Result<(), StoreError> {
        match self.store.delete_session(session).await {
            Ok(()) => {
                self.unwritten.deleted(session);
                Ok(())
            }
            Err(error) => self.end_here(session, Revocation::Done, origin, error),
        }
    }

    /// Ends a session, and gives back its tokens as far as they can be read.
    pub(crate) async fn end(
        &self,
        id: Id,
        ending: Ending,
    ) -> Result<Option<TokenRecord>, StoreError> {
        let (session, origin) = (&session_hash(id), self.keys.origin_of(id));
        let tokens = match self.tokens(session).await {
            Ok(tokens) => tokens.map(|(record, _)| record),
            Err(error) if error.kind == StoreErrorKind::Unreadable => None,
            Err(error) if ending == Ending::Stored => return Err(error),
            Err(error) => {
                self.end_here(session, Revocation::Due, origin, error)?;
                return Ok(None);
            }
        };
        match ending {
            Ending::Stored => {
                self.store.delete_session(session).await?;
                self.unwritten.deleted(session);
            }
            Ending::Certain => self.delete_of(session, origin).await?,
        }
        Ok(tokens)
    }

    /// Ends a session for this process, for the reason that the store fails.
    fn end_here(
        &self,
        session: &Hash,
        revocation: Revocation,
        origin: IdOrigin,
        error: StoreError,
    ) -> Result<(), StoreError> {
        if !self.unwritten.end(*session, revocation, origin) {
            return Err(error);
        }
        if let Some(left_out) = self.write_failures.permit() {
            tracing::error!(
                error = chain(&error),
                left_out,
                "a session has ended here and could not be deleted from the store yet; this is tried again"
            );
        }
        Ok(())
    }

    /// Waits until something could not be written to the store.
    pub(crate) async fn wait_for_unwritten(&self) {
        self.unwritten.wait().await;
    }

    /// Writes to the store what could not be written before: deletes sessions that have ended in this process only, and
    /// notes the uses and stores the tokens of the others. What is to be revoked then comes to `revoke`.
    pub(crate) async fn write_unwritten(&self, revoke: impl Fn(Secret)) -> Result<(), StoreError> {
        self.delete_ended(&revoke).await?;
        self.write_uses().await?;
        for session in self.unwritten.tokens_to_write() {
            self.write_tokens(&session, &revoke).await?;
        }
        Ok(())
    }

    async fn delete_ended(&self, revoke: impl Fn(Secret)) -> Result<(), StoreError> {
        for (session, revocation) in self.unwritten.to_delete() {
            let tokens = match revocation {
                Revocation::Done => None,
                Revocation::Due => match self.stored_tokens(&session).await {
                    Ok(tokens) => tokens,
                    Err(error) if error.kind == StoreErrorKind::Unreadable => None,
                    Err(error) => return Err(error),
                },
            };
            self.store.delete_session(&session).await?;
            self.unwritten.deleted(&session);
            if let Some(secret) = tokens.as_ref().and_then(|(record, _)| record.revocable()) {
                revoke(secret.clone());
            }
        }
        Ok(())
    }

    async fn write_tokens(
        &self,
        session: &Hash,
        revoke: impl Fn(Secret),
    ) -> Result<(), StoreError> {
        for _ in 0..WRITES {
            let found = match self.tokens(session).await {
                Err(error) if error.kind == StoreErrorKind::Unreadable => None,
                found => found?,
            };
            let Some((record, version)) = found else {
                // It has ended: what was brought for it must not live on (RF-20).
                let tokens = self.unwritten.forget_tokens(session);
                if let Some(secret) = tokens.as_ref().and_then(RefreshedTokens::refresh_token) {
                    revoke(secret.clone());
                }
                return Ok(());
            };
            if version.unwritten.is_none()
                || self.save_tokens(session, &record, Some(version)).await?
            {
                return Ok(());
            }
        }
        Err(StoreError::overtaken())
    }

    /// Keeps in this process what a refresh brought and the store did not take, for the reason that it failed. It is
    /// written when the store can be.
    pub(crate) fn keep_unwritten(
        &self,
        session: &Hash,
        tokens: RefreshedTokens,
        error: StoreError,
    ) -> Result<(), StoreError> {
        let now = self.client.now();
        if !self.unwritten.keep_tokens(*session, tokens, now) {
            return Err(error);
        }
        if let Some(left_out) = self.token_failures.permit() {
            tracing::error!(
                error = chain(&error),
                left_out,
                "refreshed tokens could not be stored yet; this process keeps them, and this is tried again"
            );
        }
        Ok(())
    }

    /// Whether tokens of a session are in this process only.
    pub(crate) fn has_unwritten_tokens(&self, session: &Hash) -> bool {
        self.unwritten.kept_tokens(session).is_some()
    }

    /// Notes the use of a session that has not ended; `false` when it has.
    pub(crate) async fn touch(&self, session: &Hash, now: i64) -> Result<bool, StoreError> {
        let Some((row, data)) = self.read(session).await? else {
            return Ok(false);
        };
        if self.has_ended(session, &row, &data, now) {
            return Ok(false);
        }
        self.store.touch_session(session, now).await?;
        Ok(true)
    }

    /// Notes the use of a session, if that was not done just before. Whoever reads the session does not wait for a store
    /// that is slow, and does not notice one that fails.
    async fn note_use(&self, session: Hash, row: &SessionRow, now: i64) {
        let seconds = self.unnoted_seconds();
        let is_due = now.abs_diff(row.seen_at) >= seconds.unsigned_abs();
        if !is_due || !self.unwritten.note_use(session, now, seconds) {
            return;
        }
        let sessions = self.clone();
        let write = tokio::spawn(async move {
            match sessions.store.touch_session(&session, now).await {
                Ok(()) => sessions.unwritten.use_is_written(&session, now),
                Err(error) => {
                    if let Some(left_out) = sessions.write_failures.permit() {
                        tracing::warn!(
                            error = chain(&error),
                            left_out,
                            "the use of a session could not be noted; it goes on, and this is tried again"
                        );
                    }
                }
            }
        });
        let _ = timeout(NOTE_PATIENCE, write).await;
    }

    /// Removes a session that is past its time. If the store does not do it now, the next sweep does.
    async fn remove_ended(&self, session: Hash) {
        let sessions = self.clone();
        let write = tokio::spawn(async move {
            if let Err(error) = sessions.store.delete_session(&session).await {
                let error = chain(&error);
                tracing::debug!(error, "a session past its time was not removed yet");
            }
        });
        let _ = timeout(NOTE_PATIENCE, write).await;
    }

    /// What a new session says about its last use: one that signs somebody in must be presented soon.
    fn first_use(&self, signs_in: bool) -> i64 {
        let now = self.now();
        if signs_in {
            now.saturating_sub(self.idle.saturating_sub(UNCONFIRMED_SECONDS).max(0))
        } else {
            now
        }
    }

    /// When a session was last used, as the store and this process know it.
    fn last_use(&self, session: &Hash, row: &SessionRow) -> i64 {
        let here = self.unwritten.last_use(session);
        here.map_or(row.seen_at, |here| here.max(row.seen_at))
    }

    /// The sealed end counts; the columns are for the sweep and for sessions that nobody signed in to (SE-06).
    fn has_ended(&self, session: &Hash, row: &SessionRow, data: &Data, now: i64) -> bool {
        let end = ends_at(data).unwrap_or(row.expires_at);
        end <= now || self.idle_end(self.last_use(session, row)) <= now
    }

    /// Reads a session, whatever its times say. `None` when it is not there, has ended in this process, or is not
    /// authentic.
    async fn read(&self, session: &Hash) -> Result<Option<(SessionRow, Data)>, StoreError> {
        if self.unwritten.has_ended(session) {
            return Ok(None);
        }
        let Some(row) = self.store.load_session(session).await? else {
            return Ok(None);
        };
        match self.open("session", session, &row.sealed) {
            Ok(data) => Ok(data.map(|data| (row, data))),
            // Nobody can tell its sealed end, but that of its row has come.
            Err(_) if self.has_ended(session, &row, &Data::new(), self.now()) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Who is signed in in a session, as it is stored now.
    pub(crate) async fn person(&self, session: &Hash) -> Result<Option<SignedIn>, StoreError> {
        let Some((_, mut data)) = self.read(session).await? else {
            return Ok(None);
        };
        data.remove(SIGNED_IN)
            .map(|person| self.read_person(person))
            .transpose()
    }

    fn read_person(&self, value: Value) -> Result<SignedIn, StoreError> {
        read_person(value).ok_or_else(|| self.unreadable(SealError::UnknownShape))
    }

    /// Changes who is signed in in a session that still exists; `false` when it does not. The caller holds its flight.
    pub(crate) async fn change_person(
        &self,
        session: &Hash,
        change: impl FnOnce(&mut SignedIn),
    ) -> Result<bool, StoreError> {
        let Some((row, mut data)) = self.read(session).await? else {
            return Ok(false);
        };
        let Some(person) = data.remove(SIGNED_IN) else {
            return Ok(false);
        };
        let mut person = self.read_person(person)?;
        change(&mut person);
        let person = serde_json::to_value(person)
            .map_err(|error| StoreError::new("write who is signed in", error))?;
        data.insert(SIGNED_IN.to_owned(), person);
        let sealed = self.seal("session", session, &data)?;
        let row = SessionRow {
            sealed,
            seen_at: self.last_use(session, &row),
            ..row
        };
        self.store.update_session(session, row).await
    }

    /// The tokens of a session, with those that refreshes brought and the store does not have yet.
    pub(crate) async fn tokens(
        &self,
        session: &Hash,
    ) -> Result<Option<(TokenRecord, TokenVersion)>, StoreError> {
        if self.unwritten.has_ended(session) {
            return Ok(None);
        }
        self.stored_tokens(session).await
    }

    async fn stored_tokens(
        &self,
        session: &Hash,
    ) -> Result<Option<(TokenRecord, TokenVersion)>, StoreError> {
        // Before the store is read: what is written meanwhile is in the row that is read then.
        let kept = self.unwritten.kept_tokens(session);
        let Some(TokenRow { sealed, version }) = self.store.load_tokens(session).await? else {
            return Ok(None);
        };
        let Some(mut record) = self.open::<TokenRecord>("tokens", session, &sealed)? else {
            return Ok(None);
        };
        let unwritten = kept.map(|(tokens, latest)| {
            tokens.merge_into(&mut record, self.client.now());
            latest
        });
        let stored = version;
        Ok(Some((record, TokenVersion { stored, unwritten })))
    }

    /// Writes the tokens of a session, if they are still those of the version. `false` when it is gone, or another write came
    /// first.
    pub(crate) async fn save_tokens(
        &self,
        session: &Hash,
        record: &TokenRecord,
        expected: Option<TokenVersion>,
    ) -> Result<bool, StoreError> {
        if self.unwritten.has_ended(session) {
            return Ok(false);
        }
        let sealed = self.seal("tokens", session, record)?;
        let stored = expected.map(|version| version.stored);
        let saved = self.store.save_tokens(session, sealed, stored).await?;
        if saved && let Some(latest) = expected.and_then(|version| version.unwritten) {
            self.unwritten.tokens_are_written(session, latest);
        }
        Ok(saved)
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

    /// Opens a sealed value. What is not authentic is as good as not there: the person is anonymous (SE-16, SE-17). What
    /// another key or version can open is [`StoreErrorKind::Unreadable`], and stays (SE-18, SE-19).
    fn open<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        row: &Hash,
        sealed: &[u8],
    ) -> Result<Option<T>, StoreError> {
        match self.keys.open(&Place { kind, row }, sealed) {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.may_be_opened_elsewhere() => Err(self.unreadable(error)),
            Err(error) => {
                let reason = error.to_string();
                tracing::warn!(
                    kind,
                    reason,
                    "a stored value was refused; treated as absent"
                );
                Ok(None)
            }
        }
    }

    fn unreadable(&self, error: SealError) -> StoreError {
        self.unreadable.note(error, self.now());
        StoreError::new("open a stored value", error).of_kind(StoreErrorKind::Unreadable)
    }
}

/// The sealed end of the session of somebody who is signed in.
fn ends_at(data: &Data) -> Option<i64> {
    data.get(SIGNED_IN)?.get("ends_at")?.as_i64()
}

pub(crate) fn session_hash(id: Id) -> Hash {
    crate::hash::digest(&[b"session", &id.0.to_le_bytes()])
}

fn read_person(value: Value) -> Option<SignedIn> {
    serde_json::from_value(value).ok()
}

#[cfg(test)]
mod tests {
    use logto::{Client, Config};

    use super::*;
    use crate::store::MemoryStore;

    fn sessions() -> Sessions {
        let url = |path: &str| format!("http://localhost:9/{path}").parse().unwrap();
        let secret = Secret::new("secret");
        let config = Config::new(url(""), "app", secret, url("callback"), url(""));
        let options = Options::new(url(""), SessionKeys::ephemeral());
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
        };
        assert!(sessions.store.create_session(&hash, row).await.unwrap());
        let sealed = sessions.seal("tokens", &hash, tokens).unwrap();
        let saved = sessions
            .store
            .save_tokens(&hash, sealed, None)
            .await
            .unwrap();
        assert!(saved);
        id
    }

    /// SE-19, OU-17: after an upgrade or a rollback. It is not taken for "nobody is signed in", and nothing is lost.
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

    #[test]
    fn a_check_of_the_keys_seals_and_opens() {
        assert_eq!(sessions().check_keys(), Ok(()));
    }

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
