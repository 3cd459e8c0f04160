//! The lease of a session: of the processes that share the store, one at a time uses the refresh
//! token.
//!
//! A process has the lease while any refresh of the session is running there, and renews it
//! meanwhile. When the process dies, the lease runs out soon enough for the next one to use the
//! same refresh token within the three seconds in which Logto takes a replaced one.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use logto::AccessToken;
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    effective_request::EffectiveRequest,
    service::{PATIENCE, TokenService},
    single_flight::Flight,
};
use crate::{
    error::Error,
    error_chain::chain,
    hash::Hash,
    measurements::record_lease_wait,
    random,
    session::RECOVERY,
    store::{Lease, LeaseHolder, StoreError},
};

/// How long a lease lasts after it was taken or renewed.
const DURATION: Duration = Duration::from_secs(2);
/// How often it is renewed.
const RENEWAL_INTERVAL: Duration = Duration::from_millis(500);
/// How often whoever waits for a lease looks for it, and for the result of its holder.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The lease of a session, for the refreshes of this process. It is given back when the last of
/// them drops it.
#[derive(Debug)]
pub(crate) struct RefreshLease {
    holder: LeaseHolder,
    /// Just before the store was asked for it the last time.
    renewed_at: Mutex<Instant>,
    /// Cancelled when it is dropped, or another process has it.
    ended: CancellationToken,
}

/// The lease that the refreshes of one session share in this process.
#[derive(Debug, Default)]
pub(super) struct SharedLease {
    lease: Weak<RefreshLease>,
    /// Renews the lease, and gives it back.
    renewal: Option<JoinHandle<()>>,
}

/// The outcome of waiting for the refresh token.
pub(super) enum Leased<T> {
    /// The caller may use it.
    Taken(T),
    /// Another one has used it, and this answers the request.
    Answered(Result<AccessToken, Error>),
}

impl Drop for RefreshLease {
    fn drop(&mut self) {
        self.ended.cancel();
    }
}

impl RefreshLease {
    pub(crate) const fn holder(&self) -> &LeaseHolder {
        &self.holder
    }

    /// Whether no other process has it, as far as this one knows.
    pub(super) fn is_current(&self) -> bool {
        let renewed_at = self.renewed_at.lock();
        let renewed_at = renewed_at.unwrap_or_else(PoisonError::into_inner);
        !self.ended.is_cancelled() && renewed_at.elapsed() < DURATION
    }
}

impl TokenService {
    /// Takes the lease of a session, or shares the one this process has. While another process has
    /// it, that one's result is looked for, if it may answer a request.
    ///
    /// While the store cannot be written, there is none, and the refresh goes on: a full disk signs
    /// nobody out.
    pub(super) async fn lease(
        &self,
        session: &Hash,
        flight: &Arc<Flight>,
        request: Option<&EffectiveRequest>,
    ) -> Result<Leased<Option<Arc<RefreshLease>>>, Error> {
        let began = Instant::now();
        let leased = self.wait_for_lease(session, flight, request).await;
        record_lease_wait(
            began,
            match &leased {
                Ok(Leased::Taken(Some(_))) => "taken",
                Ok(Leased::Taken(None)) => "without",
                Ok(Leased::Answered(_)) => "answered",
                Err(_) => "failed",
            },
        );
        leased
    }

    async fn wait_for_lease(
        &self,
        session: &Hash,
        flight: &Arc<Flight>,
        request: Option<&EffectiveRequest>,
    ) -> Result<Leased<Option<Arc<RefreshLease>>>, Error> {
        // One caller at a time asks the store for the lease; the others only look for their
        // answers.
        let mut shared = loop {
            if let Ok(shared) = timeout(POLL_INTERVAL, flight.lease.lock()).await {
                break shared;
            }
            if let Some(answer) = self.stored_answer(session, request).await? {
                return Ok(Leased::Answered(answer));
            }
        };
        if let Some(lease) = shared.lease.upgrade() {
            if lease.is_current() {
                return Ok(Leased::Taken(Some(lease)));
            }
            lease.ended.cancel();
        }
        if let Some(renewal) = &mut shared.renewal {
            // It is being given back.
            let _ = renewal.await;
            shared.renewal = None;
        }
        let began = Instant::now();
        // A lease runs out while the store is away. Its holder writes what it has kept as soon as it
        // can. Not longer, for a store that fails now and then.
        while self.sessions.is_after_outage() && began.elapsed() < RECOVERY {
            sleep(POLL_INTERVAL).await;
            if let Some(answer) = self.stored_answer(session, request).await? {
                return Ok(Leased::Answered(answer));
            }
        }
        let began = Instant::now();
        loop {
            match self.take_lease(session).await {
                Ok((Lease::Held, lease)) => {
                    let lease = Arc::new(lease);
                    shared.renewal = Some(self.renew_lease(*session, flight.clone(), &lease));
                    shared.lease = Arc::downgrade(&lease);
                    return Ok(Leased::Taken(Some(lease)));
                }
                Ok((Lease::Gone, _)) => return Ok(Leased::Taken(None)),
                Ok((Lease::Taken, _)) => {}
                Err(error) if error.is_passing() && began.elapsed() < DURATION => {}
                Err(error) => {
                    if let Some(left_out) = self.lease_failures.permit() {
                        tracing::warn!(
                            error = chain(&error),
                            left_out,
                            "the lease of a session could not be written; tokens are refreshed without one"
                        );
                    }
                    return Ok(Leased::Taken(None));
                }
            }
            sleep(POLL_INTERVAL).await;
            if let Some(answer) = self.stored_answer(session, request).await? {
                return Ok(Leased::Answered(answer));
            }
        }
    }

