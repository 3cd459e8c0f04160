//! Calls of an API with a person's access token.

use serde_json::Value;

use crate::support::{ACME, App, Browser, GLOBEX, SHOP};

const MINUTES: i64 = 60;

async fn call(browser: &mut Browser, refuses: usize, audience: &str) -> Value {
    let answer = browser
        .get(&format!("/call?refuses={refuses}&{audience}"))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn tokens(called: &Value) -> Vec<&str> {
    let tokens = called["tokens"].as_array().unwrap().iter();
    tokens.map(|token| token.as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_api_that_takes_the_token_is_called_once() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let shop = format!("resource={SHOP}");
    let called = call(&mut browser, 0, &shop).await;
    assert_eq!(tokens(&called).len(), 1);
    assert_eq!(
        (&called["retried"], &called["scope"]),
        (&false.into(), &"read:orders write:orders".into())
    );
    let requests = app.provider.token_requests();
    let again = call(&mut browser, 0, &shop).await;
    assert_eq!(tokens(&again), tokens(&called), "the token that is at hand");
    assert_eq!(app.provider.token_requests(), requests);
}

/// RF-14
#[tokio::test]
async fn an_api_that_refuses_the_token_is_called_once_more_with_a_fresh_one() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    for audience in [
        format!("resource={SHOP}"),
        format!("resource={SHOP}&organization={ACME}"),
    ] {
        let spent = call(&mut browser, 0, &audience).await;
        let requests = app.provider.token_requests();
        let called = call(&mut browser, 1, &audience).await;
        let [first, second] = tokens(&called)[..] else {
            panic!("two calls: {called}");
        };
        assert_eq!(first, tokens(&spent)[0]);
        assert_ne!(first, second, "a fresh one");
        assert_eq!(
            (&called["retried"], &called["refused"]),
            (&true.into(), &false.into())
        );
        assert_eq!(app.provider.token_requests() - requests, 1);
        // It stays in the place of the other.
        assert_eq!(tokens(&call(&mut browser, 0, &audience).await), [second]);
    }
}

/// RF-14
#[tokio::test]
async fn an_api_is_never_called_a_third_time() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let called = call(&mut browser, 9, &format!("resource={SHOP}")).await;
    assert_eq!(tokens(&called).len(), 2);
    assert_eq!(
        (&called["retried"], &called["refused"]),
        (&true.into(), &true.into())
    );
}

/// All of them were refused with the same token, so one fresh one does.
#[tokio::test]
async fn calls_that_are_refused_together_share_a_fresh_token() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let shop = format!("resource={SHOP}");
    call(&mut browser, 0, &shop).await;
    let requests = app.provider.token_requests();
    app.provider.controls.delay_next("/oidc/token", 300);
    let tabs: Vec<_> = (0..5)
        .map(|_| {
            let (mut tab, shop) = (browser.clone(), shop.clone());
            tokio::spawn(async move { call(&mut tab, 1, &shop).await })
        })
        .collect();
    let mut fresh = Vec::new();
    for tab in tabs {
        fresh.push(tokens(&tab.await.unwrap())[1].to_owned());
    }
    fresh.dedup();
    assert_eq!(fresh.len(), 1);
    assert_eq!(app.provider.token_requests() - requests, 1);
}

/// OR-05
#[tokio::test]
async fn in_an_organization_the_token_is_at_most_five_minutes_old() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let (shop, acme) = (
        format!("resource={SHOP}"),
        format!("resource={SHOP}&organization={ACME}"),
    );
    let global = call(&mut browser, 0, &shop).await;
    let inside = call(&mut browser, 0, &acme).await;
    app.pass(6 * MINUTES);
    assert_eq!(tokens(&call(&mut browser, 0, &shop).await), tokens(&global));
    assert_ne!(tokens(&call(&mut browser, 0, &acme).await), tokens(&inside));
}

#[tokio::test]
async fn without_a_token_no_api_is_called() {
    let app = App::start().await;
    let mut bob = app.signed_in("bob").await;
    for (audience, status, why) in [
        (format!("organization={GLOBEX}"), 403, "forbidden"),
        (
            "resource=https://unknown.example/api".into(),
            409,
            "not granted",
        ),
    ] {
        let answer = bob.get(&format!("/call?refuses=0&{audience}")).await;
        let said = format!("{why} after 0 calls");
        assert_eq!((answer.status, answer.body), (status, said));
    }
    let answer = app.browser().get("/call?refuses=0").await;
    assert_eq!(
        (answer.status, &*answer.body),
        (401, "signed out after 0 calls")
    );
    // No fresh one either.
    let shop = format!("resource={SHOP}");
    call(&mut bob, 0, &shop).await;
    app.provider.controls.fail_next("/oidc/token", 503, 1);
    let answer = bob.get(&format!("/call?refuses=1&{shop}")).await;
    assert_eq!(
        (answer.status, &*answer.body),
        (502, "provider after 1 calls")
    );
}
