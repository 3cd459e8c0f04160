//! One refresh at a time for each session, and what it brought for all who were waiting.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use logto::{AccessToken, Audience, Scopes};

use super::Wanted;
use crate::{Error, Hash};

/// One lock for each session that is refreshing, with what the flights under it brought.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<HashMap<Hash, Flight>>);

/// Held by everybody who is about to refresh or change what a session holds; gone when nobody is.
pub(crate) type Flight = Arc<tokio::sync::Mutex<Landed>>;

impl Flights {
    pub(crate) fn of(&self, session: &Hash) -> Flight {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(flights.entry(*session).or_default())
    }
}

/// What flights brought: for those who were waiting when they landed, and for nobody later.
#[derive(Debug, Default)]
pub(crate) struct Landed(Vec<Landing>);

#[derive(Debug)]
struct Landing {
    at: Instant,
    audience: Audience,
    asked: Option<Scopes>,
    outcome: Result<AccessToken, logto::Error>,
}

impl Landed {
    /// Notes what a flight brought, if others may have it too.
    pub(super) fn note(&mut self, wanted: &Wanted, outcome: &Result<AccessToken, Error>) {
        let outcome = match outcome {
            Ok(token) => Ok(token.clone()),
            Err(Error::Logto(error)) if error.is_transient() => Err(error.clone()),
            Err(_) => return,
        };
        self.0
            .retain(|other| other.audience != wanted.audience || other.asked != wanted.scopes);
        self.0.push(Landing {
            at: Instant::now(),
            audience: wanted.audience.clone(),
            asked: wanted.scopes.clone(),
            outcome,
        });
    }

    /// The outcome, for somebody who has been waiting since then. A token is for its own audience and scopes; that Logto
    /// does not answer is so for all of them.
    pub(super) fn serves(
        &self,
        wanted: &Wanted,
        since: Instant,
    ) -> Option<Result<AccessToken, Error>> {
        let mut landings = self.0.iter().rev().filter(|landing| landing.at >= since);
        landings.find_map(|landing| match &landing.outcome {
            Ok(token) if landing.audience == wanted.audience && landing.asked == wanted.scopes => {
                Some(Ok(token.clone()))
            }
            Ok(_) => None,
            Err(error) => Some(Err(Error::Logto(error.clone()))),
        })
    }
}
