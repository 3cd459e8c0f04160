use dev_idp::Provider;
use serde_json::Value;

use crate::{
    browser::*,
    compare::same,
    facts::{Case, Facts},
};

const WITHOUT_PERMISSIONS: &str = "openid offline_access profile email phone address custom_data identities roles \
    urn:logto:scope:organizations urn:logto:scope:organization_roles";

fn full(resources: &[&str]) -> Ask {
    let ask = Ask::new(WEB, FULL_SCOPE).set("prompt", "login consent");
    resources
        .iter()
        .fold(ask, |ask, resource| ask.add("resource", resource))
}

async fn code(provider: &Provider, ask: &Ask, username: &str) -> String {
    Browser::new(provider)
        .authorize(ask, username)
        .await
        .sent("code")
        .unwrap()
}

/// Exchanges, compares, and gives the refresh token.
async fn exchange(
    provider: &Provider,
    case: &Case,
    ask: &Ask,
    username: &str,
    more: &[(&str, &str)],
) -> String {
    let code = code(provider, ask, username).await;
    let answer = web(provider).exchange(&code, more).await;
    same(&case.name, case.response(), &answer);
    answer.json()["refresh_token"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

async fn refresh(provider: &Provider, case: &Case, token: &str, more: &[(&str, &str)]) {
    let answer = web(provider).refresh(token, more).await;
    same(&case.name, case.response(), &answer);
    if let Some(kept) = case.member("same_refresh_token").as_bool() {
        assert_eq!(
            answer.json()["refresh_token"] == token,
            kept,
            "{}",
            case.name
        );
    }
}

/// Parameters as a recorded request has them.
fn parameters(recorded: &Value) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    for (name, value) in recorded.as_object().into_iter().flatten() {
        match value {
            Value::Array(values) => pairs.extend(
                values
                    .iter()
                    .map(|value| (name.as_str(), value.as_str().unwrap())),
            ),
            value => pairs.push((name.as_str(), value.as_str().unwrap())),
        }
    }
    pairs
}

#[tokio::test]
async fn every_combination_of_resource_organization_and_scope_is_answered_as_recorded() {
    let provider = provider().await;
    let mut facts = Facts::open("token-responses.json", &provider);
    let all = full(&[SHOP, BILLING, ORGANIZATIONS]);

    let name = "code exchange: full scopes, three resources in the authorization request, no resource at the token endpoint";
    let token = exchange(&provider, &facts.take(name), &all, "alice", &[]).await;
    let case = facts.take("refresh: client_secret_post instead of basic");
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &token),
        ("client_id", WEB),
        ("client_secret", secret(WEB).unwrap()),
    ];
    let answer = Answer::of(
        http()
            .post(format!("{}/token", provider.issuer()))
            .form(&form),
    )
    .await;
    same(&case.name, case.response(), &answer);
    for case in facts.take_where(|name| name.starts_with("refresh: ")) {
        refresh(&provider, &case, &token, &parameters(case.request())).await;
    }

    let single = "code exchange: exactly one resource (shop) in the authorization request, none at the token endpoint";
    let token = exchange(&provider, &facts.take(single), &full(&[SHOP]), "alice", &[]).await;
    let steps: [(&str, &[(&str, &str)]); 6] = [
        ("  then refresh without resource", &[]),
        (
            "  then refresh resource=billing (not in the authorization request)",
            &[("resource", BILLING)],
        ),
        (
            "  then refresh organization_id=acme (urn:logto:resource:organizations not in the authorization request)",
            &[("organization_id", ACME)],
        ),
        (
            "  then refresh scope=profile, without openid and without resource: the single granted resource is used",
            &[("scope", "profile")],
        ),
        (
            "  then refresh scope=read:orders, without openid and without resource",
            &[("scope", "read:orders")],
        ),
        (
            "  then refresh scope=openid read:orders, without resource",
            &[("scope", "openid read:orders")],
        ),
    ];
    for (name, more) in steps {
        refresh(&provider, &facts.take(name), &token, more).await;
    }

    let case = facts.take("code exchange: one resource, scope without openid");
    let ask = Ask::new(WEB, "profile read:orders")
        .without("nonce")
        .set("resource", SHOP);
    exchange(&provider, &case, &ask, "alice", &[]).await;

    let case = facts.take("code exchange: no resource in the authorization request");
    let token = exchange(&provider, &case, &full(&[]), "alice", &[]).await;
    let steps: [(&str, &[(&str, &str)]); 3] = [
        (
            "  then refresh resource=shop (no resource in the authorization request)",
            &[("resource", SHOP)],
        ),
        (
            "  then refresh organization_id=acme (no resource in the authorization request)",
            &[("organization_id", ACME)],
        ),
        (
            "  then refresh organization_id=acme+resource=shop (no resource in the authorization request)",
            &[("organization_id", ACME), ("resource", SHOP)],
        ),
    ];
    for (name, more) in steps {
        refresh(&provider, &facts.take(name), &token, more).await;
    }

    let case = facts.take(
        "code exchange: resources requested but no API/organization permission names in scope",
    );
    let ask = full(&[SHOP, BILLING, ORGANIZATIONS]).set("scope", WITHOUT_PERMISSIONS);
    let token = exchange(&provider, &case, &ask, "alice", &[]).await;
    refresh(
        &provider,
        &facts.take("  then refresh resource=shop"),
        &token,
        &[("resource", SHOP)],
    )
    .await;
    refresh(
        &provider,
        &facts.take("  then refresh organization_id=acme"),
        &token,
        &[("organization_id", ACME)],
    )
    .await;

    for case in facts.take_where(|name| {
        name.starts_with("code exchange: ") && name.ends_with("at the token endpoint")
    }) {
        exchange(&provider, &case, &all, "alice", &parameters(case.request())).await;
    }

    let case = facts.take(
        "refresh organization_id=acme without urn:logto:scope:organizations in the granted scope",
    );
    let ask = Ask::new(WEB, "openid offline_access profile").set("prompt", "consent");
    let token = web(&provider).tokens(&ask, "alice").await["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    refresh(&provider, &case, &token, &[("organization_id", ACME)]).await;

    let token = exchange(
        &provider,
        &facts.take("bob: code exchange"),
        &all,
        "bob",
        &[],
    )
    .await;
    let case = facts.take("bob: refresh organization_id=acme (not a member)");
    refresh(&provider, &case, &token, &[("organization_id", ACME)]).await;
    let case = facts.take("bob: refresh resource=shop (no role)");
    refresh(&provider, &case, &token, &[("resource", SHOP)]).await;
    let case = facts.take("bob: refresh organization_id=acme + resource=shop (not a member)");
    refresh(
        &provider,
        &case,
        &token,
        &[("organization_id", ACME), ("resource", SHOP)],
    )
    .await;

    for case in facts.take_where(|name| name.starts_with("refresh token issuance: ")) {
        let client = match case.name.split([' ', ',']).nth(3) {
            Some("web") => WEB,
            Some("plain") => PLAIN,
            _ => SPA,
        };
        let mut ask = Ask::new(client, case.asked("scope").unwrap());
        if let Some(prompt) = case.asked("prompt") {
            ask = ask.set("prompt", prompt);
        }
        let code = code(&provider, &ask, "alice").await;
        let answer = Server {
            provider: &provider,
            client,
        }
        .exchange(&code, &[])
        .await;
        same(&case.name, case.response(), &answer);
        let has = answer.json().get("refresh_token").is_some();
        assert_eq!(case.response()["has_refresh_token"], has, "{}", case.name);
    }

    let case = facts.take("scope without openid and without nonce");
    let ask = Ask::new(WEB, "profile offline_access")
        .without("nonce")
        .set("prompt", "consent");
    exchange(&provider, &case, &ask, "alice", &[]).await;
    let case = facts.take("unknown scope is dropped silently");
    exchange(
        &provider,
        &case,
        &Ask::new(WEB, "openid profile bogus"),
        "alice",
        &[],
    )
    .await;

    let case = facts.take("code exchange without PKCE by a Traditional app");
    let ask = Ask::new(PLAIN, "openid")
        .without("code_challenge")
        .without("code_challenge_method");
    let code = code(&provider, &ask, "alice").await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
    ];
    let answer = Server {
        provider: &provider,
        client: PLAIN,
    }
    .token(&form)
    .await;
    same(&case.name, case.response(), &answer);

    facts.finish();
}
