use std::time::Duration;

use logto::{Error, IdTokenError, JwtError, LogoutTokenError, SignIn};
use serde_json::json;

use crate::signer::Signer;
use crate::stub::{Reply, Stub};

const KEYS: &str = "/oidc/jwks";
const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";

fn rotate(stub: &Stub, algorithm: &'static str, kid: &str) {
    *stub.signer.lock().unwrap() = Signer::new(algorithm, kid);
}

/// RP-20
#[tokio::test]
async fn a_key_that_was_rotated_between_two_sign_ins_costs_one_more_reading() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.sign_in(&client).await.unwrap();
    for (times, (algorithm, kid)) in [("ES384", "two"), ("RS256", "three"), ("ES512", "four")]
        .into_iter()
        .enumerate()
    {
        rotate(&stub, algorithm, kid);
        stub.sign_in(&client).await.unwrap();
        stub.sign_in(&client).await.unwrap();
        assert_eq!(stub.times_asked(KEYS), times + 2);
    }
}

/// RP-21
#[tokio::test]
async fn a_key_that_was_rotated_just_before_signing_is_found() {
    let stub = Stub::start().await;
    let client = stub.client();
    let (_, pending) = client.sign_in(&SignIn::default()).await.unwrap();
    stub.sign_in(&client).await.unwrap();
    rotate(&stub, "ES384", "two");
    stub.give(&stub.sign(&stub.claims(&pending.nonce)));
    client
        .finish_sign_in(&stub.callback(&pending), &pending)
        .await
        .unwrap();
    assert_eq!(stub.times_asked(KEYS), 2);
}

#[tokio::test]
async fn a_rotation_is_noticed_by_tokens_that_name_no_key() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.sign_in(&client).await.unwrap();
    rotate(&stub, "ES384", "two");
    let (_, pending) = client.sign_in(&SignIn::default()).await.unwrap();
    let token = stub
        .signer
        .lock()
        .unwrap()
        .sign_with(&json!({ "alg": "ES384" }), &stub.claims(&pending.nonce));
    stub.give(&token);
    client
        .finish_sign_in(&stub.callback(&pending), &pending)
        .await
        .unwrap();
    assert_eq!(stub.times_asked(KEYS), 2);
}

/// OU-04
#[tokio::test]
async fn keys_that_nobody_publishes_cause_one_request_in_thirty_seconds() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.sign_in(&client).await.unwrap();
    let stranger = Signer::new("ES384", "nobody");
    let sign_in_with_unknown_key = async || {
        let (_, pending) = client.sign_in(&SignIn::default()).await.unwrap();
        stub.give(&stranger.sign(&stub.claims(&pending.nonce)));
        client
            .finish_sign_in(&stub.callback(&pending), &pending)
            .await
            .unwrap_err()
    };
    for _ in 0..50 {
        let error = sign_in_with_unknown_key().await;
        assert!(
            matches!(
                error,
                Error::IdToken(IdTokenError::Jwt(JwtError::UnknownKey { .. }))
            ),
            "{error}"
        );
    }
    assert_eq!(stub.times_asked(KEYS), 2);
    stub.pass(30);
    sign_in_with_unknown_key().await;
    sign_in_with_unknown_key().await;
    assert_eq!(stub.times_asked(KEYS), 3);
    // Meanwhile, known keys work, and after the pause a true rotation is found.
    stub.sign_in(&client).await.unwrap();
    stub.pass(30);
    rotate(&stub, "ES384", "two");
    stub.sign_in(&client).await.unwrap();
    assert_eq!(stub.times_asked(KEYS), 4);
}

