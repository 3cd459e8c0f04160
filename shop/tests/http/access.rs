//! Who gets in. What a token must be is judged below (`logto`, `logto-axum`); here, that it is asked for everywhere.

use super::*;
use logto::Audience;
use test_support::person::{ACME, BILLING, GLOBEX, shop, shop_in};

const ONE: &str = "019a5f00-0000-7000-8000-000000000001";

/// Every route there is, with the permission that it needs.
fn routes() -> Vec<(&'static str, String, &'static str)> {
    [OWN, OF_GLOBEX]
        .into_iter()
        .flat_map(|path| {
            [
                ("GET", path.to_owned(), "read:orders"),
                ("POST", path.to_owned(), "write:orders"),
                ("GET", format!("{path}/{ONE}"), "read:orders"),
                ("DELETE", format!("{path}/{ONE}"), "write:orders"),
            ]
        })
        .collect()
}

#[tokio::test]
async fn no_route_opens_without_a_token() {
    let api = Api::start().await;
    for (method, path, _) in routes() {
        let cookie = "logto-session=x; __Host-logto-session=x";
        let answer = Answer::of(api.request(method, &path).header("cookie", cookie)).await;
        is_problem(&answer, 401);
        let challenge = answer.header("www-authenticate");
        assert_eq!(
            challenge, r#"Bearer realm="https://shop.example/api""#,
            "{method} {path}"
        );
        assert!(answer.set_cookies().is_empty());
    }
}

/// JW-13: bob has no role and alice is only a member at globex. Logto gives a token to both.
#[tokio::test]
async fn a_token_without_the_permission_of_the_route_is_forbidden() {
    let api = Api::start().await;
    let (alice, bob) = (api.person("alice").await, api.person("bob").await);
    let empty = bob.token(shop()).await;
    let member = alice.token(shop_in(GLOBEX)).await;
    let mut forbidden = 0;
    for (method, path, permission) in routes() {
        let token = if path.starts_with(OWN) {
            &empty
        } else {
            &member
        };
        let answer = api.send(method, &path, token).await;
        if path.starts_with(OF_GLOBEX) && permission == "read:orders" {
            assert!(
                answer.status == 200 || answer.status == 404,
                "{}",
                answer.body
            );
            continue;
        }
        is_problem(&answer, 403);
        let challenge = answer.header("www-authenticate");
        assert!(
            challenge.contains(r#"error="insufficient_scope""#),
            "{challenge}"
        );
        assert!(
            challenge.contains(&format!(r#"scope="{permission}""#)),
            "{challenge}"
        );
        forbidden += 1;
    }
    assert_eq!(forbidden, 6);
}

/// JW-02, JW-03, JW-06
#[tokio::test]
async fn what_is_no_token_for_the_shop_is_refused() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let opaque = alice.token(Audience::Default).await;
    let billing = alice.token(Audience::Resource(BILLING.into())).await;
    let organization = alice.token(person::organization(ACME)).await;
    // Bob is in no organization, and this carries every permission in them.
    let bob = api.person("bob").await;
    let everything = bob.token(person::all_organizations()).await;
    api.provider.controls.set_time_offset(-2 * 3600);
    let expired = alice
        .narrowed(shop(), Some("read:orders write:orders"))
        .await;
    for token in [
        alice.id_token.expose(),
        &opaque,
        &billing,
        &organization,
        &everything,
        &expired,
        "x",
    ] {
        for (method, path, _) in routes() {
            let answer = api.send(method, &path, token).await;
            is_problem(&answer, 401);
            let challenge = answer.header("www-authenticate");
            assert!(
                challenge.contains(r#"error="invalid_token""#),
                "{challenge}"
            );
            assert!(!format!("{challenge}{}", answer.body).contains(token) || token == "x");
        }
    }
}

/// OU-01
#[tokio::test]
async fn without_keys_the_answer_is_that_it_is_not_able_to() {
    let api = Api::start().await;
    let token = api.person("alice").await.token(shop()).await;
    api.provider.set_down(true);
    let answer = api.get(OWN, &token).await;
    is_problem(&answer, 503);
    assert_eq!(answer.header("retry-after"), "5");
}
