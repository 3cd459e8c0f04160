//! What the servers of `make bench` share.

pub mod counting;

use axum::{Router, serve::ListenerExt as _};
use tokio::net::TcpListener;

/// Why a server does not come up.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Serves a router at the address that is the first argument.
///
/// # Errors
/// When the address is missing or taken.
pub async fn serve(router: Router) -> Result<(), Failure> {
    counting::report()?;
    let address = std::env::args().nth(1).ok_or("at which address?")?;
    let listener = TcpListener::bind(address).await?.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}
