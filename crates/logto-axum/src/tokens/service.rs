//! [`TokenService`]: what all requests for tokens share.

use std::{sync::Arc, time::Duration};

use tokio_util::task::TaskTracker;

use super::{
    recent_organization_claims::RecentOrganizationClaims, request_budget::RequestBudget,
    revocations::Revocations, single_flight::Flights, user_info_flights::UserInfoFlights,
};
use crate::{hooks::Events, log_limit::LogLimit, session::Sessions};

/// How long somebody waits for a token (RF-19).
pub(crate) const PATIENCE: Duration = Duration::from_secs(6);

/// Gets, refreshes and revokes the tokens of sessions.
#[derive(Clone, Debug)]
pub(crate) struct TokenService {
    pub(super) client: logto::Client,
    pub(super) sessions: Sessions,
    pub(crate) flights: Arc<Flights>,
    pub(super) request_budget: Arc<RequestBudget>,
    pub(super) user_info: Arc<UserInfoFlights>,
    pub(crate) recent_organization_claims: Arc<RecentOrganizationClaims>,
    pub(super) revocations: Arc<Revocations>,
    pub(super) events: Events,
    pub(super) lease_failures: Arc<LogLimit>,
    /// What must come to its end even when the request that began it is dropped.
    pub(super) tasks: TaskTracker,
}

impl TokenService {
    pub(crate) fn new(
        client: logto::Client,
        sessions: Sessions,
        tasks: TaskTracker,
        events: Events,
    ) -> Self {
        Self {
            client,
            sessions,
            flights: Arc::default(),
            request_budget: Arc::default(),
            user_info: Arc::default(),
            recent_organization_claims: Arc::default(),
            revocations: Arc::default(),
            events,
            lease_failures: Arc::default(),
            tasks,
        }
    }
}
