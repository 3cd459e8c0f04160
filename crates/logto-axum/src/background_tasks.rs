//! What runs beside the requests: the sweep of the store, late writes, and the tasks to wait for at
//! shutdown.

use std::time::Duration;

use crate::{error_chain::chain, logto_auth::LogtoAuth, session::WRITE_INTERVAL};

impl LogtoAuth {
    /// Maintains the store, for as long as the future is polled: removes expired rows, every five
    /// minutes, and writes what could not be written when it came, as soon as it can be: sessions
    /// that ended, and tokens of refreshes. At its start, sessions that an earlier version wrote
    /// learn whose they are, so that a logout at Logto finds them.
    pub async fn sweep(&self) {
        tokio::join!(
            self.remove_expired(),
            self.write_pending(),
            self.add_owners()
        );
    }

    async fn add_owners(&self) {
        let mut pause = Duration::from_secs(1);
        while let Err(error) = self.parts().sessions.add_owners().await {
            tracing::warn!(
                error = chain(&error),
                "sessions of an earlier version could not be read; a logout at Logto does not find them yet. This is tried again"
            );
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_mins(1));
        }
    }

    async fn remove_expired(&self) {
        let mut interval = tokio::time::interval(Duration::from_mins(5));
        loop {
            interval.tick().await;
            let now = self.client().now();
            self.parts().tokens.recent_organization_claims.sweep(now);
            if let Err(error) = self.parts().sessions.sweep().await {
                tracing::warn!(
                    error = chain(&error),
                    "expired sessions could not be removed"
                );
            }
        }
    }

    async fn write_pending(&self) {
        let sessions = &self.parts().sessions;
        loop {
            sessions.wait_for_pending_writes().await;
            loop {
                tokio::time::sleep(WRITE_INTERVAL).await;
                let revoke = |secret: logto::Secret| drop(self.parts().tokens.revoke(&secret));
                if sessions.write_pending(revoke).await.is_ok() {
                    tracing::info!(
                        "the store has what could not be written before: ended sessions are deleted, refreshed tokens are stored"
                    );
                    break;
                }
            }
        }
    }

    /// Waits until every task that must not be cut short has ended: code exchanges, refreshes,
    /// sign-outs and revocations. Streams of session events are closed. What could not be written to the store before is written, if it
    /// can be now: sessions that ended, and tokens of refreshes.
    ///
    /// Call it once no more requests arrive, with a time limit, before the process exits. A refresh
    /// token that Logto has replaced is lost if its task is dropped before the new one is stored. A
    /// revocation that waits for another attempt is not waited for.
    pub async fn finish_tasks(&self) {
        self.close_session_streams();
        self.parts().tokens.stop_revocations();
        let revoke = |secret: logto::Secret| drop(self.parts().tokens.revoke(&secret));
        // Before the wait, which may be cut short, and after it, for sign-outs that were still
        // running.
        let _ = self.parts().sessions.write_pending(revoke).await;
        self.parts().tasks.close();
        self.parts().tasks.wait().await;
        if let Err(error) = self.parts().sessions.write_pending(revoke).await {
            tracing::error!(
                error = chain(&error),
                "the store cannot be written: sessions that were signed out since it failed work again after the restart, and those \
                 whose refresh token was replaced end"
            );
        }
        self.parts().tasks.wait().await;
    }
}
