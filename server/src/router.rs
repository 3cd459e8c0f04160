//! The router of the whole server.

use std::{sync::Arc, time::Duration};

use app::{App, Head, Site, language, paths, server::ShopClient, shell};
use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use leptos::{
    config::LeptosOptions,
    nonce::use_nonce,
    prelude::{provide_context, use_context, with_context},
};
use leptos_axum::{LeptosRoutes, ResponseOptions, render_app_async_with_context};
use leptos_logto::server::{UiLocales, endpoints, generate_guarded_route_list, in_steps};
use tower::{ServiceBuilder, util::MapFutureLayer};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
    limit::RequestBodyLimitLayer,
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
};

use crate::{
    canonical_host,
    client_address::find_client,
    components_page,
    content_policy::ContentPolicy,
    metrics::record_request,
    rate_limit::{self, RateLimiter},
    readiness::Readyz,
    request_language::language_of,
    state::AppState,
    telemetry,
};

/// The longest body of a request, in bytes: hundreds of scopes, which are the longest form, have a third of it. It is in memory
/// while it arrives, from whoever sends it.
const LARGEST_BODY: usize = 64 * 1024;
/// The timeout of a request: longer than all timeouts of requests to Logto together.
const PATIENCE: Duration = Duration::from_secs(30);

/// The seconds after which a request may come again that got 503, and nothing more exact is known.
const RETRY_AFTER: &str = "5";

/// The server.
pub fn router(state: &AppState) -> Router {
    leptos_logto_panels::register_panels();
    app::register();
    let options = state.leptos.clone();
    let context = {
        let orders = state.orders.clone();
        let mut site = state.site.clone();
        site.orders_api = orders.as_ref().map(|api| api.resource().to_owned());
        // In an `Arc`, because each layer around a handler clones it for every request.
        let context = Arc::new(PageContext {
            site,
            orders,
            policy: ContentPolicy::new(state),
            language_cookie: state.auth.cookie_name(language::COOKIE),
        });
        move || context.provide()
    };
    let page = {
        let head = Head::new(&options);
        move || shell(&head)
    };
    let not_found = render_app_async_with_context(context.clone(), page.clone());
    let (route_list, guards) = generate_guarded_route_list(App);
    let pages = Router::new()
        .leptos_routes_with_context(&options, route_list, context.clone(), page)
        .merge(components_page::routes(&options, context))
        // Somebody who opens the address of the form.
        .route(paths::LANGUAGE, get(|| async { Redirect::to("/") }))
        .fallback(move |request: Request| {
            let page = without_slash(&request).ok_or_else(|| not_found(request));
            async move {
                match page {
                    Ok(address) => Redirect::permanent(&address).into_response(),
                    Err(page) => (StatusCode::NOT_FOUND, page.await).into_response(),
                }
            }
        })
        .with_state(options.clone())
        .layer(MapFutureLayer::new(in_steps))
        .merge(state.auth.backchannel_logout_route())
        .merge(state.auth.session_events_route());
    let pages = state.auth.protect_with(pages, guards, endpoints(&[]));
    let readyz = Arc::new(Readyz::new(state));
    let readyz = move |headers: HeaderMap| async move { readyz.answer(&headers).await };
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .merge(files(&options))
        .merge(shop(state))
        .merge(pages)
        .layer(
            ServiceBuilder::new()
                .layer(compression())
                .layer(CatchPanicLayer::new())
                .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
                .layer(TimeoutLayer::with_status_code(
                    StatusCode::SERVICE_UNAVAILABLE,
                    PATIENCE,
                )),
        );
    // Each layer clones what is inside it for every request. A `Router` is an `Arc`; a route with its layers is not.
    Router::new().fallback_service(router).layer(
        ServiceBuilder::new()
            .option_layer(telemetry::IS_COMPILED.then(|| from_fn(telemetry::span_request)))
            .option_layer(state.network.metrics.map(|_| from_fn(record_request)))
            .layer(from_fn(common_headers))
            .layer(strict_transport(state))
            .layer(from_fn_with_state(
                state.network.trusted_proxies.clone(),
                find_client,
            ))
            .option_layer(
                limiter(state).map(|limiter| from_fn_with_state(limiter, rate_limit::limit)),
            )
            .layer(from_fn_with_state(
                state.auth.clone(),
                canonical_host::redirect,
            )),
    )
}

/// Each client address may send so many sign-ins and writes, unless that is switched off.
fn limiter(state: &AppState) -> Option<RateLimiter> {
    let limit = state.network.rate_limit?;
    Some(RateLimiter::new(
        limit,
        state.network.trusted_proxies.clone(),
        state.auth.base_url().clone(),
        state.auth.flow_paths().clone(),
        state.auth.cookie_name(language::COOKIE),
    ))
}

