//! The twin of a page: plain Leptos, no sign-in, and the same HTML. `scripts/bench/twin.mjs` makes the views from what the
//! application answers, as somebody would write them who knows the page: elements and their attributes in `view!`, and every
//! text handed in as a `String`, because on the page it depends on the person or the language.

#![allow(clippy::pedantic, reason = "most of it is generated")]
#![recursion_limit = "2048"]

use axum::Router;
use bench_servers::{Failure, serve};
use leptos::prelude::*;
use leptos_axum::{generate_route_list, render_app_async};

include!(concat!(env!("BENCH_TWIN"), "/page.rs"));

/// A text of the page, as one that comes from a session or a table.
fn text(index: usize) -> String {
    TEXTS[index].to_owned()
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Whoever lists the routes sets up the executor of Leptos.
    let _ = generate_route_list(|| ());
    serve(Router::new().fallback(render_app_async(page))).await
}
