use serde_json::Value;

use crate::{browser::*, compare::same, facts::Facts};

#[tokio::test]
async fn userinfo_answers_as_recorded() {
    let provider = provider().await;
    let mut facts = Facts::open("userinfo.json", &provider);
    let server = web(&provider);
    let address = format!("{}/me", provider.issuer());
    let ask = |scope: &str| {
        let ask = Ask::new(WEB, scope).set("prompt", "consent");
        ask.add("resource", SHOP)
            .add("resource", BILLING)
            .add("resource", ORGANIZATIONS)
    };
    let access = |tokens: &Value| tokens["access_token"].as_str().unwrap().to_owned();

    let tokens = server.tokens(&ask(FULL_SCOPE), "alice").await;
    let (token, refresh) = (access(&tokens), tokens["refresh_token"].as_str().unwrap());
    let case = facts.take("alice, all scopes");
    same(&case.name, case.response(), &server.user_info(&token).await);
    let case = facts.take("alice, POST with Authorization header");
    same(
        &case.name,
        case.response(),
        &Answer::of(http().post(&address).bearer_auth(&token)).await,
    );
    let case = facts.take("alice, POST with access_token in the body");
    same(
        &case.name,
        case.response(),
        &Answer::of(http().post(&address).form(&[("access_token", &token)])).await,
    );
    let case = facts.take("access_token in the query");
    same(
        &case.name,
        case.response(),
        &Answer::of(http().get(format!("{address}?access_token={token}"))).await,
    );

    for case in facts.take_where(|name| name.contains("openid") && name.starts_with("alice")) {
        let scope = case
            .name
            .trim_start_matches("alice, only ")
            .trim_start_matches("alice, ");
        let token = access(&server.tokens(&ask(scope), "alice").await);
        same(&case.name, case.response(), &server.user_info(&token).await);
    }
    let case = facts.take("bob, all scopes");
    let token = access(&server.tokens(&ask(FULL_SCOPE), "bob").await);
    same(&case.name, case.response(), &server.user_info(&token).await);

    let case = facts.take("no token");
    same(
        &case.name,
        case.response(),
        &Answer::of(http().get(&address)).await,
    );
    let case = facts.take("garbage token");
    same(
        &case.name,
        case.response(),
        &server.user_info("garbage").await,
    );
    let narrowed: [(&str, &[(&str, &str)]); 4] = [
        ("API-resource JWT used at userinfo", &[("resource", SHOP)]),
        (
            "organization token used at userinfo",
            &[("organization_id", ACME)],
        ),
        (
            "narrowed opaque token without openid",
            &[("scope", "profile")],
        ),
        (
            "narrowed opaque token openid profile",
            &[("scope", "openid profile")],
        ),
    ];
    for (name, more) in narrowed {
        let case = facts.take(name);
        let token = access(&server.refresh(refresh, more).await.json());
        same(&case.name, case.response(), &server.user_info(&token).await);
    }
    facts.finish();
}
