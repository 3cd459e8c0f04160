//! What is written about what happens.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Ours at `info`, everybody else's at `warn`. tower-sessions calls every old cookie suspicious, and at `error` repeats
/// what we say ourselves.
const DEFAULT: &str = "warn,server=info,logto=info,logto_axum=info,leptos_logto=info,shop=info,dev_idp=info,\
tower_sessions=off,tower_sessions_core=off";

/// Writes to standard error, filtered as `RUST_LOG` says, else as is sensible.
pub fn start(filter: Option<&str>) {
    let filter = EnvFilter::new(filter.unwrap_or(DEFAULT));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .compact()
        .init();
}
