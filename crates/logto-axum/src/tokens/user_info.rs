//! Userinfo: one request for all who wait for it.

use std::time::Instant;

use logto::{Claims, Secret};

use super::{
    service::TokenService,
    user_info_flights::{Failure, SharedResult},
};
use crate::error::Error;

impl TokenService {
    /// The claims of the userinfo endpoint about `subject`, by their access token.
    pub(crate) async fn user_info(&self, subject: &str, token: Secret) -> Result<Claims, Error> {
        let since = Instant::now();
        let flight = self.user_info.of(&token);
        let mut latest = flight.lock().await;
        if let Some(result) = latest.as_ref().filter(|result| result.at >= since) {
            return Ok(result.outcome.clone()?);
        }
        let outcome = match self.request_budget.take(subject, self.client.now()) {
            Ok(()) => {
                let asked = self.client.user_info(&token, subject).await;
                asked.map_err(Failure::Logto)
            }
            Err(_) => Err(Failure::Throttled),
        };
        *latest = Some(SharedResult {
            at: Instant::now(),
            outcome: outcome.clone(),
        });
        Ok(outcome?)
    }
}
