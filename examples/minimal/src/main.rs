use axum::Router;
use leptos::config::get_configuration;
use leptos_axum::LeptosRoutes;
use leptos_logto::server;
use logto_axum::LogtoAuth;
use minimal::{App, shell};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let auth = LogtoAuth::from_env().await?;
    let options = get_configuration(None)?.leptos_options;
    let (listener, document) = (TcpListener::bind(options.site_addr).await?, options.clone());
    let files = ServeDir::new(format!("{}/pkg", options.site_root));
    let (routes, guards) = server::generate_guarded_route_list(App);
    let pages = Router::new()
        .leptos_routes(&options, routes, move || shell(document.clone()))
        .merge(auth.supporting_routes());
    let app = auth.protect_with(pages, guards, server::endpoints(&[]));
    let app = app.nest_service("/pkg", files).with_state(options);
    Ok(axum::serve(listener, app).await?)
}
