//! Browser entry point: hydrates the HTML of the server.

use leptos::{mount::hydrate_from_async, prelude::document};
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page once the WebAssembly is loaded. Returns when the whole page is hydrated, with
/// its lazy-loaded part; `<html>` then has `data-alive`, which tests wait for.
#[wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    let document = document();
    let Some(body) = document.body() else { return };
    hydrate_from_async(body, app::App).await.forget();
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("data-alive", "");
    }
}
