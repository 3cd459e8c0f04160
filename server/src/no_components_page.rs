//! A build without the page of the components.

use axum::Router;
use leptos::config::LeptosOptions;

/// There are none.
pub(crate) fn routes(
    _options: &LeptosOptions,
    _context: impl Fn() + Clone + Send + Sync + 'static,
) -> Router<LeptosOptions> {
    Router::new()
}
