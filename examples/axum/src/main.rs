//! Sign-in for an axum application: a page for everybody, a page for people who are signed in, a call of an API.

use axum::{Router, http::StatusCode, response::Html, routing::get};
use html_escape::encode_text;
use logto_axum::{Audience, Auth, CurrentUser, Error, LogtoAuth};
use tokio::net::TcpListener;

const API: &str = "https://shop.example/api";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let builder = LogtoAuth::builder_from_env()?;
    let auth = builder.resource(API, ["read:orders"]).build().await?;
    let pages = Router::new()
        .route("/", get(home))
        .route("/private", get(private))
        .route("/orders", get(orders));
    let app = auth.protect(pages);
    let listener = TcpListener::bind(env("ADDRESS", "127.0.0.1:3000")).await?;
    Ok(axum::serve(listener, app).await?)
}

async fn home(person: Option<CurrentUser>) -> Html<String> {
    let Some(person) = person else {
        return Html(r#"<a href="/sign-in">Sign in</a>"#.to_owned());
    };
    let name = encode_text(person.display_name());
    Html(format!(
        r#"<p>Hello, {name}</p>
        <p><a href="/private">Private</a> <a href="/orders">Orders</a></p>
        <form method="post" action="/sign-out"><button>Sign out</button></form>"#
    ))
}

async fn private(_: CurrentUser) -> &'static str {
    "Only people who are signed in see this."
}

async fn orders(_: CurrentUser, auth: Auth) -> Result<(StatusCode, String), Error> {
    let token = auth.access_token(Audience::Resource(API.into())).await?;
    let answer = call_api(token.token.expose()).await;
    Ok(answer.unwrap_or_else(|error| {
        eprintln!("the orders API does not answer: {error}");
        let text = "The orders API is not responding. Try again in a moment.";
        (StatusCode::BAD_GATEWAY, text.to_owned())
    }))
}

async fn call_api(token: &str) -> Result<(StatusCode, String), reqwest::Error> {
    let url = env("ORDERS_URL", "http://127.0.0.1:4000/orders");
    let request = reqwest::Client::new().get(url).bearer_auth(token);
    let answer = request.send().await?;
    Ok((answer.status(), answer.text().await?))
}

fn env(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}
