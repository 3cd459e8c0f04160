//! The orders API where the server has it: beside the pages, and with nothing of theirs around it.

use serde_json::{Value, json};

use crate::helpers::{
    Answer, TestApp,
    browser::http,
    person::{Person, shop},
};

async fn token(app: &TestApp, username: &str) -> String {
    let person = Person::sign_in(&app.provider.endpoint, username).await;
    person.token(shop()).await
}

fn orders(app: &TestApp) -> String {
    format!("http://{}/shop/orders", app.address)
}

#[tokio::test]
async fn a_token_opens_the_shop_and_the_answer_has_the_headers_of_all_answers() {
    let app = TestApp::start().await;
    let token = token(&app, "alice").await;
    let answer = Answer::of(http().get(orders(&app)).bearer_auth(&token)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body, r#"{"orders":[],"next":null}"#);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.set_cookies().is_empty());
    let answer = Answer::of(http().get(orders(&app) + "/openapi.json")).await;
    assert_eq!(answer.status, 401);
    let description = format!("http://{}/shop/openapi.json", app.address);
    assert_eq!(Answer::of(http().get(description)).await.status, 200);
}

/// JW-18: a session is no token, and one person's session beside another's token is nothing.
#[tokio::test]
async fn the_shop_does_not_know_who_is_signed_in() {
    let app = TestApp::start().await;
    let mut alice = app.signed_in("alice").await;
    let answer = alice.get("/shop/orders").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let token = token(&app, "frank").await;
    let placed = alice
        .request("POST", "/shop/orders")
        .bearer_auth(&token)
        .json(&json!({ "item": "Coffee", "quantity": 1 }));
    let answer = alice.send(placed).await;
    let order: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(order["placed_by"], "frank0000001");
    assert!(alice.session().is_some(), "and leaves it alone");
}

/// A browser sends no bearer token by itself, so that a page of another site may write with one that it was given.
#[tokio::test]
async fn a_write_from_another_site_is_judged_by_its_token_alone() {
    let app = TestApp::start().await;
    let token = token(&app, "alice").await;
    let request = || {
        http()
            .post(orders(&app))
            .header("origin", "https://elsewhere.example")
            .header("sec-fetch-site", "cross-site")
            .json(&json!({ "item": "Coffee", "quantity": 1 }))
    };
    let answer = Answer::of(request().bearer_auth(&token)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(Answer::of(request()).await.status, 401);
}

#[tokio::test]
async fn without_a_resource_there_is_no_shop() {
    let app = TestApp::with(|setup| setup.shop = false).await;
    for path in ["/shop/orders", "/shop/openapi.json"] {
        let address = format!("http://{}{path}", app.address);
        let answer = Answer::of(http().get(address).header("accept", "text/html")).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.header("content-type").starts_with("text/html"));
    }
}

/// FZ-11: nothing of the body limit or of a panic shows up as another form of answer than JSON or nothing.
#[tokio::test]
async fn a_body_larger_than_any_is_refused() {
    let app = TestApp::start().await;
    let token = token(&app, "alice").await;
    for length in [17 * 1024, 2 * 1024 * 1024] {
        let request = http()
            .post(orders(&app))
            .bearer_auth(&token)
            .header("content-type", "application/json")
            .body(vec![b' '; length]);
        assert_eq!(Answer::of(request).await.status, 413);
    }
}
