use dev_idp::Provider;
use serde_json::{Value, json};

use crate::{browser::*, compare::same, facts::Facts};

const DAY: i64 = 24 * 3600;
const LIFE: i64 = 14 * DAY;

async fn sign_in(provider: &Provider, client: &str) -> Value {
    let ask = Ask::new(client, "openid offline_access profile").set("prompt", "consent");
    Server { provider, client }.tokens(&ask, "alice").await
}

fn refresh_token(tokens: &Value) -> String {
    tokens["refresh_token"].as_str().unwrap().to_owned()
}

async fn lifetime(provider: &Provider, token: &str) -> Value {
    let seen = web(provider)
        .post("/token/introspection", &[("token", token)])
        .await
        .json();
    json!(seen["exp"].as_i64().unwrap() - seen["iat"].as_i64().unwrap())
}

/// Whether a refresh at some percentage of the life keeps the token.
async fn is_kept(provider: &Provider, percent: i64) -> Value {
    provider.set_time_offset(0);
    let token = refresh_token(&sign_in(provider, WEB).await);
    provider.set_time_offset(LIFE * percent / 100 + 60);
    let answer = web(provider).refresh(&token, &[]).await;
    provider.set_time_offset(0);
    assert_eq!(answer.status, 200);
    json!(refresh_token(&answer.json()) == token)
}

#[tokio::test]
async fn tokens_of_a_server_rotate_late() {
    let provider = provider().await;
    let mut facts = Facts::open("refresh-rotation.json", &provider);
    let server = web(&provider);
    let tokens = sign_in(&provider, WEB).await;
    let token = refresh_token(&tokens);

    let case = facts.take("Traditional app: lifetime of a fresh refresh token");
    assert_eq!(
        case.response()["lifetime_seconds"],
        lifetime(&provider, &token).await
    );
    let case = facts.take("Traditional app: refresh right away");
    assert_eq!(
        case.response()["same"],
        json!(refresh_token(&server.refresh(&token, &[]).await.json()) == token)
    );
    let case = facts.take("Traditional app: five concurrent refreshes with one young token");
    let ask = || server.refresh(&token, &[]);
    let answers = tokio::join!(ask(), ask(), ask(), ask(), ask());
    let answers = [answers.0, answers.1, answers.2, answers.3, answers.4];
    let got: Value =
        answers.iter().map(|answer| json!({ "status": answer.status, "same": refresh_token(&answer.json()) == token })).collect();
    assert_eq!(*case.response(), got);

    provider.set_time_offset(LIFE * 75 / 100);
    let case = facts.take("Traditional app: refresh when 75 % of the lifetime has passed");
    let rotated = server.refresh(&token, &[]).await;
    assert_eq!(case.response()["status"], rotated.status);
    let next = refresh_token(&rotated.json());
    assert_eq!(case.response()["same"], json!(next == token));
    let case = facts.take("  lifetime of the rotated token (seconds)");
    assert_eq!(*case.response(), lifetime(&provider, &next).await);
    let case = facts.take("  reuse of the old (rotated) token, at once");
    same(
        &case.name,
        case.response(),
        &server.refresh(&token, &[]).await,
    );
    let case = facts.take("  then the new token");
    let answer = server.refresh(&next, &[]).await;
    same(&case.name, case.response(), &answer);
    let case = facts.take("  then the access token of that grant at userinfo");
    let access = answer.json()["access_token"].as_str().unwrap().to_owned();
    same(
        &case.name,
        case.response(),
        &server.user_info(&access).await,
    );

    for percent in [69, 71] {
        let case = facts.take(&format!(
            "Traditional app: refresh when {percent} % of the lifetime has passed"
        ));
        assert_eq!(
            case.response()["same"],
            is_kept(&provider, percent).await,
            "{percent}"
        );
    }
    let never = provider_of(|fixture| fixture.applications[0].rotate_refresh_token = false).await;
    let case = facts.take("rotateRefreshToken=false at 75 %");
    assert_eq!(case.response()["same"], is_kept(&never, 75).await);
    let short = provider_of(|fixture| fixture.applications[0].refresh_token_ttl_in_days = 1).await;
    let token = refresh_token(&sign_in(&short, WEB).await);
    assert_eq!(
        *facts.take("refreshTokenTtlInDays=1: lifetime").response(),
        lifetime(&short, &token).await
    );

    public_tokens(&provider, &mut facts).await;
    lifetimes(&provider, &mut facts).await;
    facts.finish();
}

