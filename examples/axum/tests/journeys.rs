//! What somebody does in a browser, with the program as it is.

use axum::{Router, routing::get};
use logto_axum::{Bearer, Permissions, ResourceServer};
use test_support::example::{Example, Place};
use tokio::net::TcpListener;

const PROGRAM: &str = env!("CARGO_BIN_EXE_example-axum");

async fn example() -> Example {
    Place::find().await.run(PROGRAM, "ADDRESS", &[]).await
}

#[tokio::test]
async fn people_sign_in_at_a_guarded_page_and_out() {
    example().await.signs_in_and_out().await;
}

#[tokio::test]
async fn cancel_leads_to_a_page_with_a_way_on() {
    example().await.tells_of_a_cancelled_sign_in().await;
}

#[tokio::test]
async fn a_wrong_password_signs_nobody_in() {
    example().await.survives_a_wrong_password().await;
}

struct ReadOrders;
impl Permissions for ReadOrders {
    const REQUIRED: &'static [&'static str] = &["read:orders"];
}

#[tokio::test]
async fn the_api_is_called_with_the_token_of_whoever_is_signed_in() {
    let place = Place::find().await;
    let endpoint = place.provider.endpoint().parse().unwrap();
    let server = ResourceServer::new(endpoint, "https://shop.example/api").unwrap();
    let orders = |bearer: Bearer<ReadOrders>| async move { bearer.token.subject };
    let api = Router::new().route("/orders", get(orders));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/orders", listener.local_addr().unwrap());
    let api = api.with_state(server);
    let api = tokio::spawn(async move { axum::serve(listener, api).await });
    let example = place.run(PROGRAM, "ADDRESS", &[("ORDERS_URL", &url)]).await;

    let anonymous = example.browser().get("/orders").await;
    assert_eq!(anonymous.location(), "/sign-in?return_to=%2Forders");
    let mut browser = example.signed_in().await;
    let orders = browser.get("/orders").await;
    assert_eq!((orders.status, &*orders.body), (200, "vy5uejihtdj7"));
    api.abort();
    let _ = api.await;
    let orders = browser.get("/orders").await;
    assert_eq!(orders.status, 502, "{}", orders.body);
}
