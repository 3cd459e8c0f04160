//! The server's half: `cargo leptos serve` in this workspace.

use axum::Router;
use leptos::prelude::get_configuration;
use leptos_axum::{LeptosRoutes, file_and_error_handler, generate_route_list};
use plain_app::{App, shell};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = get_configuration(None)?.leptos_options;
    let listener = tokio::net::TcpListener::bind(options.site_addr).await?;
    let for_shell = options.clone();
    let app = Router::new()
        .leptos_routes(&options, generate_route_list(App), move || {
            shell(for_shell.clone())
        })
        .fallback(file_and_error_handler(shell))
        .with_state(options);
    axum::serve(listener, app).await?;
    Ok(())
}