/// The address without the slash at its end, for the pages that are known without it.
fn without_slash(request: &Request) -> Option<String> {
    let path = request.uri().path().strip_suffix('/')?;
    // Nothing that a browser could take for another host.
    let ours = path.starts_with('/') && !path.contains("//") && !path.contains('\\');
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    ours.then(|| format!("{path}{query}"))
}

/// The orders API. Cookies mean nothing to it, so that what guards pages against other sites is not around it.
fn shop(state: &AppState) -> Router {
    match state.shop.clone() {
        Some(shop) => Router::new().nest(shop::PATH, shop.router()),
        None => Router::new(),
    }
}

/// The files that cargo-leptos built. Their names have a hash of the content, so browsers may cache them for good.
fn files(options: &LeptosOptions) -> Router {
    let root = &*options.site_root;
    let folder = &*options.site_pkg_dir;
    let keep = if options.hash_files {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let built = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            caching(HeaderValue::from_static(keep)),
        ))
        .service(
            ServeDir::new(format!("{root}/{folder}"))
                .precompressed_br()
                .precompressed_gzip(),
        );
    let icon = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            caching(HeaderValue::from_static("public, max-age=86400")),
        ))
        .service(ServeFile::new(format!("{root}/favicon.svg")));
    Router::new()
        .nest_service(&format!("/{folder}"), built)
        .route_service("/favicon.svg", icon)
}

/// Nothing that went wrong is to be kept.
fn caching<B>(
    found: HeaderValue,
) -> impl Fn(&axum::http::Response<B>) -> Option<HeaderValue> + Clone {
    move |response| {
        let keep = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
        Some(if keep {
            found.clone()
        } else {
            HeaderValue::from_static("no-store")
        })
    }
}

/// Our files come compressed; what is left is made small as it goes, unless that is not worth the time.
fn compression() -> CompressionLayer<impl Predicate> {
    let worth_it = SizeAbove::new(860)
        .and(NotForContentType::IMAGES)
        // A compressor would keep events until it has enough of them.
        .and(NotForContentType::SSE)
        .and(NotForContentType::const_new("application/wasm"));
    CompressionLayer::new()
        .quality(tower_http::CompressionLevel::Fastest)
        .compress_when(worth_it)
}

fn strict_transport(state: &AppState) -> SetResponseHeaderLayer<Option<HeaderValue>> {
    let secure = state.auth.base_url().scheme() == "https";
    let value = state.network.hsts.clone().filter(|_| secure);
    SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, value)
}

/// On every answer, whatever it is (HD-08).
async fn common_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    if is_unavailable {
        let again = headers.entry(header::RETRY_AFTER);
        again.or_insert(HeaderValue::from_static(RETRY_AFTER));
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: a form without JavaScript finds back to its page by it (F12).
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // A response without `Cache-Control` is not stored, and a response without a policy of its own loads nothing.
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The context of a page or a server function.
struct PageContext {
    site: Site,
    orders: Option<ShopClient>,
    policy: ContentPolicy,
    /// The full name of the cookie that keeps a choice of language.
    language_cookie: String,
}

impl PageContext {
    fn provide(&self) {
        provide_context(self.site.clone());
        if let Some(orders) = self.orders.clone() {
            provide_context(orders);
        }
        let language =
            with_context(|parts: &Parts| language_of(&parts.headers, &self.language_cookie));
        let language = language.unwrap_or_default();
        provide_context(language);
        language::provide_component_texts(language);
        provide_context(UiLocales(language.to_string()));
        let header = use_nonce().and_then(|nonce| self.policy.header(&nonce));
        if let (Some(header), Some(response)) = (header, use_context::<ResponseOptions>()) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, header);
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use tower::ServiceExt as _;

    use super::*;

    /// A request that takes too long, and an API whose store is away, say no time by themselves.
    #[tokio::test]
    async fn whatever_answers_503_says_when_to_come_again() {
        let exact = (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, "60")],
        );
        let router = Router::new()
            .route("/", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
            .route("/exact", get(move || async move { exact }))
            .route("/well", get(|| async {}))
            .layer(from_fn(common_headers));
        for (path, expected) in [("/", Some("5")), ("/exact", Some("60")), ("/well", None)] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let found = response.headers().get(header::RETRY_AFTER);
            assert_eq!(
                found.map(|value| value.to_str().unwrap()),
                expected,
                "{path}"
            );
        }
    }
}
