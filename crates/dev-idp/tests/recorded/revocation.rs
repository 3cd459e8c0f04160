use dev_idp::Provider;
use serde_json::Value;

use crate::{browser::*, compare::same, facts::Facts};

const INTROSPECT: &str = "/token/introspection";
const REVOKE: &str = "/token/revocation";

/// A sign-in with a resource, in a browser that stays.
async fn sign_in(provider: &Provider, client: &str) -> (Browser, Ask, Value) {
    let scope = "openid offline_access profile urn:logto:scope:organizations read:orders";
    let ask = Ask::new(client, scope)
        .set("prompt", "consent")
        .set("resource", SHOP);
    let mut browser = Browser::new(provider);
    let code = browser.authorize(&ask, "alice").await.sent("code").unwrap();
    let tokens = Server { provider, client }
        .exchange(&code, &[])
        .await
        .json();
    (browser, ask, tokens)
}

fn token<'a>(tokens: &'a Value, kind: &str) -> &'a str {
    tokens[kind].as_str().unwrap()
}

#[tokio::test]
async fn introspection_and_revocation_answer_as_recorded() {
    let provider = provider_with_machine().await;
    let mut facts = Facts::open("revocation-introspection.json", &provider);
    let of = |client| Server {
        provider: &provider,
        client,
    };
    let (server, plain, spa) = (of(WEB), of(PLAIN), of(SPA));
    let at = |path: &str| http().post(format!("{}{path}", provider.issuer()));
    let (_, _, tokens) = sign_in(&provider, WEB).await;
    let (access, refresh) = (
        token(&tokens, "access_token"),
        token(&tokens, "refresh_token"),
    );
    let shop = server.refresh(refresh, &[("resource", SHOP)]).await.json();
    let shop = token(&shop, "access_token");

    let mut check = |name: &str, answer: &Answer| {
        let case = facts.take(name);
        same(name, case.response(), answer);
    };
    let machine = of(MACHINE);
    let looked_up: [(&str, &Server, &str, &str); 10] = [
        ("own opaque access token", &server, access, ""),
        ("own refresh token", &server, refresh, ""),
        ("own API-resource JWT", &server, shop, ""),
        ("own ID token", &server, token(&tokens, "id_token"), ""),
        ("garbage", &server, "garbage", ""),
        (
            "another confidential app's access token",
            &plain,
            access,
            "",
        ),
        (
            "another confidential app's refresh token",
            &plain,
            refresh,
            "",
        ),
        ("public (SPA) client", &spa, access, ""),
        ("m2m app", &machine, access, ""),
        (
            "with token_type_hint=refresh_token",
            &server,
            refresh,
            "refresh_token",
        ),
    ];
    for (name, server, token, hint) in looked_up {
        let answer = server
            .post(INTROSPECT, &[("token", token), ("token_type_hint", hint)])
            .await;
        check(&format!("introspect: {name}"), &answer);
    }
    check(
        "introspect: no client auth",
        &Answer::of(at(INTROSPECT).form(&[("token", access)])).await,
    );
    let wrong = at(INTROSPECT)
        .basic_auth(WEB, Some("wrong"))
        .form(&[("token", access)]);
    check("introspect: wrong secret", &Answer::of(wrong).await);
    check(
        "introspect: missing token",
        &server.post(INTROSPECT, &[]).await,
    );

    check(
        "revoke: garbage token",
        &server.post(REVOKE, &[("token", "garbage")]).await,
    );
    check("revoke: missing token", &server.post(REVOKE, &[]).await);
    let wrong = at(REVOKE)
        .basic_auth(WEB, Some("wrong"))
        .form(&[("token", access)]);
    check("revoke: wrong secret", &Answer::of(wrong).await);
    check(
        "revoke: no client auth",
        &Answer::of(at(REVOKE).form(&[("token", access)])).await,
    );
    check(
        "revoke: API-resource JWT",
        &server.post(REVOKE, &[("token", shop)]).await,
    );
    let hinted = server
        .post(
            REVOKE,
            &[("token", shop), ("token_type_hint", "access_token")],
        )
        .await;
    check("revoke: API-resource JWT with hint access_token", &hinted);
    check(
        "revoke: ID token",
        &server
            .post(REVOKE, &[("token", token(&tokens, "id_token"))])
            .await,
    );
    check(
        "revoke: another app's refresh token",
        &plain.post(REVOKE, &[("token", refresh)]).await,
    );
    assert_eq!(
        facts.take("  the token after that").response(),
        server.refresh(refresh, &[]).await.status
    );

    let (mut browser, ask, tokens) = sign_in(&provider, WEB).await;
    let (access, refresh) = (
        token(&tokens, "access_token"),
        token(&tokens, "refresh_token"),
    );
    let mut check = |name: &str, answer: &Answer| {
        let case = facts.take(name);
        same(name, case.response(), answer);
    };
    check(
        "revoke: own refresh token",
        &server.post(REVOKE, &[("token", refresh)]).await,
    );
    check(
        "revoke: the same refresh token again",
        &server.post(REVOKE, &[("token", refresh)]).await,
    );
    let after = facts.take("  afterwards");
    assert_eq!(
        after.response()["userinfo"],
        server.user_info(access).await.status
    );
    assert_eq!(
        after.response()["refresh"]["status"],
        server.refresh(refresh, &[]).await.status
    );
    let silent = browser
        .get(&ask.set("prompt", "none").set("state", "s").address())
        .await;
    assert_eq!(after.response()["session"], silent.location());

    let (_, _, tokens) = sign_in(&provider, WEB).await;
    let (access, refresh) = (
        token(&tokens, "access_token"),
        token(&tokens, "refresh_token"),
    );
    let case = facts.take("revoke: own opaque access token");
    same(
        &case.name,
        case.response(),
        &server.post(REVOKE, &[("token", access)]).await,
    );
    let after = facts.take("  afterwards");
    assert_eq!(
        after.response()["userinfo"],
        server.user_info(access).await.status
    );
    assert_eq!(
        after.response()["refresh"]["status"],
        server.refresh(refresh, &[]).await.status
    );

    let (_, _, tokens) = sign_in(&provider, WEB).await;
    let refresh = token(&tokens, "refresh_token");
    let case = facts.take("revoke: refresh token with the wrong hint access_token");
    let answer = server
        .post(
            REVOKE,
            &[("token", refresh), ("token_type_hint", "access_token")],
        )
        .await;
    same(&case.name, case.response(), &answer);
    assert_eq!(
        facts.take("  afterwards").response()["refresh"],
        server.refresh(refresh, &[]).await.status
    );

    let (_, _, tokens) = sign_in(&provider, SPA).await;
    let refresh = token(&tokens, "refresh_token");
    let case = facts.take("revoke: public (SPA) client, client_id in the body");
    same(
        &case.name,
        case.response(),
        &spa.post(REVOKE, &[("token", refresh)]).await,
    );
    assert_eq!(
        facts.take("  afterwards").response()["refresh"],
        spa.refresh(refresh, &[]).await.status
    );
    facts.finish();
}
