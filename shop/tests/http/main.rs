//! The orders API over HTTP, with real tokens of the development identity provider.

mod access;
mod description;
mod orders;
mod requests;
mod separation;

use axum::Router;
use dev_idp::Fixture;
use logto::ResourceServer;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use shop::{Orders, Shop};
use tokio::net::TcpListener;

use test_support::{
    Answer, TestProvider,
    browser::http,
    person::{self, Person, SHOP},
};

const OWN: &str = "/shop/orders";
const OF_ACME: &str = "/shop/organizations/asl5guymvnj4/orders";
const OF_GLOBEX: &str = "/shop/organizations/1xld34l574eb/orders";

/// The API, mounted as the server mounts it.
struct Api {
    provider: TestProvider,
    at: String,
}

impl Api {
    async fn start() -> Self {
        Self::with(Orders::in_memory().await.unwrap()).await
    }

    async fn with(orders: Orders) -> Self {
        let provider = TestProvider::start(Fixture::default()).await;
        let server = ResourceServer::new(provider.endpoint.parse().unwrap(), SHOP).unwrap();
        let router = Router::new().nest(shop::PATH, Shop::new(server, orders).router());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { provider, at }
    }

    async fn person(&self, username: &str) -> Person {
        Person::sign_in(&self.provider.endpoint, username).await
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        http().request(method, format!("{}{path}", self.at))
    }

    async fn send(&self, method: &str, path: &str, token: &str) -> Answer {
        Answer::of(self.request(method, path).bearer_auth(token)).await
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        self.send("GET", path, token).await
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        Answer::of(self.request("POST", path).bearer_auth(token).json(body)).await
    }

    /// Places an order and gives its address.
    async fn place(&self, path: &str, token: &str, item: &str) -> String {
        let answer = self
            .post(path, token, &json!({ "item": item, "quantity": 2 }))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.location().to_owned()
    }

    /// The items of a list.
    async fn items(&self, path: &str, token: &str) -> Vec<String> {
        let list = json(&self.get(path, token).await);
        let orders = list["orders"].as_array().unwrap().clone();
        orders
            .iter()
            .map(|order| order["item"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

/// An answer that says what is wrong, in the form that all of them have.
#[track_caller]
fn is_problem(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = json(answer);
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], "about:blank");
    assert!(problem["title"].is_string() && problem["detail"].is_string());
    problem
}
