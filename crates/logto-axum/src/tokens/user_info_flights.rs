//! The pending requests for userinfo.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use logto::{Claims, Secret};

use crate::{
    error::Error,
    hash::{Hash, digest},
};

/// The pending requests, by access token.
#[derive(Debug, Default)]
pub(crate) struct UserInfoFlights(Mutex<HashMap<Hash, Flight>>);

pub(super) type Flight = Arc<tokio::sync::Mutex<Option<SharedResult>>>;

/// The result of a request, for the callers that were waiting for it. Later callers do not get it.
#[derive(Debug)]
pub(super) struct SharedResult {
    pub(super) at: Instant,
    pub(super) outcome: Result<Claims, Failure>,
}

#[derive(Clone, Debug)]
pub(super) enum Failure {
    Logto(logto::Error),
    Throttled,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Logto(error) => Self::Logto(error),
            Failure::Throttled => Self::Throttled,
        }
    }
}

impl UserInfoFlights {
    pub(super) fn of(&self, token: &Secret) -> Flight {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, flight| Arc::strong_count(flight) > 1);
        let key = digest(&[b"userinfo", token.expose().as_bytes()]);
        Arc::clone(flights.entry(key).or_default())
    }
}
