//! The browser's half.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page once this program is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(plain_app::App);
}
