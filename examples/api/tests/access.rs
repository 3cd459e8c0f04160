//! Who gets in with which token.

use dev_idp::TokenFor;
use test_support::{
    Answer,
    browser::http,
    example::{Example, Place},
    person::{ACME, BILLING, SHOP},
};

async fn example() -> Example {
    let program = env!("CARGO_BIN_EXE_example-api");
    Place::find().await.run(program, "ADDRESS", &[]).await
}

async fn get(example: &Example, path: &str, person: &str, what: TokenFor<'_>) -> Answer {
    let token = example.provider.access_token(person, what).unwrap();
    let url = format!("{}{path}", example.base);
    Answer::of(http().get(url).bearer_auth(token)).await
}

#[tokio::test]
async fn each_kind_of_token_opens_its_own() {
    let example = example().await;
    let orders = format!("/organizations/{ACME}/orders");
    let billing = format!("/organizations/{ACME}/billing");
    let kinds = [
        TokenFor::Resource(SHOP),
        TokenFor::OrganizationResource {
            organization: ACME,
            resource: SHOP,
        },
        TokenFor::Organization(ACME),
    ];
    for (opened, kind) in kinds.into_iter().enumerate() {
        for (place, path) in ["/orders", &orders, &billing].into_iter().enumerate() {
            let answer = get(&example, path, "alice", kind).await;
            let expected = if opened == place { 200 } else { 401 };
            assert_eq!(answer.status, expected, "{kind:?} at {path}");
        }
    }
}

#[tokio::test]
async fn what_opens_nothing_is_told_why() {
    let example = example().await;
    let bob = get(&example, "/orders", "bob", TokenFor::Resource(SHOP)).await;
    let challenge = bob.header("www-authenticate");
    assert_eq!(bob.status, 403);
    assert!(challenge.contains("insufficient_scope"), "{challenge}");
    assert!(challenge.contains("read:orders"), "{challenge}");
    let other = get(&example, "/orders", "alice", TokenFor::Resource(BILLING)).await;
    assert_eq!(other.status, 401, "a token for another API");
    let none = Answer::of(http().get(format!("{}/orders", example.base))).await;
    let challenge = none.header("www-authenticate");
    assert_eq!(
        (none.status, challenge),
        (401, r#"Bearer realm="https://shop.example/api""#)
    );
}
