use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Mutex;

use crate::error::Error;

/// How long a document is used without asking again.
const FRESH: Duration = Duration::from_hours(1);
/// How long after that it still serves when it cannot be read again.
const STALE: Duration = Duration::from_hours(24);
/// How long a failure answers those who waited for the same thing.
const FAILED: Duration = Duration::from_secs(1);
/// How long a stale document serves before the next retry to fetch it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long nobody may renew after a renewal that did not help.
const FRUITLESS: Duration = Duration::from_secs(30);

/// How far callers may differ about the time.
const AHEAD: Duration = Duration::from_mins(1);

/// One document of the provider: fetched by one caller while the others wait, cached, and renewed.
pub(super) struct Cache<T> {
    held: RwLock<Option<Held<T>>>,
    /// Single-flight: the caller that holds this lock fetches the document.
    fetch: Mutex<FetchState>,
}

struct Held<T> {
    document: Arc<T>,
    source: String,
    read_at: SystemTime,
}

#[derive(Default)]
struct FetchState {
    failed: Option<(Instant, Error)>,
    fruitless: Option<SystemTime>,
}

enum Age<T> {
    Fresh(Arc<T>),
    Stale(Arc<T>),
    Gone,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self {
            held: RwLock::default(),
            fetch: Mutex::default(),
        }
    }
}

impl<T> Cache<T> {
    /// The document, read if there is none, and read again if it is old.
    pub(super) async fn get(
        &self,
        source: &str,
        now: SystemTime,
        read: impl AsyncFnOnce() -> Result<T, Error>,
    ) -> Result<Arc<T>, Error> {
        match self.look(source, now) {
            Age::Fresh(document) => Ok(document),
            Age::Stale(document) => {
                // Nobody waits for a newer copy while an older one will do.
                let Ok(mut state) = self.fetch.try_lock() else {
                    return Ok(document);
                };
                if state.failed_within(PATIENCE).is_some() {
                    return Ok(document);
                }
                match self.read(source, now, &mut state, read).await {
                    Ok(document) => Ok(document),
                    Err(error) => {
                        tracing::warn!(%error, source, "a document of the provider could not be renewed; the stale copy is used");
                        Ok(document)
                    }
                }
            }
            Age::Gone => {
                let mut state = self.fetch.lock().await;
                if let Age::Fresh(document) | Age::Stale(document) = self.look(source, now) {
                    return Ok(document);
                }
                if let Some(error) = state.failed_within(FAILED) {
                    return Err(error);
                }
                self.read(source, now, &mut state, read).await
            }
        }
    }

    /// The document that was read last, however old.
    pub(super) fn held(&self) -> Option<Arc<T>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().map(|held| held.document.clone())
    }

    /// A document newer than `judged`, which lacked something. `None` when a newer one did not help
    /// a moment ago.
    pub(super) async fn renew(
        &self,
        judged: &Arc<T>,
        source: &str,
        now: SystemTime,
        read: impl AsyncFnOnce() -> Result<T, Error>,
    ) -> Result<Option<Arc<T>>, Error> {
        let mut state = self.fetch.lock().await;
        if let Age::Fresh(newer) | Age::Stale(newer) = self.look(source, now)
            && !Arc::ptr_eq(&newer, judged)
        {
            return Ok(Some(newer));
        }
        let fruitless = state
            .fruitless
            .and_then(|then| now.duration_since(then).ok());
        if fruitless.is_some_and(|since| since < FRUITLESS) {
            return Ok(None);
        }
        if let Some(error) = state.failed_within(FAILED) {
            return Err(error);
        }
        let renewed = self.read(source, now, &mut state, read).await?;
        state.fruitless = Some(now);
        Ok(Some(renewed))
    }

    /// Says that the renewed document had what the older one lacked: the next renewal need not
    /// wait.
    pub(super) async fn renewal_helped(&self) {
        self.fetch.lock().await.fruitless = None;
    }

    async fn read(
        &self,
        source: &str,
        now: SystemTime,
        state: &mut FetchState,
        read: impl AsyncFnOnce() -> Result<T, Error>,
    ) -> Result<Arc<T>, Error> {
        match read().await {
            Ok(document) => {
                state.failed = None;
                let document = Arc::new(document);
                let held = Held {
                    document: document.clone(),
                    source: source.to_owned(),
                    read_at: now,
                };
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
                Ok(document)
            }
            Err(error) => {
                state.fail(error.clone());
                Err(error)
            }
        }
    }

    fn look(&self, source: &str, now: SystemTime) -> Age<T> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let Some(held) = held.as_ref().filter(|held| held.source == source) else {
            return Age::Gone;
        };
        match now.duration_since(held.read_at) {
            // Read by another caller, who asked for the time a moment after us.
            Err(ahead) if ahead.duration() < AHEAD => Age::Fresh(held.document.clone()),
            Ok(age) if age < FRESH => Age::Fresh(held.document.clone()),
            Ok(age) if age >= FRESH + STALE => Age::Gone,
            // Old; or read in the future, by a clock that was set back: read again, and served
            // meanwhile.
            _ => Age::Stale(held.document.clone()),
        }
    }
}

impl FetchState {
    #[expect(
        clippy::disallowed_methods,
        reason = "a real timeout, which the clock of a test does not move"
    )]
    fn fail(&mut self, error: Error) {
        self.failed = Some((Instant::now(), error));
    }

    fn failed_within(&self, time: Duration) -> Option<Error> {
        self.failed
            .as_ref()
            .filter(|(when, _)| when.elapsed() < time)
            .map(|(_, error)| error.clone())
    }
}
