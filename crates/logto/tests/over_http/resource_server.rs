use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use logto::{
    AccessTokenError, ConfigError, DiscoveryError, Error, JwtError, ResourceServer,
    ResourceServerConfig, SigningAlgorithm,
};
use serde_json::{Value, json};

use crate::signer::Signer;
use crate::stub::{Reply, Stub};

const KEYS: &str = "/oidc/jwks";
const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";
const SHOP: &str = "https://shop.example/api";

fn config(stub: &Stub) -> ResourceServerConfig {
    let mut config = ResourceServerConfig::new(stub.endpoint.parse().unwrap(), SHOP);
    config.connection.timeout = Duration::from_millis(1500);
    config
}

/// The shop, with the clock of this provider.
fn shop(stub: &Arc<Stub>) -> ResourceServer {
    let clock = stub.clone();
    let clock = Arc::new(move || UNIX_EPOCH + Duration::from_secs(clock.now()));
    let clock = clock as Arc<dyn Fn() -> SystemTime + Send + Sync>;
    ResourceServer::with_clock(config(stub), clock).unwrap()
}

fn claims(stub: &Stub) -> Value {
    json!({ "jti": "one of many", "sub": "alice", "iat": stub.now(), "exp": stub.now() + 3600, "scope": "read:orders",
        "client_id": "the app", "iss": stub.issuer(), "aud": SHOP })
}

fn header(kid: &str) -> Value {
    json!({ "alg": "ES384", "typ": "at+jwt", "kid": kid })
}

/// A right token, signed with the key of now.
fn token(stub: &Stub) -> String {
    let signer = stub.signer.lock().unwrap();
    signer.sign_with(&header(&signer.kid), &claims(stub))
}

fn asked(stub: &Stub) -> (usize, usize) {
    (stub.times_asked(DISCOVERY), stub.times_asked(KEYS))
}

/// JW-01
#[tokio::test]
async fn an_api_needs_no_more_than_the_endpoint_and_its_indicator() {
    let stub = Stub::start().await;
    let shop = shop(&stub);
    for _ in 0..20 {
        let verified = shop.verify(&token(&stub)).await.unwrap();
        assert!(verified.may("read:orders") && !verified.may("write:orders"));
    }
    assert_eq!(asked(&stub), (1, 1));
    for request in stub.asked(KEYS).iter().chain(&stub.asked(DISCOVERY)) {
        assert!(!request.headers.contains_key("authorization"));
    }
}

/// JW-14
#[tokio::test]
async fn each_of_the_three_kinds_has_its_own_judge() {
    let stub = Stub::start().await;
    let shop = shop(&stub);
    let acme = "acme".parse().unwrap();
    let sign = |changes: Value| {
        let mut claims = claims(&stub);
        let all = claims.as_object_mut().unwrap();
        all.extend(changes.as_object().unwrap().clone());
        stub.signer
            .lock()
            .unwrap()
            .sign_with(&header("one"), &claims)
    };
    let tokens = [
        token(&stub),
        sign(json!({ "organization_id": "acme" })),
        sign(json!({ "aud": "urn:logto:organization:acme" })),
        sign(json!({ "organization_id": "globex" })),
        sign(json!({ "aud": "urn:logto:organization:globex" })),
    ];
    for (at, token) in tokens.iter().enumerate() {
        let accepted = [
            shop.verify(token).await.is_ok(),
            shop.verify_in(&acme, token).await.is_ok(),
            shop.verify_for(&acme, token).await.is_ok(),
        ];
        assert_eq!(accepted, [at == 0, at == 1, at == 2], "{at}");
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_right_asks_nobody_for_keys() {
    let stub = Stub::start().await;
    let shop = shop(&stub);
    let id_token = stub.sign(&claims(&stub));
    for token in ["", "an-opaque-token", "a.b.c", id_token.as_str()] {
        let error = shop.verify(token).await.unwrap_err();
        assert!(matches!(error, Error::AccessToken(_)), "{error}");
    }
    assert_eq!(asked(&stub), (0, 0));
}

/// RP-20
#[tokio::test]
async fn a_rotated_key_costs_one_more_reading() {
    let stub = Stub::start().await;
    let shop = shop(&stub);
    shop.verify(&token(&stub)).await.unwrap();
    for (times, kid) in ["two", "three"].into_iter().enumerate() {
        *stub.signer.lock().unwrap() = Signer::new("ES384", kid);
        shop.verify(&token(&stub)).await.unwrap();
        shop.verify(&token(&stub)).await.unwrap();
        assert_eq!(asked(&stub), (1, times + 2));
    }
}

/// OU-04
#[tokio::test]
async fn a_thousand_keys_that_nobody_publishes_cause_one_reading_in_thirty_seconds() {
    let stub = Stub::start().await;
    let shop = shop(&stub);
    let good = token(&stub);
    shop.verify(&good).await.unwrap();
    let stranger = Signer::new("ES384", "nobody");
    let flood = async |times: usize| {
        for number in 0..times {
            let evil = stranger.sign_with(&header(&format!("key {number}")), &claims(&stub));
            let error = shop.verify(&evil).await.unwrap_err();
            let unknown = Error::AccessToken(AccessTokenError::Jwt(JwtError::UnknownKey {
                kid: format!("key {number}"),
            }));
            assert_eq!(error.to_string(), unknown.to_string());
            if number % 100 == 0 {
                shop.verify(&good).await.unwrap();
            }
        }
    };
    flood(1000).await;
    assert_eq!(asked(&stub), (1, 2));
    stub.pass(29);
    flood(10).await;
    assert_eq!(asked(&stub), (1, 2));
    stub.pass(1);
    flood(10).await;
    assert_eq!(asked(&stub), (1, 3));
}

/// OU-03
#[tokio::test]
async fn the_keys_from_before_serve_for_a_day_while_they_cannot_be_read() {
    let stub = Stub::start().await;
    let shop = shop(&stub);
    shop.verify(&token(&stub)).await.unwrap();
    stub.reply(KEYS, Reply::Json(500, json!({})));
    stub.reply(DISCOVERY, Reply::Json(500, json!({})));
    stub.pass(24 * 3600);
    for _ in 0..10 {
        shop.verify(&token(&stub)).await.unwrap();
    }
    // A key that nobody knows is no verdict while the keys cannot be read: it may be a new one.
    let stranger = Signer::new("ES384", "new");
    let unknown = stranger.sign_with(&header("new"), &claims(&stub));
    assert!(shop.verify(&unknown).await.unwrap_err().is_transient());
    stub.pass(2 * 3600);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert!(shop.verify(&token(&stub)).await.unwrap_err().is_transient());
}

/// OU-01
#[tokio::test]
async fn keys_that_cannot_be_had_are_no_fault_of_the_token() {
    let stub = Stub::start().await;
    let shop = shop(&stub);
    stub.reply(KEYS, Reply::Json(503, json!({})));
    let error = shop.verify(&token(&stub)).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    stub.reply_as_usual(KEYS);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    shop.verify(&token(&stub)).await.unwrap();

    let other = Stub::start().await;
    let shop = self::shop(&other);
    let body = json!({ "issuer": "https://evil.example/oidc" });
    other.reply(DISCOVERY, Reply::Json(200, body));
    let error = shop.verify(&token(&other)).await.unwrap_err();
    assert!(
        matches!(error, Error::Discovery(DiscoveryError::Issuer { .. })),
        "{error}"
    );
}

/// JW-09
#[tokio::test]
async fn a_token_cannot_make_us_ask_anybody_else() {
    let stub = Stub::start().await;
    let shop = shop(&stub);
    let evil = Signer::new("ES384", "one");
    let address = format!("{}/evil", stub.endpoint);
    let mut header = header("one");
    for name in ["jku", "x5u"] {
        header[name] = address.as_str().into();
    }
    header["jwk"] = evil.jwk();
    let error = shop
        .verify(&evil.sign_with(&header, &claims(&stub)))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::AccessToken(AccessTokenError::Jwt(JwtError::Signature))
        ),
        "{error}"
    );
    assert_eq!((stub.times_asked("/evil"), asked(&stub)), (0, (1, 1)));
}

