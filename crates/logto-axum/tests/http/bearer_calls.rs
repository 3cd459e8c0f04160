//! An API that takes bearer tokens, inside the middleware of the sessions.

use axum::{Router, http::Method, routing::any};
use logto::ResourceServer;
use logto_axum::{Bearer, Permissions};
use reqwest::RequestBuilder;
use test_support::{browser::http, person::Person, person::shop};

use crate::support::{ALICE, Answer, App, SHOP, Setup, greeting};

struct ReadOrders;
impl Permissions for ReadOrders {
    const REQUIRED: &'static [&'static str] = &["read:orders"];
}

async fn orders(bearer: Bearer<ReadOrders>) -> String {
    bearer.token.subject
}

/// The application, with the API beside its pages and below the prefix of its closed endpoints.
async fn start() -> App {
    App::with(|setup: &mut Setup| {
        setup.routes = |auth, latch| {
            let endpoint = auth.client().config().endpoint.clone();
            let api = Router::new()
                .route("/orders", any(orders))
                .with_state(ResourceServer::new(endpoint, SHOP).unwrap());
            let pages = crate::support::pages(latch);
            pages.nest("/shop", api.clone()).nest("/api/v1", api)
        };
    })
    .await
}

async fn token(app: &App) -> String {
    let alice = Person::sign_in(&app.provider.endpoint, "alice").await;
    alice.token(shop()).await
}

fn request(app: &App, method: Method, path: &str) -> RequestBuilder {
    http().request(method, format!("{}{path}", app.at))
}

const API: [&str; 2] = ["/shop/orders", "/api/v1/orders"];

/// No session, no page of ours, and any kind of body.
#[tokio::test]
async fn a_call_with_a_token_alone_reaches_the_api() {
    let app = start().await;
    let token = token(&app).await;
    for path in API {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let plain = request(&app, method.clone(), path).bearer_auth(&token);
            let answer = Answer::of(plain).await;
            assert_eq!(
                (answer.status, answer.body.as_str()),
                (200, ALICE),
                "{method} {path}"
            );
            let foreign = request(&app, method.clone(), path)
                .bearer_auth(&token)
                .header("origin", "https://spa.example")
                .header("sec-fetch-site", "cross-site")
                .header("sec-fetch-mode", "cors")
                .header("content-type", "application/xml")
                .header("cookie", "theme=dark")
                .body("<order/>");
            assert_eq!(Answer::of(foreign).await.status, 200, "{method} {path}");
        }
    }
}

/// CS-01, CS-07
#[tokio::test]
async fn a_write_without_a_token_is_held_to_the_rules_for_browsers() {
    let app = start().await;
    for path in API {
        let post = || request(&app, Method::POST, path);
        let mut twice = reqwest::header::HeaderMap::new();
        for value in ["Bearer a.b.c", "Bearer d.e.f"] {
            twice.append("authorization", value.parse().unwrap());
        }
        for refused in [
            post(),
            post().basic_auth("alice", Some("alice")),
            post().header("authorization", "Bearer"),
            post().header("authorization", "Bearer a b"),
            post().headers(twice),
            post().header("x-authorization", "Bearer a.b.c"),
        ] {
            let answer = Answer::of(refused).await;
            assert_eq!(answer.status, 403, "{path}: {}", answer.body);
        }
        // A read, and a write of a page of ours, are for the API to refuse.
        let ours = post().header("origin", app.base.clone());
        for refused in [
            request(&app, Method::GET, path),
            ours,
            post().bearer_auth("a.b.c"),
        ] {
            let answer = Answer::of(refused).await;
            assert_eq!(answer.status, 401, "{path}");
            assert!(
                answer
                    .header("www-authenticate")
                    .starts_with("Bearer realm=")
            );
        }
    }
}

/// CS-01: a session beside the token would be used, by whoever made the browser send both.
#[tokio::test]
async fn a_session_beside_the_token_keeps_the_rules_for_browsers() {
    let app = start().await;
    let token = token(&app).await;
    let alice = app.signed_in("alice").await;
    let session = format!(
        "{}={}",
        alice.cookie_name("logto-session"),
        alice.session().unwrap()
    );
    for path in ["/cart", "/shop/orders", "/api/v1/orders"] {
        for foreign in ["cross-site", "same-site", "none"] {
            let post = request(&app, Method::POST, path)
                .bearer_auth(&token)
                .header("cookie", session.clone())
                .header("sec-fetch-site", foreign);
            assert_eq!(Answer::of(post).await.status, 403, "{path}");
        }
    }
    let home = request(&app, Method::GET, "/").bearer_auth(&token);
    let home = Answer::of(home.header("cookie", session)).await;
    assert_eq!(home.body, greeting(ALICE));
}

/// LX-01, LX-04: it takes the place of no session.
#[tokio::test]
async fn a_token_opens_no_page_and_no_closed_endpoint() {
    let app = start().await;
    let token = token(&app).await;
    for (method, path, status) in [
        (Method::GET, "/profile", 303),
        (Method::POST, "/profile", 401),
        (Method::GET, "/org/acme", 303),
        (Method::GET, "/api/closed", 401),
        (Method::POST, "/api/closed", 401),
        (Method::POST, "/api/V1/orders", 401),
        (Method::POST, "/api/v1/../closed", 401),
    ] {
        let answer = Answer::of(request(&app, method, path).bearer_auth(&token)).await;
        assert_eq!(
            (answer.status, answer.body.contains(ALICE)),
            (status, false),
            "{path}"
        );
    }
}
