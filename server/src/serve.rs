//! Listening, and stopping without cutting anybody off.

use std::{io, pin::pin, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::TcpListener,
    signal,
    time::{Instant, timeout_at},
};

use crate::{
    settings::{Fault, cannot_listen},
    state::AppState,
};

/// How long a connection may take over the head of a request, and stay open without one (FZ-11).
const HEAD_PATIENCE: Duration = Duration::from_secs(15);
/// How long requests under way may take when the process is told to stop (OU-15).
const LAST_WORDS: Duration = Duration::from_secs(25);
/// How long accepting rests when it fails, which is when there are too many connections.
const REST: Duration = Duration::from_millis(100);

/// Serves until the process is told to stop.
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
    announce(state);
    let sweeper = tokio::spawn({
        let auth = state.auth.clone();
        async move { auth.sweep().await }
    });
    let accepted = accept(&listener, router).await;
    sweeper.abort();
    if timeout_at(accepted, state.auth.finish_tasks())
        .await
        .is_err()
    {
        tracing::warn!("refreshes or sign-outs under way were cut off: they took too long");
    }
    Ok(())
}

/// Takes connections until told to stop, then lets those that are under way come to their end. Gives back when the process
/// has to be gone.
async fn accept(listener: &TcpListener, router: Router) -> Instant {
    // axum's own `serve` would do, but it waits for the head of a request for ever.
    let mut http = Builder::new(TokioExecutor::new());
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEAD_PATIENCE)
        .keep_alive_timeout(HEAD_PATIENCE);
    let connections = GracefulShutdown::new();
    let mut stop = pin!(told_to_stop());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(REST).await;
            continue;
        };
        // Without it, the delayed acknowledgement of the other side holds the last piece of a page back for 40 ms.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY could not be set");
        }
        let service = TowerToHyperService::new(router.clone());
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let connection = connections.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended early");
            }
        });
    }
    let deadline = Instant::now() + LAST_WORDS;
    if timeout_at(deadline, connections.shutdown()).await.is_err() {
        tracing::warn!("requests that took too long were cut off");
    }
    deadline
}

fn announce(state: &AppState) {
    let config = state.auth.client().config();
    eprintln!("\n  The app is at       {}", state.auth.base_url());
    if state.site.accounts.is_empty() {
        eprintln!("  Signing in with     Logto at {}", config.endpoint);
        eprintln!("  To be registered at Logto (Applications > the application > Settings):");
        eprintln!("    Redirect URI                {}", config.redirect_uri);
        eprintln!(
            "    Post sign-out redirect URI  {}\n",
            config.post_logout_redirect_uri
        );
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
