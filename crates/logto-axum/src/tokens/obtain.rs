//! Obtains a token: the stored one while it is fresh, else a new one.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use logto::{AccessToken, Identity, Secret};
use tokio::{
    sync::{OwnedMutexGuard, RwLockReadGuard, SemaphorePermit},
    time::timeout,
};
use tracing::Instrument as _;

use super::{
    effective_request::EffectiveRequest,
    lease::{Leased, RefreshLease},
    request::{Obtained, TokenRequest},
    service::{PATIENCE, TokenService},
    single_flight::Flight,
};
use crate::{
    error::Error, hash::Hash, hooks::session_name, measurements::record_turn_wait,
    session::CurrentUser,
};

/// How long somebody waits for a token who has one that is about to end, but not before this.
const EARLY_PATIENCE: Duration = Duration::from_secs(1);

/// The turn of a request to use the refresh token.
struct Turn<'f> {
    effective: EffectiveRequest,
    person: CurrentUser,
    lease: Option<Arc<RefreshLease>>,
    _scopes: RwLockReadGuard<'f, ()>,
    _same: OwnedMutexGuard<()>,
    _permit: SemaphorePermit<'f>,
}

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
            let subject = &person.claims.sub;
            return self.end(session, Some(subject), &effective).await;
        };
        if let Some(answer) = record.answer(&effective, now) {
            return answer.map(|token| Obtained {
                token,
                cached: true,
            });
        }
        let living = record.find_living(&effective, now).cloned();
        // One that ends meanwhile is no token to fall back on.
        let meanwhile = now + EARLY_PATIENCE.as_secs() + 1;
        let patience = match &living {
            Some(token) if token.lives_at(meanwhile) => EARLY_PATIENCE,
            _ => PATIENCE,
        };
        let (since, request) = (Instant::now(), request.clone());
        let (tokens, session) = (self.clone(), *session);
        let work = async move { tokens.replace(&session, &request, spent, since).await };
        let outcome = match timeout(patience, self.tasks.spawn(work.in_current_span())).await {
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
        // Whoever has not come to ask by then is not waited for any more.
        let left = PATIENCE.saturating_sub(since.elapsed());
        let turn = self.turn(session, &flight, request, spent, since);
        let began = Instant::now();
        let turn = timeout(left, turn).await;
        record_turn_wait(
            began,
            match &turn {
                Ok(Ok(Leased::Taken(_))) => "turn",
                Ok(Ok(Leased::Answered(_))) => "shared",
                Ok(Err(_)) | Err(_) => "failed",
            },
        );
        let turn = turn.map_err(|_| Error::TimedOut)?;
        let Turn {
            effective,
            person,
            lease,
            ..
        } = &match turn? {
            Leased::Taken(turn) => turn,
            Leased::Answered(outcome) => return outcome,
        };
        // Whose session it is: what a refreshed ID token must say too (RF-13).
        let identity = Identity::of(&person.claims);
        let span = tracing::debug_span!("tokens.refresh", session.id = session_name(session));
        let outcome = self
            .refresh(session, &flight, lease.clone(), &identity, effective)
            .instrument(span)
            .await;
        flight.note(effective, &outcome);
        outcome
    }

    /// Waits until it is the turn of a request to use the refresh token, or another one has its
    /// answer.
    async fn turn<'f>(
        &self,
        session: &Hash,
        flight: &'f Arc<Flight>,
        request: &TokenRequest,
        spent: Option<Secret>,
        since: Instant,
    ) -> Result<Leased<Turn<'f>>, Error> {
        let scopes = flight.shared().await;
        loop {
            // Scopes may have been switched since this request read the session. No new token may
            // have a scope that is off now.
            let person = self.sessions.person(session).await?;
            let person = person.ok_or(Error::SignedOut)?;
            let effective = EffectiveRequest::of(request, &person)?.but_not(spent.clone());
            let same = flight.same(&effective).await;
            if let Some(outcome) = flight.serves(&effective, since) {
                return Ok(Leased::Answered(outcome));
            }
            let lease = match self.lease(session, flight, Some(&effective)).await? {
                Leased::Taken(lease) => lease,
                Leased::Answered(outcome) => {
                    flight.note(&effective, &outcome);
                    return Ok(Leased::Answered(outcome));
                }
            };
            // Another process may have switched scopes before this one had the lease.
            let now = self.sessions.person(session).await?;
            let now = now.ok_or(Error::SignedOut)?;
            if now.switched_off != person.switched_off {
                continue;
            }
            let permit = flight.turn(&self.flights, &self.sessions, session).await?;
            if let Some(outcome) = flight.serves(&effective, since) {
                return Ok(Leased::Answered(outcome));
            }
            return Ok(Leased::Taken(Turn {
                effective,
                person,
                lease,
                _scopes: scopes,
                _same: same,
                _permit: permit,
            }));
        }
    }
}