    /// Waits for the lease of a session, whatever its holder stores meanwhile.
    pub(crate) async fn lease_alone(
        &self,
        session: &Hash,
        flight: &Arc<Flight>,
    ) -> Result<Option<Arc<RefreshLease>>, Error> {
        let lease = timeout(PATIENCE, self.lease(session, flight, None)).await;
        match lease.map_err(|_| Error::TimedOut)?? {
            Leased::Taken(lease) => Ok(lease),
            // Without a request, there is none.
            Leased::Answered(answer) => Err(answer.err().unwrap_or(Error::Interrupted)),
        }
    }

    /// The answer to a request that another process has stored.
    async fn stored_answer(
        &self,
        session: &Hash,
        request: Option<&EffectiveRequest>,
    ) -> Result<Option<Result<AccessToken, Error>>, Error> {
        let Some(request) = request else {
            return Ok(None);
        };
        let tokens = self.sessions.tokens(session).await?;
        let (record, _) = tokens.ok_or(Error::SignedOut)?;
        Ok(record.answer(request, self.client.now()))
    }

    async fn take_lease(&self, session: &Hash) -> Result<(Lease, RefreshLease), StoreError> {
        let holder =
            random::bytes().map_err(|error| StoreError::new("name a lease", error.to_string()))?;
        let lease = RefreshLease {
            holder,
            renewed_at: Mutex::new(Instant::now()),
            ended: CancellationToken::new(),
        };
        let sessions = &self.sessions;
        let taken = sessions.lease_tokens(session, &holder, DURATION).await?;
        Ok((taken, lease))
    }

    /// Renews a lease for as long as it is there, and gives it back. The flight stays, so that its
    /// next lease waits for this.
    fn renew_lease(
        &self,
        session: Hash,
        flight: Arc<Flight>,
        lease: &Arc<RefreshLease>,
    ) -> JoinHandle<()> {
        let (tokens, holder, ended) = (self.clone(), lease.holder, lease.ended.clone());
        let lease = Arc::downgrade(lease);
        self.tasks.spawn(async move {
            let _flight = flight;
            while timeout(RENEWAL_INTERVAL, ended.cancelled()).await.is_err() {
                // Not cut short: a renewal must not arrive after the release.
                if let Some(lease) = lease.upgrade()
                    && !tokens.still_has_lease(&session, &lease).await
                {
                    lease.ended.cancel();
                }
            }
            // If this fails, it runs out.
            if let Err(error) = tokens.sessions.release_tokens(&session, &holder).await {
                tracing::debug!(error = chain(&error), "a lease was not given back");
            }
        })
    }

    /// Renews a lease. `false` when another process has it now.
    pub(super) async fn still_has_lease(&self, session: &Hash, lease: &RefreshLease) -> bool {
        let now = Instant::now();
        let sessions = &self.sessions;
        match sessions
            .lease_tokens(session, &lease.holder, DURATION)
            .await
        {
            Ok(Lease::Held) => {
                let mut renewed_at = lease
                    .renewed_at
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                *renewed_at = now.max(*renewed_at);
                true
            }
            Ok(Lease::Taken) => {
                lease.ended.cancel();
                false
            }
            // The session has ended, which shows when it is read; or the store cannot be written,
            // which the next renewal may mend.
            Ok(Lease::Gone) | Err(_) => true,
        }
    }
}
