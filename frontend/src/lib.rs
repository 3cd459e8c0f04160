//! The browser's half: brings the server's HTML to life.

use leptos::{mount::hydrate_from_async, prelude::document};
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page once this program is loaded. Done when the whole page listens, with the part that its own code is
/// in; `<html>` then has `data-alive`, for whoever waits for that.
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
