//! Listening, and stopping without cutting anybody off.

use std::{io, time::Duration};

use axum::Router;
use logto_axum::{__private::chain, LogtoAuth, paths};
use tokio::{
    net::TcpListener,
    signal,
    time::{sleep, timeout, timeout_at},
};

use crate::{
    connections::{self, Limits, open_files},
    content_policy,
    settings::{Fault, cannot_listen},
    state::AppState,
};

/// How long the start waits for the discovery document. The content security policy of pages is made from it.
const PROVIDER_PATIENCE: Duration = Duration::from_secs(2);
/// How long after a failure the provider is asked again.
const PROVIDER_PAUSE: Duration = Duration::from_secs(10);

/// Serves until the process gets a signal to stop.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn run(state: &AppState, router: Router) -> Result<(), Fault> {
    let address = state.leptos.site_addr;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error: io::Error| {
            let example = "127.0.0.1:3000, or another port that is free";
            Fault::new("LEPTOS_SITE_ADDR", cannot_listen(address, &error), example)
        })?;
    // Before the provider is asked: what the log says of that stands below.
    announce(state);
    let _ = timeout(PROVIDER_PATIENCE, state.auth.client().provider()).await;
    let provider = tokio::spawn(know_provider(state.auth.clone()));
    let limits = Limits::for_process();
    tracing::info!(
        "at most {} connections at once, {} from one address (the process may have {} files open)",
        limits.total,
        limits.per_address,
        open_files()
    );
    let sweeper = tokio::spawn({
        let auth = state.auth.clone();
        async move { auth.sweep().await }
    });
    #[cfg(unix)]
    let reopening = state
        .audit
        .clone()
        .map(|audit| tokio::spawn(audit.reopen_on_sighup()));
    let proxies = state.network.trusted_proxies.clone();
    let stop = async {
        shutdown(state).await;
        // They would stay open for a quarter of an hour.
        state.auth.close_session_streams();
    };
    let deadline = connections::serve(listener, router, limits, proxies, stop).await;
    sweeper.abort();
    provider.abort();
    #[cfg(unix)]
    if let Some(reopening) = reopening {
        reopening.abort();
    }
    if timeout_at(deadline, state.auth.finish_tasks())
        .await
        .is_err()
    {
        tracing::warn!("refreshes or sign-outs took too long at the shutdown and were cancelled");
    }
    Ok(())
}

/// Reads the discovery document of the provider, as often as it takes.
async fn know_provider(auth: LogtoAuth) {
    let mut last_error = LastError::default();
    loop {
        match auth.client().provider().await {
            Ok(provider) => {
                if last_error.is_known() {
                    tracing::info!("the identity provider can be reached");
                }
                let sign_out = &provider.end_session_endpoint;
                if !content_policy::can_name(sign_out) {
                    tracing::warn!(
                        "the sign-out of the identity provider is at an IPv6 address ({sign_out}), which a content security \
                         policy cannot name: browsers will block it; give the provider a host name"
                    );
                }
                return;
            }
            Err(error) => {
                let endpoint = &auth.client().config().endpoint;
                let error = chain(&error);
                if last_error.is_new(&error) {
                    tracing::warn!(
                        %endpoint,
                        error,
                        "the identity provider cannot be reached: check LOGTO_ENDPOINT; trying again every {} seconds",
                        PROVIDER_PAUSE.as_secs()
                    );
                }
                sleep(PROVIDER_PAUSE).await;
            }
        }
    }
}

/// The last error that was logged. The same error is not logged twice in a row.
#[derive(Debug, Default)]
struct LastError(Option<String>);

impl LastError {
    fn is_new(&mut self, error: &str) -> bool {
        let is_new = self.0.as_deref() != Some(error);
        self.0 = Some(error.to_owned());
        is_new
    }

    fn is_known(&self) -> bool {
        self.0.is_some()
    }
}

fn announce(state: &AppState) {
    let config = state.auth.client().config();
    eprintln!("\n  The app is at       {}", state.auth.base_url());
    if state.site.accounts.is_empty() {
        eprintln!("  Signing in with     Logto at {}", config.endpoint);
        if let Some(proxy) = config.connection.proxy.describe_for(&config.endpoint) {
            eprintln!("  Through the proxy   {proxy}");
        }
        eprintln!("  To be registered at Logto (Applications > the application > Settings):");
        eprintln!("    Redirect URI                {}", config.redirect_uri);
        eprintln!(
            "    Post sign-out redirect URI  {}",
            config.post_logout_redirect_uri
        );
        if let Ok(uri) = state.auth.base_url().join(paths::BACKCHANNEL_LOGOUT) {
            eprintln!("    Backchannel logout URI      {uri}   (with session required)");
        }
        eprintln!();
        return;
    }
    eprintln!(
        "  Signing in with     the development identity provider at {}",
        config.endpoint
    );
    for account in &state.site.accounts {
        eprintln!(
            "                      {} / {}   {}",
            account.username, account.password, account.about
        );
    }
    eprintln!("  For your own Logto  set LOGTO_ENDPOINT, LOGTO_APP_ID and LOGTO_APP_SECRET\n");
}

/// Waits for the signal to stop, makes `/readyz` answer 503, and leaves load balancers the time to notice. A second signal ends
/// that time.
async fn shutdown(state: &AppState) {
    told_to_stop().await;
    state.shutdown.cancel();
    let delay = state.network.shutdown_delay;
    if delay.is_zero() {
        return;
    }
    tracing::info!(
        "shutdown: /readyz answers 503, and connections are accepted for {} more seconds",
        delay.as_secs()
    );
    tokio::select! {
        () = sleep(delay) => {}
        () = told_to_stop() => {}
    }
}

async fn told_to_stop() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_failure_is_logged_once_and_another_one_is_logged() {
        let mut last_error = LastError::default();
        assert!(!last_error.is_known());
        let logged =
            ["refused", "refused", "no such host", "refused"].map(|error| last_error.is_new(error));
        assert_eq!(logged, [true, false, true, true]);
        assert!(last_error.is_known());
    }
}
