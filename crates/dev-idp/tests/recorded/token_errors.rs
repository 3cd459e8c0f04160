use dev_idp::Provider;

use crate::{browser::*, compare::same, facts::Facts};

const LATER: i64 = 15 * 24 * 3600;

async fn code(provider: &Provider) -> String {
    let ask = Ask::new(WEB, "openid offline_access profile").set("prompt", "consent");
    Browser::new(provider)
        .authorize(&ask, "alice")
        .await
        .sent("code")
        .unwrap()
}

/// A code exchange with one thing about it changed.
async fn spoilt(provider: &Provider, name: &str, value: Option<&str>) -> Answer {
    let code = code(provider).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let mut form: Vec<(&str, &str)> = form.into_iter().filter(|(held, _)| *held != name).collect();
    form.extend(value.map(|value| (name, value)));
    web(provider).token(&form).await
}

#[tokio::test]
async fn codes_are_refused_as_recorded() {
    let provider = provider().await;
    let mut facts = Facts::open("token-errors.json", &provider);
    let server = web(&provider);
    let plain = Server {
        provider: &provider,
        client: PLAIN,
    };
    let address = format!("{}/token", provider.issuer());
    let mut check = |name: &str, answer: &Answer| {
        let case = facts.take(name);
        same(name, case.response(), answer);
    };

    let used = code(&provider).await;
    let tokens = server.exchange(&used, &[]).await.json();
    check("code used twice", &server.exchange(&used, &[]).await);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    check(
        "  refresh token of the first exchange, after the code was replayed",
        &server.refresh(refresh, &[]).await,
    );
    check(
        "  opaque access token of the first exchange at userinfo, after the code was replayed",
        &server
            .user_info(tokens["access_token"].as_str().unwrap())
            .await,
    );

    let fresh = code(&provider).await;
    let wrong = "another-code-verifier-of-more-than-forty-three-characters";
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &fresh),
        ("redirect_uri", CALLBACK),
        ("code_verifier", wrong),
    ];
    check("wrong code_verifier", &server.token(&form).await);
    check(
        "  same code again with the right verifier",
        &server.exchange(&fresh, &[]).await,
    );
    check(
        "missing code_verifier",
        &spoilt(&provider, "code_verifier", None).await,
    );
    check(
        "malformed code_verifier",
        &spoilt(&provider, "code_verifier", Some("short")).await,
    );
    check(
        "wrong redirect_uri",
        &spoilt(
            &provider,
            "redirect_uri",
            Some("http://localhost:3000/other"),
        )
        .await,
    );
    check(
        "missing redirect_uri",
        &spoilt(&provider, "redirect_uri", None).await,
    );
    check(
        "code of another client",
        &plain.exchange(&code(&provider).await, &[]).await,
    );
    check(
        "unknown code",
        &spoilt(&provider, "code", Some("unknown")).await,
    );
    check("missing code", &spoilt(&provider, "code", None).await);
    check(
        "missing grant_type",
        &spoilt(&provider, "grant_type", None).await,
    );
    check(
        "unknown grant_type",
        &spoilt(&provider, "grant_type", Some("password")).await,
    );
    let credentials = spoilt(&provider, "grant_type", Some("client_credentials")).await;
    check("client_credentials with a Traditional app", &credentials);
    let twice = server
        .exchange("any", &[("grant_type", "authorization_code")])
        .await;
    check("duplicate grant_type parameter", &twice);
    let ask = Ask::new(WEB, "openid")
        .without("code_challenge")
        .without("code_challenge_method");
    let bare = Browser::new(&provider)
        .authorize(&ask, "alice")
        .await
        .sent("code")
        .unwrap();
    check(
        "code_verifier sent although no code_challenge was",
        &server.exchange(&bare, &[]).await,
    );

    let secret = secret(WEB).unwrap();
    let grant = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "unknown"),
    ];
    let form = |more: &[(&'static str, &'static str)]| {
        http().post(&address).form(&[&grant, more].concat())
    };
    check(
        "wrong client secret (basic)",
        &Answer::of(form(&[]).basic_auth(WEB, Some("wrong"))).await,
    );
    check(
        "wrong client secret (post)",
        &Answer::of(form(&[("client_id", WEB), ("client_secret", "wrong")])).await,
    );
    check(
        "no client secret at all",
        &Answer::of(form(&[("client_id", WEB)])).await,
    );
    check(
        "unknown client (basic)",
        &Answer::of(form(&[]).basic_auth("nope", Some(secret))).await,
    );
    check("no client id", &Answer::of(form(&[])).await);
    let both = form(&[("client_id", WEB), ("client_secret", secret)]).basic_auth(WEB, Some(secret));
    check("both basic and client_secret_post", &Answer::of(both).await);
    let matching = form(&[("client_id", WEB)]).basic_auth(WEB, Some(secret));
    check(
        "basic + matching client_id in the body",
        &Answer::of(matching).await,
    );
    let other = form(&[("client_id", PLAIN)]).basic_auth(WEB, Some(secret));
    check(
        "basic + different client_id in the body",
        &Answer::of(other).await,
    );
    check(
        "SPA app sending a secret by basic",
        &Answer::of(form(&[]).basic_auth(SPA, Some("any"))).await,
    );
    check(
        "unknown refresh token",
        &server.refresh("unknown", &[]).await,
    );
    let tokens = server.exchange(&code(&provider).await, &[]).await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    check(
        "refresh token of another client",
        &plain.refresh(refresh, &[]).await,
    );

    let body = serde_json::json!({
        "grant_type": "authorization_code",
        "code": code(&provider).await,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    });
    let json = http()
        .post(&address)
        .basic_auth(WEB, Some(secret))
        .json(&body);
    check("JSON request body", &Answer::of(json).await);
    let plainly = http()
        .post(format!("{address}?parse_error=false"))
        .basic_auth(WEB, Some(secret))
        .form(&grant);
    check("?parse_error=false", &Answer::of(plainly).await);
    for language in ["fr", "zh-CN"] {
        let asked = form(&[])
            .basic_auth(WEB, Some(secret))
            .header("accept-language", language);
        check(
            &format!("Accept-Language: {language} localizes \"message\" only"),
            &Answer::of(asked).await,
        );
    }
    let fresh = code(&provider).await;
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &fresh),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let proof = http()
        .post(&address)
        .basic_auth(WEB, Some(secret))
        .header("dpop", "garbage")
        .form(&exchange);
    check("a DPoP header (garbage): ignored", &Answer::of(proof).await);

    let old = code(&provider).await;
    let access = tokens["access_token"].as_str().unwrap();
    provider.set_time_offset(61);
    check(
        "expired authorization code",
        &server.exchange(&old, &[]).await,
    );
    provider.set_time_offset(3601);
    check(
        "expired opaque access token at userinfo",
        &server.user_info(access).await,
    );
    provider.set_time_offset(LATER);
    check("expired refresh token", &server.refresh(refresh, &[]).await);
    provider.set_time_offset(0);
    assert_eq!(server.refresh(refresh, &[]).await.status, 200);
    provider.suspend("alice");
    check(
        "refresh of a suspended user",
        &server.refresh(refresh, &[]).await,
    );
    check(
        "userinfo of a suspended user with an old access token",
        &server.user_info(access).await,
    );
    facts.finish();
}
