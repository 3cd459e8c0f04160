//! Listening, and stopping without cutting anybody off.

use std::io;

use axum::{Router, serve::ListenerExt};
use tokio::{net::TcpListener, signal};

use crate::{settings::Fault, state::AppState};

/// Serves until the process is told to stop.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn run(state: &AppState, router: Router) -> Result<(), Fault> {
    let address = state.leptos.site_addr;
    let fault = |error: io::Error| {
        let problem = format!("is {address}, which cannot be listened on: {error}");
        Fault::new(
            "LEPTOS_SITE_ADDR",
            problem,
            "127.0.0.1:3000, or another port that is free",
        )
    };
    let listener = TcpListener::bind(address).await.map_err(fault)?;
    announce(state);
    let sweeper = tokio::spawn({
        let auth = state.auth.clone();
        async move { auth.sweep().await }
    });
    // Without it, the delayed acknowledgement of the other side holds the last piece of a page back for 40 ms.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY could not be set");
        }
    });
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(told_to_stop())
        .await;
    sweeper.abort();
    served.map_err(fault)
}

fn announce(state: &AppState) {
    let config = state.auth.client().config();
    eprintln!("\n  The app is at       {}", state.auth.base_url());
    if state.site.accounts.is_empty() {
        eprintln!("  Signing in with     Logto at {}\n", config.endpoint);
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
