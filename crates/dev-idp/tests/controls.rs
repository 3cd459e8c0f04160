//! What tests of an application can turn.

mod browser;

use std::{
    process::Command,
    time::{Duration, Instant},
};

use browser::*;
use dev_idp::{Fixture, Options, StartError, Tamper, start};
use serde_json::Value;

#[tokio::test]
async fn production_is_refused() {
    // The environment belongs to the whole process, so another process runs this test again, with the environment of production.
    if std::env::var("DEV_IDP_TEST_CHILD").is_ok() {
        assert!(matches!(
            start(Options::default()).await,
            Err(StartError::Production(_))
        ));
        return;
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "production_is_refused"])
        .env("DEV_IDP_TEST_CHILD", "1")
        .env("LEPTOS_ENV", "PROD")
        .status();
    assert!(child.unwrap().success());
}

#[tokio::test]
async fn a_taken_port_is_said_plainly() {
    let provider = provider().await;
    let error = start(Options {
        addr: provider.address(),
        ..Options::default()
    })
    .await
    .unwrap_err();
    assert!(matches!(error, StartError::PortTaken(_)));
    assert!(error.to_string().contains("the port is taken"), "{error}");
}

#[tokio::test]
async fn it_stops_when_dropped() {
    let provider = provider().await;
    let (address, client) = (format!("{}/jwks", provider.issuer()), http());
    assert!(client.get(&address).send().await.is_ok());
    drop(provider);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(client.get(&address).send().await.is_err());
}

#[tokio::test]
async fn the_issuer_can_have_another_host() {
    let options = Options {
        issuer_host: Some("localhost:3301".into()),
        ..Options::default()
    };
    let provider = start(options).await.unwrap();
    assert_eq!(provider.endpoint(), "http://localhost:3301/");
    let address = format!(
        "http://{}/oidc/.well-known/openid-configuration",
        provider.address()
    );
    assert_eq!(
        Answer::of(http().get(address)).await.json()["issuer"],
        "http://localhost:3301/oidc"
    );
}

#[tokio::test]
async fn requests_are_logged_without_values() {
    let provider = provider().await;
    web(&provider).exchange("a-secret-code", &[]).await;
    let log = provider.requests();
    assert_eq!(
        (log.len(), log[0].method.as_str(), log[0].path.as_str()),
        (1, "POST", "/oidc/token")
    );
    assert_eq!(
        log[0].parameters,
        ["grant_type", "code", "redirect_uri", "code_verifier"]
    );
    assert!(!format!("{log:?}").contains("a-secret-code"));
    assert_eq!(
        (provider.count("/oidc/token"), provider.count("/oidc/me")),
        (1, 0)
    );
}

#[tokio::test]
async fn outages_are_counted_down() {
    let provider = provider().await;
    provider.fail_next("/oidc/jwks", 503, 2);
    let address = format!("{}/jwks", provider.issuer());
    for status in [503, 503, 200] {
        assert_eq!(Answer::of(http().get(&address)).await.status, status);
    }
    assert_eq!(provider.count("/oidc/jwks"), 3);
}

#[tokio::test]
async fn a_delay_is_for_one_request() {
    let provider = provider().await;
    provider.delay_next("/oidc/jwks", 300);
    let address = format!("{}/jwks", provider.issuer());
    let start = Instant::now();
    Answer::of(http().get(&address)).await;
    assert!(start.elapsed().as_millis() >= 300);
    let start = Instant::now();
    Answer::of(http().get(&address)).await;
    assert!(start.elapsed().as_millis() < 300);
}

#[tokio::test]
async fn the_clock_moves_what_is_signed() {
    let provider = provider().await;
    provider.set_time_offset(-7200);
    let tokens = web(&provider)
        .tokens(&Ask::new(WEB, "openid"), "alice")
        .await;
    let past = claims(&tokens["id_token"]).unwrap();
    provider.set_time_offset(0);
    let tokens = web(&provider)
        .tokens(&Ask::new(WEB, "openid"), "alice")
        .await;
    let now = claims(&tokens["id_token"]).unwrap();
    let apart = now["iat"].as_i64().unwrap() - past["iat"].as_i64().unwrap();
    assert!((7200..7260).contains(&apart), "{apart}");
}

