//! The page of the components, in a development build that runs as such.

use app::gallery::{PATH, STYLESHEET, STYLESHEET_PATH, document};
use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    routing::get,
};
use leptos::config::{Env, LeptosOptions};
use leptos_axum::render_app_async_with_context;

/// Its routes; none in production.
pub(crate) fn routes(
    options: &LeptosOptions,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> Router<LeptosOptions> {
    if options.env != Env::DEV {
        return Router::new();
    }
    let of_css = [(CONTENT_TYPE, "text/css"), (CACHE_CONTROL, "no-cache")];
    let options = options.clone();
    let page = render_app_async_with_context(context, move || document(&options));
    Router::new().route(PATH, get(page)).route(
        STYLESHEET_PATH,
        get(move || async move { (of_css, STYLESHEET) }),
    )
}
