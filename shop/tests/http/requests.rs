//! What is sent, and what it is answered when it is not right.

use super::*;
use test_support::person::shop;

async fn started() -> (Api, String) {
    let api = Api::start().await;
    let token = api.person("alice").await.token(shop()).await;
    (api, token)
}

#[tokio::test]
async fn a_body_that_is_no_order_is_told_what_is_wrong_where() {
    let (api, token) = started().await;
    for (body, pointers) in [
        (json!({}), vec!["/item", "/quantity"]),
        (json!({ "item": "", "quantity": 1 }), vec!["/item"]),
        (json!({ "item": "x", "quantity": 1001 }), vec!["/quantity"]),
        (
            json!({ "item": "x", "quantity": 1, "organization": "acme" }),
            vec![""],
        ),
        (
            json!({ "item": "x", "quantity": 1, "placed_by": "bob" }),
            vec![""],
        ),
        (json!([]), vec![""]),
        (json!(null), vec![""]),
    ] {
        let problem = is_problem(&api.post(OWN, &token, &body).await, 422);
        let errors = problem["errors"].as_array().unwrap();
        let found: Vec<_> = errors
            .iter()
            .map(|error| error["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(found, pointers, "{body}");
        assert!(errors.iter().all(|error| error["detail"].is_string()));
    }
    assert_eq!(api.items(OWN, &token).await, [""; 0]);
}

/// FZ-09
#[tokio::test]
async fn a_body_that_cannot_be_read_is_a_client_error_and_is_not_sent_back() {
    let (api, token) = started().await;
    let send = async |kind: &str, body: Vec<u8>| {
        let request = api.request("POST", OWN).bearer_auth(&token);
        Answer::of(request.header("content-type", kind).body(body)).await
    };
    let right = || br#"{"item":"canary","quantity":1}"#.to_vec();
    let deep = "[".repeat(10_000);
    for (kind, body, status) in [
        ("application/json", b"".to_vec(), 400),
        ("application/json", b"{".to_vec(), 400),
        ("application/json", b"canary".to_vec(), 400),
        ("application/json", b"{\"item\":\"\xff\"}".to_vec(), 400),
        (
            "application/json",
            br#"{"item":"\ud800","quantity":1}"#.to_vec(),
            400,
        ),
        (
            "application/json",
            br#"{"item":"canary","quantity":1}{}"#.to_vec(),
            400,
        ),
        ("application/json", deep.into_bytes(), 400),
        ("application/json", vec![b' '; 16 * 1024 + 1], 413),
        ("text/plain", right(), 415),
        ("application/x-www-form-urlencoded", right(), 415),
        ("", right(), 415),
        ("application/json; charset=utf-8", right(), 201),
    ] {
        let answer = send(kind, body).await;
        if status == 201 {
            assert_eq!(answer.status, 201, "{}", answer.body);
        } else {
            is_problem(&answer, status);
            assert!(!answer.body.contains("canary"), "{}", answer.body);
        }
    }
    let without = api.request("POST", OWN).bearer_auth(&token).body(right());
    is_problem(&Answer::of(without).await, 415);
}

#[tokio::test]
async fn a_query_that_is_not_usable_is_told_which_parameter() {
    let (api, token) = started().await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("before=x", "before"),
    ] {
        let answer = api.get(&format!("{OWN}?{query}"), &token).await;
        assert_eq!(is_problem(&answer, 400)["errors"][0]["pointer"], name);
    }
    // Neither helps nor harms (JW-17).
    let answer = api
        .get(&format!("{OWN}?access_token=x&other=%ff"), &token)
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn what_is_no_id_of_an_order_is_no_order() {
    let (api, token) = started().await;
    api.place(OWN, &token, "Coffee").await;
    for id in [
        "x",
        "0",
        "%00",
        "%ff",
        "..%2f..%2fetc%2fpasswd",
        "'%20OR%201=1%20--",
        "019a5f00000070008000000000000001",
        "019a5f00-0000-7000-8000-000000000001",
        &"9".repeat(5000),
    ] {
        let address = format!("{OWN}/{id}");
        let status = api.get(&address, &token).await.status;
        assert!(status == 404 || status == 400, "{id}: {status}");
        let status = api.send("DELETE", &address, &token).await.status;
        assert!(status == 404 || status == 400, "{id}: {status}");
    }
    assert_eq!(api.items(OWN, &token).await, ["Coffee"]);
}

#[tokio::test]
async fn another_address_and_another_method_are_told_so_in_the_same_form() {
    let (api, token) = started().await;
    for path in [
        "/shop",
        "/shop/orders/",
        "/shop/x",
        "/shop/organizations",
        "/shop/organizations/a",
    ] {
        is_problem(&api.get(path, &token).await, 404);
    }
    for (method, path, allowed) in [
        ("PUT", OWN, "GET,HEAD,POST"),
        ("PATCH", OWN, "GET,HEAD,POST"),
        ("DELETE", OWN, "GET,HEAD,POST"),
        ("POST", "/shop/openapi.json", "GET,HEAD"),
    ] {
        let answer = api.send(method, path, &token).await;
        is_problem(&answer, 405);
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
}
