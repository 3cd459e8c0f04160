//! Revocation: at once, and again in the background while Logto does not answer (LO-05).

use std::{sync::Arc, time::Duration};

use logto::Secret;
use tokio::{sync::Semaphore, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{error::chain, logto_auth::LogtoAuth};

/// How long to wait before each further attempt, in seconds.
const WAITS: [u64; 4] = [1, 15, 60, 300];
/// How many grants wait for another attempt in this process. Beyond that, a revocation is attempted once.
const MOST_WAITING: usize = 1000;

/// The revocations that are to be attempted again. They are in memory only: a stop of the process forgets them.
#[derive(Debug)]
pub(crate) struct Revocations {
    places: Arc<Semaphore>,
    stopping: CancellationToken,
}

impl Default for Revocations {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(MOST_WAITING)),
            stopping: CancellationToken::new(),
        }
    }
}

impl Revocations {
    /// No further attempt is waited for.
    pub(crate) fn stop(&self) {
        self.stopping.cancel();
    }
}

impl LogtoAuth {
    /// Revokes a whole grant, in a task of its own that ends with the first attempt. Further ones are made in the background.
    pub(crate) fn revoke(&self, secret: &Secret) -> JoinHandle<()> {
        let (app, secret) = (self.clone(), secret.clone());
        self.spawn(async move {
            match app.client().revoke(&secret).await {
                Ok(()) => log_success(),
                Err(error) => app.revoke_later(secret, error),
            }
        })
    }

    fn revoke_later(&self, secret: Secret, error: logto::Error) {
        let place = Arc::clone(&self.parts().revocations.places).try_acquire_owned();
        let Some(place) = place.ok().filter(|_| error.is_transient()) else {
            return log_failure(&error, "it is not attempted again");
        };
        log_failure(&error, "it is attempted again in the background");
        let app = self.clone();
        drop(self.spawn(async move {
            let _place = place;
            app.attempt_again(&secret, error).await;
        }));
    }

    async fn attempt_again(&self, secret: &Secret, mut error: logto::Error) {
        for wait in WAITS {
            let wait = Duration::from_secs(wait);
            let wait = error.retry_after().map_or(wait, |after| after.max(wait));
            tokio::select! {
                () = self.parts().revocations.stopping.cancelled() => {
                    return log_failure(&error, "the server stops before another attempt");
                }
                () = sleep(wait) => {}
            }
            error = match self.client().revoke(secret).await {
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
