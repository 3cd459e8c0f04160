use std::{env, error::Error, sync::Arc};

use axum::Router;
use leptos::config::get_configuration;
use leptos_axum::{LeptosRoutes, generate_route_list};
use logto_axum::{Guards, LogtoAuth, MemoryStore, Options, SessionKeys};
use minimal::{App, shell};
use tower_http::services::ServeDir;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let leptos = get_configuration(None)?.leptos_options;
    let base: logto::Url = "http://localhost:3000".parse()?;
    let (endpoint, id) = (env::var("LOGTO_ENDPOINT")?.parse()?, env::var("LOGTO_APP_ID")?);
    let secret = logto::Secret::new(env::var("LOGTO_APP_SECRET")?);
    let config = logto::Config::new(endpoint, id, secret, base.join("callback")?, base.clone());
    let options = Options::new(base, SessionKeys::ephemeral());
    let auth = LogtoAuth::new(logto::Client::new(config)?, Arc::new(MemoryStore::default()), options);
    leptos_logto::server::register();
    let document = leptos.clone();
    let pages = Router::new().leptos_routes(&leptos, generate_route_list(App), move || shell(document.clone()));
    let app = auth.protect(pages, Guards::default()).nest_service("/pkg", ServeDir::new("target/site/pkg"));
    let listener = tokio::net::TcpListener::bind(leptos.site_addr).await?;
    Ok(axum::serve(listener, app.with_state(leptos)).await?)
}