/// SL-02
#[tokio::test]
async fn no_refusal_shows_the_token() {
    let stub = Stub::start().await;
    let shop = shop(&stub);
    let good = token(&stub);
    let stranger = Signer::new("ES384", "nobody");
    for token in [
        format!("{good}x"),
        good[..good.len() - 2].to_owned(),
        stranger.sign_with(&header("one"), &claims(&stub)),
        stub.sign(&claims(&stub)),
        "0p4qu3-0eNP-tq7k3V8-VYOS3rw5ckffurB_zqtem00".to_owned(),
    ] {
        let error = shop.verify(&token).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        for part in token.split('.').filter(|part| part.len() > 20) {
            assert!(!shown.contains(&part[..20]), "{shown}");
        }
    }
}

#[test]
fn a_mistake_says_what_to_set() {
    let text =
        |config: ResourceServerConfig| ResourceServer::with_config(config).unwrap_err().to_string();
    let new = |endpoint: &str, indicator: &str| {
        ResourceServerConfig::new(endpoint.parse().unwrap(), indicator)
    };
    let changed = |change: fn(&mut ResourceServerConfig)| {
        let mut config = new("https://example.logto.app", SHOP);
        change(&mut config);
        config
    };
    insta::assert_snapshot!(text(new("http://a.example", SHOP)), @"endpoint must use https (plain http is only for this machine: localhost, 127.0.0.1, [::1]; `allow_http` allows it for another one, in development)");
    insta::assert_snapshot!(text(new("https://a.example/?x", SHOP)), @"endpoint must not have a query");
    insta::assert_snapshot!(text(new("https://a.example", "shop")), @r#"the resource "shop" is not an absolute URI without a fragment, as Logto registers them"#);
    insta::assert_snapshot!(text(changed(|config| config.algorithms = Some(vec![]))), @"algorithms is not set");
    insta::assert_snapshot!(text(changed(|config| config.connection.timeout = Duration::ZERO)), @"timeout is not set");
    insta::assert_snapshot!(text(changed(|config| config.connection.max_body = 0)), @"max_body is not set");
    insta::assert_snapshot!(text(changed(|config| config.clock_tolerance = Duration::from_mins(5))), @"clock_tolerance must be less than five minutes: a larger difference is a wrong clock, to be set right");
    let strict = changed(|config| config.algorithms = Some(vec![SigningAlgorithm::Es384]));
    assert_eq!(strict.check(), Ok(()));
    assert_eq!(
        new("https://a.example", "").check(),
        Err(ConfigError::Resource(String::new()))
    );
}

/// OR-06: everybody's token for it has every permission in organizations.
#[test]
fn the_resource_that_stands_for_all_organizations_is_no_api() {
    let endpoint = "https://example.logto.app".parse().unwrap();
    let refused = ResourceServer::new(endpoint, logto::scope::ORGANIZATIONS_RESOURCE).unwrap_err();
    assert_eq!(refused, ConfigError::ReservedResource);
    assert!(refused.to_string().contains("`verify_for`"), "{refused}");
}
