use std::time::Duration;

use logto::{DiscoveryError, Error, SignIn};
use serde_json::json;

use crate::stub::{Reply, Stub};

const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";

#[tokio::test]
async fn the_description_is_read_once_an_hour_however_many_ask() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.reply(DISCOVERY, Reply::Late(Duration::from_millis(100)));
    let asking: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.provider().await.map(|_| ()) })
        })
        .collect();
    for asked in asking {
        asked.await.unwrap().unwrap();
    }
    assert_eq!(stub.times_asked(DISCOVERY), 1);
    stub.pass(3599);
    client.provider().await.unwrap();
    assert_eq!(stub.times_asked(DISCOVERY), 1);
    stub.pass(1);
    client.provider().await.unwrap();
    assert_eq!(stub.times_asked(DISCOVERY), 2);
}

/// OU-02, OU-06
#[tokio::test]
async fn an_old_description_serves_for_a_day_while_the_provider_is_down() {
    let stub = Stub::start().await;
    let client = stub.client();
    let before = client.provider().await.unwrap();
    for reply in [
        Reply::Json(503, json!({})),
        Reply::Text("text/html", "<html>maintenance</html>".to_owned()),
        Reply::Json(200, json!({ "issuer": "https://evil.example" })),
    ] {
        stub.reply(DISCOVERY, reply);
        stub.pass(3600);
        for _ in 0..10 {
            assert_eq!(client.provider().await.unwrap(), before);
        }
    }
    // Trying again is not done at every request.
    assert_eq!(stub.times_asked(DISCOVERY), 2);
    stub.pass(24 * 3600);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert!(client.provider().await.is_err());
    stub.reply_as_usual(DISCOVERY);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(client.provider().await.unwrap(), before);
}

/// OU-01
#[tokio::test]
async fn a_failure_answers_those_who_wait_and_is_forgotten_after_a_second() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.reply(DISCOVERY, Reply::Json(500, json!({})));
    let asking: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.provider().await.map(|_| ()) })
        })
        .collect();
    for asked in asking {
        let error = asked.await.unwrap().unwrap_err();
        assert!(error.is_transient(), "{error}");
    }
    assert_eq!(stub.times_asked(DISCOVERY), 1);
    stub.reply_as_usual(DISCOVERY);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    client.provider().await.unwrap();
    assert_eq!(stub.times_asked(DISCOVERY), 2);
}

#[tokio::test]
async fn a_caller_who_gives_up_does_not_block_the_next() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.reply(DISCOVERY, Reply::Late(Duration::from_millis(300)));
    let impatient = tokio::time::timeout(Duration::from_millis(50), client.provider()).await;
    assert!(impatient.is_err());
    client.provider().await.unwrap();
}

/// OU-19
#[tokio::test]
async fn a_clock_that_was_set_back_only_causes_another_reading() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.pass(10_000);
    client.provider().await.unwrap();
    stub.pass(0_u64.wrapping_sub(5000));
    client.provider().await.unwrap();
    assert_eq!(stub.times_asked(DISCOVERY), 2);
    client.provider().await.unwrap();
    assert_eq!(stub.times_asked(DISCOVERY), 2);
}

/// RP-22
#[tokio::test]
async fn no_sign_in_is_started_at_a_provider_with_another_name() {
    let stub = Stub::start().await;
    let client = stub.client();
    stub.reply(
        DISCOVERY,
        Reply::Json(200, json!({ "issuer": "https://evil.example/oidc" })),
    );
    let error = client.sign_in(&SignIn::default()).await.unwrap_err();
    assert!(
        matches!(error, Error::Discovery(DiscoveryError::Issuer { .. })),
        "{error}"
    );
}
