//! The people of the default fixture: each is there for a state that pages have to be seen in.

mod browser;

use browser::*;
use serde_json::Value;

async fn user_info(username: &str) -> Value {
    let provider = provider().await;
    let server = web(&provider);
    let ask = Ask::new(WEB, FULL_SCOPE).set("prompt", "consent");
    let tokens = server.tokens(&ask, username).await;
    server
        .user_info(tokens["access_token"].as_str().unwrap())
        .await
        .json()
}

#[tokio::test]
async fn somebody_is_in_one_organization_and_somebody_in_fifty() {
    let carol = user_info("carol").await;
    assert_eq!(carol["organization_data"].as_array().unwrap().len(), 1);
    let olga = user_info("olga").await;
    let names: Vec<_> = olga["organization_data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|organization| organization["name"].as_str().unwrap())
        .collect();
    assert_eq!((names.len(), names[0], names[49]), (50, "Acorn", "Willow"));
    assert_eq!(olga["organizations"][49], "team50");
    assert_eq!(olga["organization_roles"][49], "team50:member");
}

#[tokio::test]
async fn frank_has_every_claim() {
    let frank = user_info("frank").await;
    let claims = [
        "sub",
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
        "username",
        "created_at",
        "email",
        "email_verified",
        "phone_number",
        "phone_number_verified",
        "address",
        "custom_data",
        "identities",
        "sso_identities",
        "roles",
        "organizations",
        "organization_data",
        "organization_roles",
    ];
    for claim in claims {
        let value = &frank[claim];
        let empty = value.is_null() || matches!(value.as_array(), Some(items) if items.is_empty());
        assert!(!empty, "{claim}");
    }
    assert_eq!(frank["identities"]["github"]["userId"], "4242");
    assert_eq!(
        frank["sso_identities"][0]["issuer"],
        "https://sso.acme.example"
    );
    assert_eq!(frank["organization_roles"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn names_may_be_long_japanese_or_hostile() {
    let yuki = user_info("yuki").await;
    let name = |person: &Value, place: usize| {
        let name = person["organization_data"][place]["name"].as_str();
        name.unwrap().to_owned()
    };
    assert_eq!(name(&yuki, 0), "さくら文具株式会社");
    assert!(name(&yuki, 1).len() > 150);
    let mallory = user_info("mallory").await;
    assert!(mallory["name"].as_str().unwrap().contains("</script><b>"));
    assert!(mallory["name"].as_str().unwrap().contains('\u{202e}'));
    assert!(name(&mallory, 0).contains("</script>"));
}

#[tokio::test]
async fn lists_offer_only_whom_a_reader_wants() {
    let provider = provider().await;
    let listed: Vec<_> = provider
        .fixture()
        .accounts()
        .into_iter()
        .map(|account| account.username)
        .collect();
    assert_eq!(listed, ["alice", "bob", "carol", "olga", "frank"]);
    let mut browser = Browser::new(&provider);
    let start = browser.get(&Ask::new(WEB, "openid").address()).await;
    for page in [browser.get(start.location()).await, browser.get("/").await] {
        assert!(page.text.contains("olga") && !page.text.contains("mallory"));
    }
    assert!(
        provider
            .fixture()
            .users
            .iter()
            .any(|user| user.username == "mallory")
    );
}
