//! The refreshes of one session: a token is asked for once for all who wait for it, and tokens for
//! different audiences at the same time for as long as Logto keeps the refresh token.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use logto::{AccessToken, Audience, Scopes};
use tokio::sync::{
    Mutex as AsyncMutex, OwnedMutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, Semaphore,
    SemaphorePermit,
};

use super::{effective_request::EffectiveRequest, lease::SharedLease, request::Freshness};
use crate::{error::Error, hash::Hash, session::Sessions};

/// How many refreshes of one session run at the same time.
const AT_ONCE: u32 = 8;

/// The running refreshes, by session.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    sessions: Mutex<HashMap<Hash, Arc<Flight>>>,
    /// Whether the latest refresh of any session brought a new refresh token: what to expect of a
    /// session that had none yet. The first one of all is made alone.
    rotates: Mutex<Option<bool>>,
}

impl Flights {
    pub(crate) fn of(&self, session: &Hash) -> Arc<Flight> {
        let mut flights = lock(&self.sessions);
        flights.retain(|_, flight| Arc::strong_count(flight) > 1);
        Arc::clone(flights.entry(*session).or_default())
    }

    /// Notes whether a refresh brought a new refresh token.
    pub(super) fn note_rotation(&self, rotated: bool) {
        *lock(&self.rotates) = Some(rotated);
    }
}

/// The refreshes of one session. It is dropped when nobody is refreshing.
#[derive(Debug)]
pub(crate) struct Flight {
    /// Shared by refreshes; held alone by whoever changes which scopes are in use.
    scopes: RwLock<()>,
    /// Held by the one who asks for this token.
    same: Mutex<Vec<Same>>,
    /// All of them are taken by a refresh that may replace the refresh token.
    turns: Semaphore,
    /// Held while what a refresh brought is merged into the record.
    pub(super) merging: AsyncMutex<()>,
    results: Mutex<Vec<SharedResult>>,
    /// Held by the one who asks the store for the lease.
    pub(super) lease: AsyncMutex<SharedLease>,
}

#[derive(Debug)]
struct Same {
    audience: Audience,
    asked: Option<Scopes>,
    turn: Arc<AsyncMutex<()>>,
}

/// The result of a refresh, for the callers that were waiting for it. Later callers do not get it.
#[derive(Debug)]
struct SharedResult {
    at: Instant,
    audience: Audience,
    asked: Option<Scopes>,
    outcome: Result<AccessToken, logto::Error>,
}

impl Default for Flight {
    fn default() -> Self {
        Self {
            scopes: RwLock::default(),
            same: Mutex::default(),
            turns: Semaphore::new(AT_ONCE as usize),
            merging: AsyncMutex::default(),
            results: Mutex::default(),
            lease: AsyncMutex::default(),
        }
    }
}

impl Flight {
    /// For a refresh: the scopes in use stay as they are.
    pub(super) async fn shared(&self) -> RwLockReadGuard<'_, ()> {
        self.scopes.read().await
    }

    /// For a change of the scopes in use: no refresh is running.
    pub(crate) async fn alone(&self) -> RwLockWriteGuard<'_, ()> {
        self.scopes.write().await
    }

    /// Waits until nobody else is asking for this token.
    pub(super) async fn same(&self, request: &EffectiveRequest) -> OwnedMutexGuard<()> {
        let turn = {
            let mut same = lock(&self.same);
            same.retain(|other| Arc::strong_count(&other.turn) > 1);
            let found = same
                .iter()
                .find(|other| other.audience == request.audience && other.asked == request.scopes);
            if let Some(found) = found {
                found.turn.clone()
            } else {
                let turn = Arc::<AsyncMutex<()>>::default();
                same.push(Same {
                    audience: request.audience.clone(),
                    asked: request.scopes.clone(),
                    turn: turn.clone(),
                });
                turn
            }
        };
        turn.lock_owned().await
    }

    /// Waits for a turn to use the refresh token: one of several, or alone when the latest refresh
    /// replaced it. A replaced one works for three more seconds, so concurrent requests with it are
    /// in time (`refresh-rotation.json`).
    pub(super) async fn turn(
        &self,
        flights: &Flights,
        sessions: &Sessions,
        session: &Hash,
    ) -> Result<SemaphorePermit<'_>, Error> {
        let rotates = async || {
            let (record, _) = sessions.tokens(session).await?.ok_or(Error::SignedOut)?;
            let expected = || *lock(&flights.rotates);
            Ok::<_, Error>(record.rotates.or_else(expected).unwrap_or(true))
        };
        loop {
            let alone = rotates().await?;
            let turns = if alone { AT_ONCE } else { 1 };
            let turn = self.turns.acquire_many(turns).await;
            let turn = turn.map_err(|_| Error::Interrupted)?;
            if alone == rotates().await? {
                return Ok(turn);
            }
        }
    }

    /// Notes what a refresh brought, if others may have it too.
    pub(super) fn note(&self, request: &EffectiveRequest, outcome: &Result<AccessToken, Error>) {
        let outcome = match outcome {
            Ok(token) => Ok(token.clone()),
            Err(Error::Logto(error)) if error.is_transient() => Err(error.clone()),
            Err(_) => return,
        };
        let mut results = lock(&self.results);
        results.retain(|other| other.audience != request.audience || other.asked != request.scopes);
        results.push(SharedResult {
            at: Instant::now(),
            audience: request.audience.clone(),
            asked: request.scopes.clone(),
            outcome,
        });
    }

    /// The outcome, for a caller that has been waiting since then. A token serves its own audience
    /// and scopes only. A failure to reach Logto serves every caller, except those that need a
    /// fresh answer: they send their own request, because a failure with one audience says nothing
    /// about another (OR-05).
    pub(super) fn serves(
        &self,
        request: &EffectiveRequest,
        since: Instant,
    ) -> Option<Result<AccessToken, Error>> {
        let results = lock(&self.results);
        let mut results = results.iter().rev().filter(|result| result.at >= since);
        results.find_map(|result| {
            let is_same = result.audience == request.audience && result.asked == request.scopes;
            match &result.outcome {
                Ok(token) if is_same => Some(Ok(token.clone())),
                Err(error) if is_same || request.freshness == Freshness::Any => {
                    Some(Err(Error::Logto(error.clone())))
                }
                _ => None,
            }
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use logto::TokenError;

    use super::*;

    fn request(audience: &str, freshness: Freshness) -> EffectiveRequest {
        EffectiveRequest {
            audience: Audience::Resource(audience.to_owned()),
            scopes: None,
            freshness,
            spent: None,
            lenient: true,
            whole: true,
            switched_off: Scopes::new(),
        }
    }

    /// OR-05: a failure with one API does not put off that a membership elsewhere has ended.
    #[test]
    fn who_needs_what_is_so_now_takes_no_failure_of_another_audience() {
        let (flight, since) = (Flight::default(), Instant::now());
        let failure = TokenError::Status { status: 502 };
        let failure = Err(Error::Logto(logto::Error::Token(failure)));
        flight.note(&request("a", Freshness::Any), &failure);
        let served = |audience, freshness| flight.serves(&request(audience, freshness), since);
        let recent = Freshness::Within(Duration::from_mins(5));
        assert!(served("b", recent).is_none());
        assert!(served("b", Freshness::Now).is_none());
        assert!(matches!(served("a", recent), Some(Err(Error::Logto(_)))));
        assert!(matches!(
            served("b", Freshness::Any),
            Some(Err(Error::Logto(_)))
        ));
    }
}
