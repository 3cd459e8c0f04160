//! Obtains a token: the stored one while it is fresh, else a new one.

use std::time::{Duration, Instant};

use logto::{AccessToken, Identity, Secret};
use tokio::time::timeout;

use super::{
    effective_request::EffectiveRequest,
    refresh::refused,
    request::{Obtained, TokenRequest},
    service::{PATIENCE, TokenService},
};
use crate::{error::Error, hash::Hash, session::CurrentUser};

/// How long somebody waits for a token who has one that is about to end.
const EARLY_PATIENCE: Duration = Duration::from_secs(1);

impl TokenService {
    /// The stored token if it is fresh enough and not the one that is `spent`, else a new one.
    pub(crate) async fn obtain(
        &self,
        session: &Hash,
        person: &CurrentUser,
        request: &TokenRequest,
        spent: Option<Secret>,
    ) -> Result<Obtained, Error> {
        let effective = EffectiveRequest::of(request, person)?.but_not(spent.clone());
        let now = self.client.now();
        let Some((record, _)) = self.sessions.tokens(session).await? else {
            return self.end(session).await;
        };
        if let Some(token) = record.find(&effective, now) {
            return Ok(Obtained {
                token: token.clone(),
                cached: true,
            });
        }
        if let Some(error) = record.refusals.find(&effective, now) {
            return Err(refused(error, effective.scopes.as_ref()));
        }
        let living = record.find_living(&effective, now).cloned();
        let patience = living.as_ref().map_or(PATIENCE, |_| EARLY_PATIENCE);
        let (since, request) = (Instant::now(), request.clone());
        let (tokens, session) = (self.clone(), *session);
        let work = async move { tokens.replace(&session, &request, spent, since).await };
        let outcome = match timeout(patience, self.tasks.spawn(work)).await {
            Ok(ended) => ended.map_err(|_| Error::Interrupted)?,
            Err(_) => Err(Error::TimedOut),
        };
        match (outcome, living) {
            (Ok(token), _) => Ok(Obtained {
                token,
                cached: false,
            }),
            // It was to be replaced early; that this did not succeed is no reason not to use it
            // (RF-10, RF-15).
            (Err(error), Some(token))
                if error.is_passing() && token.lives_at(self.client.now()) =>
            {
                Ok(Obtained {
                    token,
                    cached: true,
                })
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Gets a token in the place of one that is missing or does not serve, when it is its turn.
    async fn replace(
        &self,
        session: &Hash,
        request: &TokenRequest,
        spent: Option<Secret>,
        since: Instant,
    ) -> Result<AccessToken, Error> {
        let flight = self.flights.of(session);
        let turn = async {
            let scopes = flight.shared().await;
            // Scopes may have been switched since this request read the session. No new token may
            // have a scope that is off now.
            let person = self.sessions.person(session).await?;
            let person = person.ok_or(Error::SignedOut)?;
            let effective = EffectiveRequest::of(request, &person)?.but_not(spent);
            let same = flight.same(&effective).await;
            let turn = match flight.serves(&effective, since) {
                Some(_) => None,
                None => Some(flight.turn(&self.flights, &self.sessions, session).await?),
            };
            Ok::<_, Error>((scopes, same, turn, effective, person))
        };
        // Whoever has not come to ask by then is not waited for any more.
        let left = PATIENCE.saturating_sub(since.elapsed());
        let turn = timeout(left, turn).await.map_err(|_| Error::TimedOut)?;
        let (_scopes, _same, _turn, effective, person) = turn?;
        if let Some(outcome) = flight.serves(&effective, since) {
            return outcome;
        }
        // Whose session it is: what a refreshed ID token must say too (RF-13).
        let identity = Identity::of(&person.claims);
        let outcome = self.refresh(session, &flight, &identity, &effective).await;
        flight.note(&effective, &outcome);
        outcome
    }
}