async fn public_tokens(provider: &Provider, facts: &mut Facts) {
    let spa = Server {
        provider,
        client: SPA,
    };
    provider.set_time_offset(0);
    let tokens = sign_in(provider, SPA).await;
    let first = refresh_token(&tokens);
    let case = facts.take("SPA: lifetime of a fresh refresh token");
    let life = lifetime(provider, &first).await;
    assert_eq!(case.response()["lifetime_seconds"], life);
    let case = facts.take("SPA: first refresh (always rotates)");
    provider.set_time_offset(2);
    let second = refresh_token(&spa.refresh(&first, &[]).await.json());
    assert_eq!(case.response()["same"], json!(first == second));
    let shorter = lifetime(provider, &second).await.as_i64().unwrap();
    assert!(
        (1..=3).contains(&(LIFE - shorter)),
        "the first expiry is kept"
    );
    let case = facts.take("SPA: two concurrent refreshes with one token");
    let (one, other) = tokio::join!(spa.refresh(&second, &[]), spa.refresh(&second, &[]));
    same(&case.name, &case.response()[0], &one);
    same(&case.name, &case.response()[1], &other);
    let case = facts.take("  then a refresh with the surviving token");
    same(
        &case.name,
        case.response(),
        &spa.refresh(&refresh_token(&one.json()), &[]).await,
    );
    let case = facts.take("SPA: reuse of the first token");
    same(&case.name, case.response(), &spa.refresh(&first, &[]).await);

    for case in facts.take_where(|name| name.starts_with("grace: ")) {
        let millis: i64 = case.name.split(' ').nth(4).unwrap().parse().unwrap();
        provider.set_time_offset(0);
        let old = refresh_token(&sign_in(provider, SPA).await);
        let newest = spa.refresh(&old, &[]).await.json();
        // The clock moves by whole seconds: 2.5 s as 2, 3.5 s as 4.
        provider.set_time_offset(if millis < 3000 {
            millis / 1000
        } else {
            (millis + 999) / 1000
        });
        let reuse = spa.refresh(&old, &[]).await;
        assert_eq!(
            case.response()["reuse"]["status"],
            reuse.status,
            "{}",
            case.name
        );
        assert_eq!(
            case.response()["reuse"]["error"],
            reuse.json()["error"],
            "{}",
            case.name
        );
        let last = if reuse.status == 200 {
            reuse.json()
        } else {
            newest.clone()
        };
        let then = spa.refresh(&refresh_token(&last), &[]).await;
        assert_eq!(
            case.response()["then_the_newest_token"]["status"],
            then.status,
            "{}",
            case.name
        );
        let info = spa
            .user_info(newest["access_token"].as_str().unwrap())
            .await;
        assert_eq!(
            case.response()["then_userinfo_with_opaque_access_token"],
            info.status,
            "{}",
            case.name
        );
    }
}

async fn lifetimes(provider: &Provider, facts: &mut Facts) {
    let server = web(provider);
    let mut recorded = |name: &str| facts.take(name).response()["lifetime"].as_i64().unwrap();
    let at = |seconds| provider.set_time_offset(seconds);

    let life = recorded("lifetime of AccessToken (seconds)");
    at(0);
    let tokens = sign_in(provider, WEB).await;
    let access = tokens["access_token"].as_str().unwrap();
    at(life - 5);
    assert_eq!(server.user_info(access).await.status, 200);
    at(life + 1);
    assert_eq!(server.user_info(access).await.status, 401);

    let life = recorded("lifetime of AuthorizationCode (seconds)");
    for (age, status) in [(life - 5, 200), (life + 1, 400)] {
        at(0);
        let code = Browser::new(provider)
            .authorize(&Ask::new(WEB, "openid"), "alice")
            .await
            .sent("code")
            .unwrap();
        at(age);
        assert_eq!(server.exchange(&code, &[]).await.status, status);
    }

    let life = recorded("lifetime of Session (seconds)");
    at(0);
    let mut browser = Browser::new(provider);
    browser.authorize(&Ask::new(WEB, "openid"), "alice").await;
    let silent = Ask::new(WEB, "openid").set("prompt", "none");
    at(life - 5);
    assert!(browser.get(&silent.address()).await.sent("code").is_some());
    at(life + 1);
    assert_eq!(
        browser
            .get(&silent.address())
            .await
            .sent("error")
            .as_deref(),
        Some("login_required")
    );

    let life = recorded("lifetime of Grant (seconds)");
    at(0);
    let mut token = refresh_token(&sign_in(provider, WEB).await);
    let mut age = 0;
    while age + 12 * DAY < life {
        age += 12 * DAY;
        at(age);
        token = refresh_token(&server.refresh(&token, &[]).await.json());
    }
    at(life - 5);
    assert_eq!(server.refresh(&token, &[]).await.status, 200);
    at(life + 1);
    assert_eq!(server.refresh(&token, &[]).await.status, 400);
    at(0);
}
