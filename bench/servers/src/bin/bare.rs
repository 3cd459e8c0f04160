//! A bare axum handler: the measure of all rows.

use axum::{Router, routing::get};
use bench_servers::{Failure, serve};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    serve(Router::new().route("/", get(|| async { "ok\n" }))).await
}