/// LO-09, OU-04: whoever sends logout tokens of their own making cannot have the keys read again and
/// again.
#[tokio::test]
async fn forged_logout_tokens_cause_one_request_in_thirty_seconds() {
    let stub = Stub::start().await;
    let client = stub.client();
    let iat = stub.now();
    let claims = json!({
        "sub": "vy5uejihtdj7", "jti": "one", "iss": stub.issuer(), "aud": client.config().app_id, "iat": iat, "exp": iat + 120,
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    let header = json!({ "alg": "ES384", "typ": "logout+jwt", "kid": "nobody" });
    let stranger = Signer::new("ES384", "nobody");
    let refused = async |token: &str| match client.verify_logout_token(token).await.unwrap_err() {
        Error::LogoutToken(error) => error,
        error => panic!("{error}"),
    };
    // What is no logout token by its header causes none at all.
    let id_token = stranger.sign(&claims);
    for token in ["", "a.b.c", &id_token] {
        refused(token).await;
    }
    assert_eq!(stub.times_asked(DISCOVERY) + stub.times_asked(KEYS), 0);
    for _ in 0..50 {
        let error = refused(&stranger.sign_with(&header, &claims)).await;
        let unknown = matches!(error, LogoutTokenError::Jwt(JwtError::UnknownKey { .. }));
        assert!(unknown, "{error}");
    }
    assert_eq!(
        (stub.times_asked(DISCOVERY), stub.times_asked(KEYS)),
        (1, 2)
    );
    let token = {
        let signer = stub.signer.lock().unwrap();
        let mut header = signer.header();
        header["typ"] = "logout+jwt".into();
        signer.sign_with(&header, &claims)
    };
    let verified = client.verify_logout_token(&token).await.unwrap();
    assert_eq!(verified.sub.as_deref(), Some("vy5uejihtdj7"));
    assert_eq!(
        (stub.times_asked(DISCOVERY), stub.times_asked(KEYS)),
        (1, 2)
    );
}

/// OU-03
#[tokio::test]
async fn known_keys_go_on_working_while_they_cannot_be_read() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.sign_in(&client).await.unwrap();
    stub.reply(KEYS, Reply::Json(500, json!({})));
    stub.pass(23 * 3600);
    stub.sign_in(&client).await.unwrap();
    stub.reply(KEYS, Reply::Json(200, json!({ "keys": [] })));
    stub.sign_in(&client).await.unwrap();
}

/// OU-12: the code can be sent once, so it is not sent when its answer could not be judged.
#[tokio::test]
async fn no_code_is_spent_while_there_are_no_keys() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.reply(KEYS, Reply::Json(500, json!({})));
    let error = stub.sign_in(&client).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(stub.times_asked("/oidc/token"), 0);
    stub.reply_as_usual(KEYS);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    stub.sign_in(&client).await.unwrap();
}

/// RP-23
#[tokio::test]
async fn keys_are_read_where_the_provider_now_says_they_are() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.sign_in(&client).await.unwrap();
    let moved = serde_json::to_string(&json!({
        "issuer": stub.issuer(), "authorization_endpoint": stub.issuer() + "/auth",
        "token_endpoint": stub.issuer() + "/token", "userinfo_endpoint": stub.issuer() + "/me",
        "end_session_endpoint": stub.issuer() + "/end", "revocation_endpoint": stub.issuer() + "/revoke",
        "jwks_uri": stub.issuer() + "/new-keys", "id_token_signing_alg_values_supported": ["ES384"],
    }));
    stub.reply(DISCOVERY, Reply::Text("application/json", moved.unwrap()));
    let jwks = json!({ "keys": [stub.signer.lock().unwrap().jwk()] });
    stub.reply("/oidc/new-keys", Reply::Json(200, jwks));
    stub.pass(3600);
    stub.sign_in(&client).await.unwrap();
    assert_eq!(
        (stub.times_asked(KEYS), stub.times_asked("/oidc/new-keys")),
        (1, 1)
    );
}

/// JW-09
#[tokio::test]
async fn a_token_cannot_make_us_ask_anybody() {
    let stub = Stub::start().await;
    let client = stub.client();
    let (_, pending) = client.sign_in(&SignIn::default()).await.unwrap();
    let evil = Signer::new("ES384", "one");
    let address = format!("{}/evil", stub.endpoint);
    let header =
        json!({ "alg": "ES384", "kid": "one", "jku": address, "x5u": address, "jwk": evil.jwk() });
    stub.give(&evil.sign_with(&header, &stub.claims(&pending.nonce)));
    let error = client
        .finish_sign_in(&stub.callback(&pending), &pending)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::IdToken(IdTokenError::Jwt(JwtError::Signature))
        ),
        "{error}"
    );
    assert_eq!((stub.times_asked("/evil"), stub.times_asked(KEYS)), (0, 1));
}
