use super::*;
use test_support::person::{ACME, shop, shop_in};

#[tokio::test]
async fn an_order_is_placed_found_listed_and_cancelled() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    for (path, token) in [
        (OWN, alice.token(shop()).await),
        (OF_ACME, alice.token(shop_in(ACME)).await),
    ] {
        let body = json!({ "item": "Coffee, 1 kg", "quantity": 2 });
        let placed = api.post(path, &token, &body).await;
        assert_eq!(placed.status, 201, "{}", placed.body);
        let order = json(&placed);
        let id = order["id"].as_str().unwrap();
        assert_eq!(placed.location(), format!("{path}/{id}"));
        assert_eq!(order["item"], "Coffee, 1 kg");
        assert_eq!(order["quantity"], 2);
        assert_eq!(order["placed_by"], "vy5uejihtdj7");
        let organization = if path == OWN {
            Value::Null
        } else {
            ACME.into()
        };
        assert_eq!(order["organization"], organization);
        assert!(order["created_at"].as_str().unwrap().ends_with('Z'));

        let found = api.get(placed.location(), &token).await;
        assert_eq!((found.status, json(&found)), (200, order.clone()));
        let list = json(&api.get(path, &token).await);
        assert_eq!(list, json!({ "orders": [order], "next": null }));

        let cancelled = api.send("DELETE", placed.location(), &token).await;
        assert_eq!((cancelled.status, cancelled.body.as_str()), (204, ""));
        is_problem(&api.send("DELETE", placed.location(), &token).await, 404);
        is_problem(&api.get(placed.location(), &token).await, 404);
        assert_eq!(api.items(path, &token).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_long_list_comes_in_pieces() {
    let api = Api::start().await;
    let alice = api.person("alice").await;
    let token = alice.token(shop()).await;
    for number in 0..5 {
        api.place(OWN, &token, &format!("item {number}")).await;
    }
    let mut found = Vec::new();
    let mut path = format!("{OWN}?limit=2");
    for pieces in 1.. {
        let list = json(&api.get(&path, &token).await);
        let orders = list["orders"].as_array().unwrap();
        found.extend(
            orders
                .iter()
                .map(|order| order["item"].as_str().unwrap().to_owned()),
        );
        let Some(next) = list["next"].as_str() else {
            assert_eq!((pieces, orders.len()), (3, 1));
            break;
        };
        assert_eq!(orders.len(), 2);
        path = format!("{OWN}?limit=2&before={next}");
    }
    assert_eq!(found, ["item 4", "item 3", "item 2", "item 1", "item 0"]);
}

/// ASVS 2.4.1
#[tokio::test]
async fn an_order_too_many_is_refused_until_another_one_is_cancelled() {
    let folder = std::env::temp_dir().join(format!("shop-full-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}/shop.db", folder.display());
    let api = Api::with(Orders::open(&url).await.unwrap()).await;
    let alice = api.person("alice").await;
    let (own, of_acme) = (alice.token(shop()).await, alice.token(shop_in(ACME)).await);
    let address = api.place(OWN, &own, "Coffee").await;
    let file = sqlx::SqlitePool::connect(&url).await.unwrap();
    sqlx::query(
        "WITH RECURSIVE number(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM number WHERE at < 999) \
         INSERT INTO orders SELECT 'order ' || at, item, quantity, created_at, placed_by, organization FROM number, orders",
    )
    .execute(&file)
    .await
    .unwrap();
    let body = json!({ "item": "x", "quantity": 1 });
    let problem = is_problem(&api.post(OWN, &own, &body).await, 409);
    assert_eq!(
        problem["detail"],
        "You keep 1000 orders here, which is the most. Cancel one to place another."
    );
    api.place(OF_ACME, &of_acme, "There is room").await;
    let cancelled = api.send("DELETE", &address, &own).await;
    assert_eq!(cancelled.status, 204);
    api.place(OWN, &own, "In its place").await;
    is_problem(&api.post(OWN, &own, &body).await, 409);
    std::fs::remove_dir_all(folder).unwrap();
}

/// The server is not needed in between: what was placed is there after a restart.
#[tokio::test]
async fn orders_outlive_the_process() {
    let folder = std::env::temp_dir().join(format!("shop-http-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}/shop.db", folder.display());
    let api = Api::with(Orders::open(&url).await.unwrap()).await;
    let token = api.person("alice").await.token(shop()).await;
    let address = api.place(OWN, &token, "Coffee").await;
    let again = Api::with(Orders::open(&url).await.unwrap()).await;
    let token = again.person("alice").await.token(shop()).await;
    assert_eq!(again.get(&address, &token).await.status, 200);
    std::fs::remove_dir_all(folder).unwrap();
}