#[tokio::test]
async fn the_old_key_stays_until_the_second_rotation() {
    let provider = provider().await;
    let kids = async || {
        let jwks = Answer::of(http().get(format!("{}/jwks", provider.issuer())))
            .await
            .json();
        jwks["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["kid"].clone())
            .collect::<Vec<_>>()
    };
    let first = kids().await;
    provider.rotate_signing_key();
    let second = kids().await;
    assert_eq!((second.len(), &second[1]), (2, &first[0]));
    let tokens = web(&provider)
        .tokens(&Ask::new(WEB, "openid"), "alice")
        .await;
    assert_eq!(
        token_header(&tokens["id_token"])["kid"],
        second[0],
        "the new key signs at once"
    );
    provider.rotate_signing_key();
    let third = kids().await;
    assert_eq!((third.len(), &third[1]), (2, &second[0]));
}

#[tokio::test]
async fn each_tampering_spoils_one_thing_once() {
    let provider = provider().await;
    let server = web(&provider);
    let ask = Ask::new(WEB, "openid");
    let fair = claims(&server.tokens(&ask, "alice").await["id_token"]).unwrap();
    let changed = [
        (Tamper::WrongNonce, "nonce"),
        (Tamper::WrongAudience, "aud"),
        (Tamper::WrongIssuer, "iss"),
        (Tamper::MissingSubject, "sub"),
    ];
    for (tamper, claim) in changed {
        provider.tamper(tamper);
        let spoilt = claims(&server.tokens(&ask, "alice").await["id_token"]).unwrap();
        assert_ne!(spoilt[claim], fair[claim], "{tamper:?}");
        let next = claims(&server.tokens(&ask, "alice").await["id_token"]).unwrap();
        assert_eq!(next[claim], fair[claim], "{tamper:?} is for one token");
    }
    for (tamper, hours) in [(Tamper::Expired, -2), (Tamper::IssuedInFuture, 1)] {
        provider.tamper(tamper);
        let spoilt = claims(&server.tokens(&ask, "alice").await["id_token"]).unwrap();
        let apart = spoilt["iat"].as_i64().unwrap() - fair["iat"].as_i64().unwrap();
        assert!((apart - hours * 3600).abs() < 60, "{tamper:?}");
    }
    provider.tamper(Tamper::AlgNone);
    let token = server.tokens(&ask, "alice").await["id_token"].clone();
    assert!(token_header(&token)["alg"] == "none" && token.as_str().unwrap().ends_with('.'));
    provider.tamper(Tamper::BadSignature);
    let token = server.tokens(&ask, "alice").await["id_token"].clone();
    let hint = |token: &Value| {
        format!(
            "/oidc/session/end?id_token_hint={}",
            token.as_str().unwrap()
        )
    };
    let mut browser = Browser::new(&provider);
    assert_eq!(
        browser.get(&hint(&token)).await.json()["error_description"],
        "could not validate id_token_hint"
    );
    let token = server.tokens(&ask, "alice").await["id_token"].clone();
    assert_eq!(browser.get(&hint(&token)).await.status, 200);
    // An application outlives a restart of the provider, with ID tokens of before.
    let earlier = provider_of(|_| {}).await;
    let token = web(&earlier).tokens(&ask, "alice").await["id_token"].clone();
    assert_eq!(browser.get(&hint(&token)).await.status, 200);
}

#[tokio::test]
async fn loopback_redirects_are_taken_only_when_the_world_says_so() {
    let open = provider_of(|fixture| fixture.applications[0].loopback_redirects = true).await;
    let closed = provider().await;
    let cases = [
        ("http://localhost:41234/callback", true),
        ("http://127.0.0.1:41234/callback", true),
        ("http://localhost:41234/callback/", false),
        ("http://localhost:41234/callback?x=1", false),
        ("http://user@localhost:41234/callback", false),
        ("https://localhost:41234/callback", false),
        ("http://localhost.example:41234/callback", false),
    ];
    for (uri, taken) in cases {
        let address = Ask::new(WEB, "openid").set("redirect_uri", uri).address();
        assert_eq!(
            Browser::new(&open).get(&address).await.status,
            if taken { 303 } else { 400 },
            "{uri}"
        );
        assert_eq!(
            Browser::new(&closed).get(&address).await.status,
            400,
            "{uri}"
        );
    }
    let leave = format!(
        "/oidc/session/end?client_id={WEB}&post_logout_redirect_uri=http://127.0.0.1:41234/"
    );
    assert_eq!(Browser::new(&open).get(&leave).await.status, 200);
    assert_eq!(Browser::new(&closed).get(&leave).await.status, 400);
}

#[tokio::test]
async fn a_world_can_be_changed_before_the_start() {
    let redirect = "http://localhost:41235/callback";
    let provider =
        provider_of(|fixture| fixture.applications[0].redirect_uris.push(redirect.into())).await;
    let address = Ask::new(WEB, "openid")
        .set("redirect_uri", redirect)
        .address();
    assert_eq!(Browser::new(&provider).get(&address).await.status, 303);
    let accounts = provider.fixture().accounts();
    assert_eq!(
        (accounts[0].username.as_str(), accounts[0].password.as_str()),
        ("alice", "alice")
    );
    assert_eq!(
        (accounts[1].username.as_str(), accounts[1].password.as_str()),
        ("bob", "bob")
    );
}

#[test]
fn a_world_that_names_what_it_does_not_hold_is_refused() {
    let text = include_str!("../fixture.toml");
    let cases = [
        (
            "roles = [\"shop-reader\"]",
            "roles = [\"nobody\"]",
            "the role \"nobody\"",
        ),
        (
            "roles = [\"member\"]",
            "roles = [\"guest\"]",
            "the organization role \"guest\"",
        ),
        ("secret = \"dev-secret-of-plain\"", "", "must have a secret"),
        ("username = \"bob\"", "user = \"bob\"", "cannot be read"),
    ];
    for (held, other, complaint) in cases {
        assert!(text.contains(held), "{held}");
        let error = Fixture::parse(&text.replace(held, other))
            .unwrap_err()
            .to_string();
        assert!(error.contains(complaint), "{error}");
    }
}

#[tokio::test]
async fn people_come_and_go_while_it_runs() {
    let provider = provider().await;
    let server = web(&provider);
    let ask = Ask::new(WEB, "openid urn:logto:scope:organizations").set("prompt", "consent");
    let person = provider.add_like("bob").unwrap();
    assert_eq!(person.password, person.username);
    let organizations = async || {
        let tokens = server.tokens(&ask, &person.username).await;
        claims(&tokens["id_token"]).unwrap()["organizations"].clone()
    };
    assert_eq!(organizations().await, serde_json::json!([]));
    provider.join(&person.username, ACME, &["member"]).unwrap();
    assert_eq!(organizations().await, serde_json::json!([ACME]));
    provider.leave(&person.username, ACME).unwrap();
    assert_eq!(organizations().await, serde_json::json!([]));

    let problems = [
        provider.add_like("nobody").map(drop),
        provider.join("nobody", ACME, &[]),
        provider.join("bob", "unknown", &[]),
        provider.join("bob", ACME, &["king"]),
        provider.leave("bob", "unknown"),
    ];
    for problem in problems {
        let text = problem.unwrap_err().to_string();
        assert!(text.starts_with("the fixture does not hold"), "{text}");
    }
}

#[tokio::test]
async fn each_refresh_may_replace_the_refresh_token() {
    let provider = provider().await;
    let server = web(&provider);
    let ask = Ask::new(WEB, FULL_SCOPE).set("prompt", "consent");
    let first = server.tokens(&ask, "alice").await;
    let refresh = async |tokens: &Value| {
        let token = tokens["refresh_token"].as_str().unwrap();
        server.refresh(token, &[]).await
    };
    assert_eq!(
        refresh(&first).await.json()["refresh_token"],
        first["refresh_token"]
    );
    provider.rotate_refresh_tokens(Duration::from_mins(1));
    let second = refresh(&first).await.json();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(refresh(&first).await.status, 200);
    provider.rotate_refresh_tokens(Duration::ZERO);
    assert_eq!(refresh(&second).await.status, 200);
    assert_eq!(refresh(&second).await.json()["error"], "invalid_grant");
    let error = refresh(&first).await.json()["error"].clone();
    assert_eq!(error, "invalid_grant", "the grant has ended");
}
