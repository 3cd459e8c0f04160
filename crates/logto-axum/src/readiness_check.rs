//! The check of readiness.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::timeout;

use crate::{
    error_chain::chain,
    logto_auth::LogtoAuth,
    readiness::{Component, Readiness},
    seal::SealError,
    store::StoreErrorKind,
};

/// How long the store and the provider may take.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);
/// So long a result answers everybody who asks, so that nobody makes this server ask the provider
/// all the time.
const KEPT: Duration = Duration::from_secs(3);

impl LogtoAuth {
    /// Checks the session store, the session keys and the identity provider. It takes at most two
    /// seconds, and the result answers everybody for three. A check that has begun goes on when the
    /// caller is gone, and the next ones wait for it.
    ///
    /// A provider that is away keeps people from signing in; those who are signed in go on. So let
    /// a monitor look at this, and a load balancer only if it has another server that reaches the
    /// provider.
    pub async fn readiness(&self) -> Readiness {
        let mut last = Arc::clone(&self.parts().readiness.0).lock_owned().await;
        if let Some((at, readiness)) = &*last
            && at.elapsed() < KEPT
        {
            return readiness.clone();
        }
        let app = self.clone();
        let check = self.spawn(async move {
            let (store, provider) = tokio::join!(app.check_store(), app.check_provider());
            let readiness = Readiness {
                store,
                keys: app.check_keys(),
                provider,
            };
            *last = Some((Instant::now(), readiness.clone()));
            readiness
        });
        check.await.unwrap_or_else(|error| {
            tracing::error!(%error, "readiness: the check was interrupted");
            Readiness {
                store: failing("not checked"),
                keys: failing("not checked"),
                provider: failing("not checked"),
            }
        })
    }

    async fn check_store(&self) -> Component {
        match timeout(CHECK_TIMEOUT, self.parts().sessions.check_store()).await {
            Ok(Ok(())) => Component::Ok,
            Ok(Err(error)) => {
                tracing::warn!(
                    error = chain(&error),
                    "readiness: session store check failed"
                );
                failing(if error.kind == StoreErrorKind::Busy {
                    "busy"
                } else {
                    "unavailable"
                })
            }
            Err(_) => failing("slow"),
        }
    }

    fn check_keys(&self) -> Component {
        let sessions = &self.parts().sessions;
        if sessions.check_keys().is_err() {
            return failing("unusable");
        }
        let mut reasons: Vec<_> = sessions
            .unreadable_lately()
            .into_iter()
            .map(|error| match error {
                SealError::UnknownKey(key) => format!("missing {key}"),
                _ => "sessions of another version".to_owned(),
            })
            .collect();
        reasons.sort();
        reasons.dedup();
        if reasons.is_empty() {
            Component::Ok
        } else {
            Component::Failing(reasons.join(", "))
        }
    }

    async fn check_provider(&self) -> Component {
        match timeout(CHECK_TIMEOUT, self.client().check_provider()).await {
            Ok(Ok(())) => Component::Ok,
            Ok(Err(error)) => {
                tracing::warn!(error = chain(&error), "readiness: the provider fails");
                failing(if error.is_transient() {
                    "unreachable"
                } else {
                    "invalid"
                })
            }
            Err(_) => failing("unreachable"),
        }
    }
}

fn failing(reason: &str) -> Component {
    Component::Failing(reason.to_owned())
}
