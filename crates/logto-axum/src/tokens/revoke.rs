//! Revocation: at once, and again in the background while Logto does not answer.

use std::{sync::Arc, time::Duration};

use logto::Secret;
use tokio::{task::JoinHandle, time::sleep};

use super::service::TokenService;
use crate::error_chain::chain;

/// How long to wait before each further attempt, in seconds.
const WAITS: [u64; 4] = [1, 15, 60, 300];
/// How many of many grants are revoked at once.
const AT_ONCE: usize = 8;

impl TokenService {
    /// Waits until the server is about to stop.
    pub(crate) async fn stopping(&self) {
        self.revocations.stopping.cancelled().await;
    }

    /// Revokes many grants, a few at a time. A stop waits for the first attempts, as long as it
    /// waits for anything.
    pub(crate) async fn revoke_all(&self, secrets: &[Secret]) {
        for some in secrets.chunks(AT_ONCE) {
            let revocations: Vec<_> = some.iter().map(|secret| self.revoke(secret)).collect();
            for revocation in revocations {
                let _ = revocation.await;
            }
        }
    }

    /// No further attempt of a revocation is waited for.
    pub(crate) fn stop_revocations(&self) {
        self.revocations.stopping.cancel();
    }

    /// Revokes a whole grant, in a task of its own that ends with the first attempt. Further ones
    /// are made in the background.
    pub(crate) fn revoke(&self, secret: &Secret) -> JoinHandle<()> {
        let (tokens, secret) = (self.clone(), secret.clone());
        self.tasks.spawn(async move {
            match tokens.client.revoke(&secret).await {
                Ok(()) => log_success(),
                Err(error) => tokens.revoke_later(secret, error),
            }
        })
    }

    fn revoke_later(&self, secret: Secret, error: logto::Error) {
        let place = Arc::clone(&self.revocations.places).try_acquire_owned();
        let Some(place) = place.ok().filter(|_| error.is_transient()) else {
            return log_failure(&error, "it is not attempted again");
        };
        log_failure(&error, "it is attempted again in the background");
        let tokens = self.clone();
        drop(self.tasks.spawn(async move {
            let _place = place;
            tokens.attempt_again(&secret, error).await;
        }));
    }

    async fn attempt_again(&self, secret: &Secret, mut error: logto::Error) {
        for wait in WAITS {
            let wait = Duration::from_secs(wait);
            let wait = error.retry_after().map_or(wait, |after| after.max(wait));
            tokio::select! {
                () = self.revocations.stopping.cancelled() => {
                    return log_failure(&error, "the server stops before another attempt");
                }
                () = sleep(wait) => {}
            }
            error = match self.client.revoke(secret).await {
                Ok(()) => return log_success(),
                Err(error) if error.is_transient() => error,
                Err(error) => return log_failure(&error, "it is not attempted again"),
            };
        }
        log_failure(&error, "no further attempt is made");
    }
}

fn log_success() {
    tracing::info!("tokens revoked at the identity provider");
}

fn log_failure(error: &logto::Error, what_next: &'static str) {
    tracing::warn!(
        error = chain(error),
        what_next,
        "tokens could not be revoked at the identity provider"
    );
}
