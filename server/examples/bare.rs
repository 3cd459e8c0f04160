//! A bare axum handler: what `make bench` measures the pages against.

use axum::{Router, routing::get, serve::ListenerExt};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3090".to_owned());
    let listener = TcpListener::bind(address).await?.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, Router::new().route("/", get(|| async { "ok\n" }))).await
}
