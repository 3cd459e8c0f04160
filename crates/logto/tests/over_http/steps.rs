use std::collections::HashSet;

use logto::{
    Audience, Callback, CallbackError, Error, IdTokenError, Identity, Scopes, Secret, SignIn,
    TokenError, UserInfoError,
};
use serde_json::json;

use crate::stub::{ACCESS_TOKEN, REFRESH_TOKEN, Reply, Stub};

/// RP-01
#[tokio::test]
async fn a_sign_in_goes_from_the_beginning_to_the_end() {
    let stub = Stub::start().await;
    let client = stub.client();
    let signed_in = stub.sign_in(&client).await.unwrap();
    assert_eq!(signed_in.claims.sub, "alice");
    let tokens = signed_in.tokens;
    assert_eq!(
        tokens.access_token.as_ref().unwrap().token.expose(),
        ACCESS_TOKEN
    );
    assert_eq!(tokens.access_token.unwrap().expires_at, stub.now() + 3600);
    assert_eq!(tokens.refresh_token.unwrap().expose(), REFRESH_TOKEN);
    assert_eq!(tokens.scope, Scopes::parse("openid offline_access profile"));
    for path in [
        "/oidc/.well-known/openid-configuration",
        "/oidc/jwks",
        "/oidc/token",
    ] {
        assert_eq!(stub.times_asked(path), 1, "{path}");
    }
}

/// RP-25
#[tokio::test]
async fn the_application_identifies_itself_in_the_header_and_never_in_the_body() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.sign_in(&client).await.unwrap();
    let _ = client
        .refresh(&Secret::new("r"), &Audience::Default, None, None)
        .await;
    client.revoke(&Secret::new("r")).await.unwrap();
    let asked = [
        stub.asked("/oidc/token"),
        stub.asked("/oidc/token/revocation"),
    ]
    .concat();
    assert_eq!(asked.len(), 3);
    for asked in asked {
        // "the+app:s3cr3t+with+space%26more"
        let basic = "Basic dGhlK2FwcDpzM2NyM3Qrd2l0aCtzcGFjZSUyNm1vcmU=";
        assert_eq!(asked.headers["authorization"], basic);
        assert_eq!(
            asked.headers["content-type"],
            "application/x-www-form-urlencoded"
        );
        assert_eq!(asked.headers["accept"], "application/json");
        assert!(
            asked.headers["user-agent"]
                .to_str()
                .unwrap()
                .starts_with("leptos-logto/")
        );
        assert!(
            !asked.body.contains("s3cr3t") && !asked.body.contains("client_secret"),
            "{}",
            asked.body
        );
    }
}

/// CB-01
#[tokio::test]
async fn no_two_sign_ins_share_a_random_value() {
    let stub = Stub::start().await;
    let client = stub.client();
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let (url, pending) = client.sign_in(&SignIn::default()).await.unwrap();
        assert!(
            url.query_pairs()
                .any(|pair| pair == ("code_challenge_method".into(), "S256".into()))
        );
        for value in [
            pending.state,
            pending.nonce,
            pending.code_verifier.expose().to_owned(),
        ] {
            assert_eq!(value.len(), 43);
            assert!(seen.insert(value));
        }
    }
}

/// CB-03, CB-11, CB-12, CB-14, CB-16, CB-17, CB-08
#[tokio::test]
async fn a_callback_that_is_refused_leads_to_no_token_request() {
    let stub = Stub::start().await;
    let client = stub.client();
    let (_, pending) = client.sign_in(&SignIn::default()).await.unwrap();
    let (state, issuer) = (&pending.state, stub.issuer());
    for query in [
        String::new(),
        "code=c0d3".to_owned(),
        format!("code=c0d3&state={state}"),
        format!("code=c0d3&state={state}x&iss={issuer}"),
        format!("code=c0d3&state={state}&iss={issuer}/"),
        format!("code=c0d3&error=access_denied&state={state}&iss={issuer}"),
        format!("access_token=x&state={state}&iss={issuer}"),
        format!("state={state}&iss={issuer}"),
    ] {
        let callback = Callback::parse(&query).unwrap();
        let error = client
            .finish_sign_in(&callback, &pending)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Callback(_)), "{query}: {error}");
    }
    stub.pass(600);
    let error = client
        .finish_sign_in(&stub.callback(&pending), &pending)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Callback(CallbackError::Expired)));
    assert_eq!(stub.times_asked("/oidc/token"), 0);
}

/// CB-09: the tabs may come back in any order, and neither can be finished with the other's
/// secrets.
#[tokio::test]
async fn two_sign_ins_finish_in_any_order() {
    let stub = Stub::start().await;
    let client = stub.client();
    let (_, first) = client.sign_in(&SignIn::default()).await.unwrap();
    let (_, second) = client.sign_in(&SignIn::default()).await.unwrap();
    for pending in [&second, &first] {
        stub.give(&stub.sign(&stub.claims(&pending.nonce)));
        client
            .finish_sign_in(&stub.callback(pending), pending)
            .await
            .unwrap();
        let asked = stub.asked("/oidc/token").pop().unwrap();
        assert!(
            asked
                .body
                .contains(&format!("code_verifier={}", pending.code_verifier.expose()))
        );
    }
    // An ID token of one sign-in is not taken in the other.
    stub.give(&stub.sign(&stub.claims(&second.nonce)));
    let error = client
        .finish_sign_in(&stub.callback(&first), &first)
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::IdToken(IdTokenError::Nonce)),
        "{error}"
    );
}

