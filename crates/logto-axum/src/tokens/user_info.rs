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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use logto::{Client, Config};
    use tokio_util::task::TaskTracker;

    use super::*;
    use crate::{
        hooks::{Events, Hooks},
        options::AuthOptions,
        seal::SessionKeys,
        session::Sessions,
        store::MemoryStore,
    };

    /// RF-01: more than the request budget of a person allows. Nobody listens at the endpoint, so
    /// whoever asked would get an error.
    #[tokio::test]
    async fn whoever_waits_takes_the_result_of_the_pending_request() {
        const WAITING: usize = 300;
        let url = |path: &str| format!("http://localhost:9/{path}").parse().unwrap();
        let secret = Secret::new("secret");
        let config = Config::new(url(""), "app", secret, url("callback"), url(""));
        let client = Client::new(config).unwrap();
        let options = AuthOptions::new(url(""), SessionKeys::ephemeral());
        let sessions = Sessions::new(Arc::new(MemoryStore::default()), &client, &options);
        let tasks = TaskTracker::new();
        let events = Events::new(Hooks::new(), tasks.clone());
        let service = TokenService::new(client, sessions, tasks, events);

        let token = Secret::new("token");
        let flight = service.user_info.of(&token);
        let mut latest = flight.lock().await;
        let ask = || {
            let (service, token) = (service.clone(), token.clone());
            tokio::spawn(async move { service.user_info("alice", token).await })
        };
        let asked: Vec<_> = (0..WAITING).map(|_| ask()).collect();
        // The table and this test have it too.
        while Arc::strong_count(&flight) < WAITING + 2 {
            tokio::task::yield_now().await;
        }
        let mut claims = Claims::default();
        claims.sub = "alice".to_owned();
        *latest = Some(SharedResult {
            at: Instant::now(),
            outcome: Ok(claims),
        });
        drop(latest);
        for asked in asked {
            assert_eq!(asked.await.unwrap().unwrap().sub, "alice");
        }
        let later = ask().await.unwrap();
        assert!(
            matches!(later, Err(Error::Logto(_))),
            "who comes later asks"
        );
    }
}
