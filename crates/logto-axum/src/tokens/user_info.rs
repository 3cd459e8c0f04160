//! Userinfo: one request for all who wait for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use logto::{Audience, Claims, Secret};
use tokio::time::timeout;

use super::PATIENCE;
use crate::{
    auth::Auth,
    error::Error,
    hash::{Hash, digest},
};

/// What is under way, by access token.
#[derive(Debug, Default)]
pub(crate) struct UserInfoFlights(Mutex<HashMap<Hash, Flight>>);

type Flight = Arc<tokio::sync::Mutex<Option<Landing>>>;

/// What a request brought: for those who were waiting for it, and for nobody later.
#[derive(Debug)]
struct Landing {
    at: Instant,
    outcome: Result<Claims, Failure>,
}

#[derive(Clone, Debug)]
enum Failure {
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
    fn of(&self, token: &Secret) -> Flight {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, flight| Arc::strong_count(flight) > 1);
        let key = digest(&[b"userinfo", token.expose().as_bytes()]);
        Arc::clone(flights.entry(key).or_default())
    }
}

impl Auth {
    /// The claims of the userinfo endpoint. Logto is asked each time, once for all who wait for the answer at the same time.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub async fn user_info(&self) -> Result<Claims, Error> {
        let asked = timeout(PATIENCE, self.ask_for_user_info()).await;
        asked.unwrap_or(Err(Error::TimedOut))
    }

    async fn ask_for_user_info(&self) -> Result<Claims, Error> {
        let call = |token| self.user_info_by(token);
        // The token was taken back before its time.
        let is_refused = |answer: &Result<Claims, Error>| matches!(answer, Err(Error::Logto(error)) if error.status() == Some(401));
        let called = self.call_api(Audience::Default, call, is_refused).await?;
        called.answer
    }

    async fn user_info_by(&self, token: Secret) -> Result<Claims, Error> {
        let subject = &self.signed_in()?.claims.sub;
        let since = Instant::now();
        let (parts, client) = (self.app.parts(), self.app.client());
        let flight = parts.user_info.of(&token);
        let mut landed = flight.lock().await;
        if let Some(landing) = landed.as_ref().filter(|landing| landing.at >= since) {
            return Ok(landing.outcome.clone()?);
        }
        let outcome = match parts.request_budget.take(subject, client.now()) {
            Ok(()) => client
                .user_info(&token, subject)
                .await
                .map_err(Failure::Logto),
            Err(_) => Err(Failure::Throttled),
        };
        *landed = Some(Landing {
            at: Instant::now(),
            outcome: outcome.clone(),
        });
        Ok(outcome?)
    }
}
