use std::{env, error::Error, sync::Arc};

use axum::Router;
use leptos::config::get_configuration;
use leptos_axum::{LeptosRoutes, generate_route_list};
use leptos_logto::server;
use logto_axum::{Guards, LogtoAuth, MemoryStore, Options, SessionKeys};
use minimal::{App, shell};
use tower_http::services::ServeDir;

const BASE: &str = "http://localhost:3000/";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (endpoint, id) = (env::var("LOGTO_ENDPOINT")?.parse()?, env::var("LOGTO_APP_ID")?);
    let secret = logto::Secret::new(env::var("LOGTO_APP_SECRET")?);
    let config = logto::Config::new(endpoint, id, secret, format!("{BASE}callback").parse()?, BASE.parse()?);
    let options = Options::new(BASE.parse()?, SessionKeys::ephemeral());
    let auth = LogtoAuth::new(logto::Client::new(config)?, Arc::new(MemoryStore::default()), options);
    server::register();
    let leptos = get_configuration(None)?.leptos_options;
    let (site, document) = (leptos.site_addr, leptos.clone());
    let pages =
        Router::new().leptos_routes(&leptos, generate_route_list(App), move || shell(document.clone()));
    let pages = pages.merge(auth.problem_route());
    let app = auth.protect_with(pages, Guards::default(), server::endpoints(&[]));
    let app = app.nest_service("/pkg", ServeDir::new("target/site/pkg")).with_state(leptos);
    Ok(axum::serve(tokio::net::TcpListener::bind(site).await?, app).await?)
}
