//! Pages as the server sends them, for tests.

use axum::{body::to_bytes, extract::Request};
use leptos::prelude::*;
use leptos_axum::{generate_route_list, render_app_async, render_app_to_stream};

/// The HTML of a page that is sent whole, without its nonces.
pub(crate) async fn rendered(page: fn() -> AnyView) -> String {
    start();
    text(render_app_async(page)(Request::default()).await).await
}

/// The same of a page whose slow parts come later, at the end of the document.
pub(crate) async fn streamed(page: fn() -> AnyView) -> String {
    start();
    text(render_app_to_stream(page)(Request::default()).await).await
}

fn start() {
    // Whoever lists the routes sets up the executor of Leptos.
    let _ = generate_route_list(|| ());
}

async fn text(response: axum::response::Response) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    // Each page has its own nonce.
    let mut parts = text.split(" nonce=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('"').unwrap().1)
}
