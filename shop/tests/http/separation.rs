//! ASVS 8.2, 8.4: the owner of an order comes from the token, never from the request.

use super::*;
use test_support::person::{ACME, GLOBEX, shop, shop_in};

#[tokio::test]
async fn people_see_their_own_orders_only() {
    let api = Api::start().await;
    let (alice, frank) = (api.person("alice").await, api.person("frank").await);
    let (hers, other) = (alice.token(shop()).await, frank.token(shop()).await);
    let address = api.place(OWN, &hers, "Coffee").await;
    is_problem(&api.get(&address, &other).await, 404);
    is_problem(&api.send("DELETE", &address, &other).await, 404);
    assert_eq!(api.items(OWN, &other).await, [""; 0]);
    assert_eq!(api.items(OWN, &hers).await, ["Coffee"]);
}

/// Alice may write orders everywhere only because she is an admin at acme, and her plain token says so.
#[tokio::test]
async fn orders_of_a_person_and_of_organizations_are_apart() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let own = alice.token(shop()).await;
    let of_acme = alice.token(shop_in(ACME)).await;
    let of_globex = alice.token(shop_in(GLOBEX)).await;
    let mine = api.place(OWN, &own, "mine").await;
    let acmes = api.place(OF_ACME, &of_acme, "acme's").await;
    assert_eq!(api.items(OWN, &own).await, ["mine"]);
    assert_eq!(api.items(OF_ACME, &of_acme).await, ["acme's"]);
    assert_eq!(api.items(OF_GLOBEX, &of_globex).await, [""; 0]);
    // An order is only at its own address, whatever the token.
    let id = |address: &str| address.rsplit('/').next().unwrap().to_owned();
    for (path, token, strange) in [
        (OWN, &own, &acmes),
        (OF_ACME, &of_acme, &mine),
        (OF_GLOBEX, &of_globex, &acmes),
        (OF_GLOBEX, &of_globex, &mine),
    ] {
        let address = format!("{path}/{}", id(strange));
        is_problem(&api.get(&address, token).await, 404);
    }
    assert_eq!(api.get(&mine, &own).await.status, 200);
    assert_eq!(api.get(&acmes, &of_acme).await.status, 200);
    // A list that begins at a strange order tells nothing of it either.
    let before = format!("{OWN}?before={}", id(&acmes));
    assert_eq!(api.items(&before, &own).await, ["mine"]);
}

#[tokio::test]
async fn members_share_the_orders_of_their_organization() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let carol = api.person("carol").await;
    let hers = alice.token(shop_in(ACME)).await;
    let address = api.place(OF_ACME, &hers, "Coffee").await;
    let colleague = carol.token(shop_in(ACME)).await;
    let found = json(&api.get(&address, &colleague).await);
    assert_eq!(found["placed_by"], "vy5uejihtdj7");
    assert_eq!(api.items(OF_ACME, &colleague).await, ["Coffee"]);
    // She may read there and no more.
    is_problem(&api.send("DELETE", &address, &colleague).await, 403);
}

/// JW-14: all tokens at all addresses.
#[tokio::test]
async fn a_token_for_another_organization_or_for_none_is_refused() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let tokens = [
        (OWN, alice.token(shop()).await),
        (OF_ACME, alice.token(shop_in(ACME)).await),
        (OF_GLOBEX, alice.token(shop_in(GLOBEX)).await),
    ];
    let acmes = api.place(OF_ACME, &tokens[1].1, "Coffee").await;
    for (home, token) in &tokens {
        for path in [OWN, OF_ACME, OF_GLOBEX, "/shop/organizations/nobody/orders"] {
            let answer = api.get(path, token).await;
            if path == *home {
                assert_eq!(answer.status, 200, "{}", answer.body);
            } else {
                is_problem(&answer, 401);
                assert!(answer.header("www-authenticate").contains("invalid_token"));
                let body = json!({ "item": "x", "quantity": 1 });
                is_problem(&api.post(path, token, &body).await, 401);
            }
        }
        if *home != OF_ACME {
            is_problem(&api.get(&acmes, token).await, 401);
            is_problem(&api.send("DELETE", &acmes, token).await, 401);
        }
    }
    assert_eq!(api.items(OF_ACME, &tokens[1].1).await, ["Coffee"]);
}