#[tokio::test]
async fn a_sign_in_without_id_token_is_refused() {
    let stub = Stub::start().await;
    let client = stub.client();
    let (_, pending) = client.sign_in(&SignIn::default()).await.unwrap();
    stub.reply(
        "/oidc/token",
        Reply::Json(
            200,
            json!({ "access_token": "4cc355", "token_type": "Bearer" }),
        ),
    );
    let error = client
        .finish_sign_in(&stub.callback(&pending), &pending)
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Token(TokenError::Member("id_token"))),
        "{error}"
    );
}

/// RF-12, RF-13
#[tokio::test]
async fn a_refresh_gives_a_token_for_the_audience_and_checks_who_it_is_about() {
    let stub = Stub::start().await;
    let client = stub.client();
    let signed_in = stub.sign_in(&client).await.unwrap();
    let person = Identity::of(&signed_in.claims);
    let (old, audience) = (
        Secret::new("r3fr35h"),
        Audience::Organization("acme".parse().unwrap()),
    );
    let refresh = || client.refresh(&old, &audience, None, Some(&person));

    let refreshed = refresh().await.unwrap();
    assert_eq!(refreshed.access_token.audience, audience);
    assert_eq!(refreshed.refresh_token.unwrap().expose(), REFRESH_TOKEN);
    assert_eq!(refreshed.id_token.unwrap().1.sub, "alice");

    let body =
        json!({ "access_token": "x", "token_type": "Bearer", "expires_in": 3600, "scope": "" });
    stub.reply("/oidc/token", Reply::Json(200, body));
    let refreshed = refresh().await.unwrap();
    assert!(refreshed.refresh_token.is_none() && refreshed.id_token.is_none());
    assert!(refreshed.access_token.scope.is_empty());

    for (name, value) in [
        ("sub", "bob"),
        ("iss", "https://evil.example/oidc"),
        ("aud", "another app"),
    ] {
        let mut claims = stub.claims("any");
        claims[name] = value.into();
        stub.give(&stub.sign(&claims));
        let error = refresh().await.unwrap_err();
        assert!(matches!(error, Error::IdToken(_)), "{name}: {error}");
        assert!(!error.is_transient());
    }
}

/// RF-09, RF-10
#[tokio::test]
async fn a_refused_refresh_says_whether_the_session_is_over() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.sign_in(&client).await.unwrap();
    for (status, body, over, forbidden, transient) in [
        (400, json!({ "error": "invalid_grant" }), true, false, false),
        (401, json!({ "error": "invalid_grant" }), true, false, false),
        (500, json!({ "error": "invalid_grant" }), false, false, true),
        (503, json!({ "error": "invalid_grant" }), false, false, true),
        (
            404,
            json!({ "error": "invalid_grant" }),
            false,
            false,
            false,
        ),
        (403, json!({ "error": "access_denied" }), false, true, false),
        (429, json!({ "error": "x" }), false, false, true),
        (503, json!("busy"), false, false, true),
        (
            401,
            json!({ "error": "invalid_client" }),
            false,
            false,
            false,
        ),
    ] {
        stub.reply("/oidc/token", Reply::Json(status, body));
        let error = client
            .refresh(&Secret::new("r"), &Audience::Default, None, None)
            .await
            .unwrap_err();
        let verdict = (
            error.is_invalid_grant(),
            error.is_forbidden(),
            error.is_transient(),
        );
        assert_eq!(verdict, (over, forbidden, transient), "{error}");
    }
    // One request each: nothing is sent twice.
    assert_eq!(stub.times_asked("/oidc/token"), 10);
}

/// RP-24, RP-33
#[tokio::test]
async fn userinfo_is_about_the_person_who_signed_in() {
    let stub = Stub::start().await;
    let client = stub.client();
    let token = Secret::new(ACCESS_TOKEN);
    let claims = client.user_info(&token, "alice").await.unwrap();
    assert_eq!(claims.name.value().unwrap(), "Alice");
    assert_eq!(
        stub.asked("/oidc/me")[0].headers["authorization"],
        format!("Bearer {ACCESS_TOKEN}")
    );
    let error = client.user_info(&token, "bob").await.unwrap_err();
    assert!(matches!(
        error,
        Error::UserInfo(UserInfoError::AnotherPerson)
    ));
    stub.reply(
        "/oidc/me",
        Reply::Text("application/jwt; charset=utf-8", "eyJ.eyJ.sig".to_owned()),
    );
    let error = client.user_info(&token, "alice").await.unwrap_err();
    assert!(matches!(error, Error::UserInfo(UserInfoError::Signed)));
    let error = client
        .user_info(&Secret::new("a\r\nX-Evil: b"), "alice")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error}");
    assert_eq!(stub.times_asked("/oidc/me"), 3);
}

/// LO-01
#[tokio::test]
async fn signing_out_revokes_and_gives_the_address_to_go_to() {
    let stub = Stub::start().await;
    let client = stub.client();
    client.revoke(&Secret::new("r3fr35h")).await.unwrap();
    assert_eq!(
        stub.asked("/oidc/token/revocation")[0].body,
        "token=r3fr35h"
    );
    let url = client.end_session_url(None, Some("st4t3")).await.unwrap();
    let expected = "/session/end?client_id=the+app&post_logout_redirect_uri=https%3A%2F%2Fapp.example%2F&state=st4t3";
    assert_eq!(url.as_str(), stub.issuer() + expected);
}
