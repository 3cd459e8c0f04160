//! A guarded handler of plain axum, with `logto-axum` alone: the claims of the ID token as JSON.

use axum::{Json, Router, routing::get};
use bench_servers::{Failure, serve};
use logto::Claims;
use logto_axum::{CurrentUser, LogtoAuth};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Those of Leptos.toml.
    let scopes = [
        "email",
        "phone",
        "address",
        "custom_data",
        "identities",
        "roles",
        "urn:logto:scope:organizations",
        "urn:logto:scope:organization_roles",
    ];
    let auth = LogtoAuth::builder_from_env()?
        .scopes(scopes)
        .build()
        .await?;
    serve(auth.protect(Router::new().route("/claims", get(claims)))).await
}

async fn claims(person: CurrentUser) -> Json<Claims> {
    Json(person.claims)
}
