//! An API that takes Logto's access tokens, of each of their three kinds.

use std::{env, error::Error};

use axum::{Router, routing::get};
use logto_axum::{Bearer, ForOrganization, InOrganization, Permissions, ResourceServer};
use tokio::net::TcpListener;

struct ReadOrders;
impl Permissions for ReadOrders {
    const REQUIRED: &'static [&'static str] = &["read:orders"];
}

struct ManageBilling;
impl Permissions for ManageBilling {
    const REQUIRED: &'static [&'static str] = &["manage:billing"];
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = env::var("LOGTO_ENDPOINT")
        .map_err(|_| "LOGTO_ENDPOINT is not set; it is the Logto endpoint")?;
    let server = ResourceServer::new(endpoint.parse()?, "https://shop.example/api")?;
    let api = Router::new()
        .route("/orders", get(orders))
        .route(
            "/organizations/{organization}/orders",
            get(organization_orders),
        )
        .route("/organizations/{organization}/billing", get(billing))
        .with_state(server);
    let address = env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:4000".to_owned());
    let listener = TcpListener::bind(&address).await?;
    println!("http://{address}");
    Ok(axum::serve(listener, api).await?)
}

/// A person's own orders: takes a token for this API.
async fn orders(bearer: Bearer<ReadOrders>) -> String {
    format!("orders of {}\n", bearer.token.subject)
}

/// The orders of an organization: takes a token for this API, as a member of the organization in the path.
async fn organization_orders(bearer: Bearer<ReadOrders, InOrganization>) -> String {
    format!("orders of organization {}\n", bearer.organization)
}

/// Its bills: takes a token for the organization itself.
async fn billing(bearer: Bearer<ManageBilling, ForOrganization>) -> String {
    format!("bills of organization {}\n", bearer.organization)
}
