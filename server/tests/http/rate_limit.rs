//! The rate limit for each client address.

use std::time::{SystemTime, UNIX_EPOCH};

use server::{client_address::TrustedProxies, rate_limit::RateLimit};

use crate::helpers::{ALICE, Answer, TestApp, browser::http};

/// Behind a proxy on this machine, which is trusted; three requests for each client.
async fn limited() -> TestApp {
    TestApp::with(|setup| {
        setup.network.trusted_proxies = TrustedProxies::parse(["127.0.0.1"]).unwrap();
        setup.network.rate_limit = Some(RateLimit {
            per_second: 1.try_into().unwrap(),
            burst: 3.try_into().unwrap(),
        });
    })
    .await
}

async fn from(app: &TestApp, client: &str, method: &str, path: &str, accept: &str) -> Answer {
    let url = format!("http://{}{path}", app.address);
    let request = http()
        .request(method.parse().unwrap(), url)
        .header("x-forwarded-for", client)
        .header("accept", accept)
        .header("accept-language", "ja")
        .header("origin", &app.base);
    Answer::of(request).await
}

/// The first answer that is a refusal. On a slow machine a request or two may be allowed before it.
async fn until_limited(
    app: &TestApp,
    client: &str,
    method: &str,
    path: &str,
    accept: &str,
) -> Answer {
    for _ in 0..50 {
        let answer = from(app, client, method, path, accept).await;
        if answer.status == 429 {
            return answer;
        }
    }
    panic!("fifty requests of {client} were answered");
}

/// OU-20
#[tokio::test]
async fn sign_ins_callbacks_and_writes_of_one_client_are_limited() {
    let app = limited().await;
    for (client, method, path) in [
        ("203.0.113.1", "GET", "/sign-in"),
        ("203.0.113.2", "GET", "/callback?code=a&state=b"),
        ("203.0.113.3", "POST", "/sign-out"),
        ("203.0.113.4", "POST", "/shop/orders"),
        ("2001:db8::1", "DELETE", "/no-such-page"),
    ] {
        for _ in 0..3 {
            let answer = from(&app, client, method, path, "text/html").await;
            assert_ne!(answer.status, 429, "{path}");
        }
        let refused = until_limited(&app, client, method, path, "text/html").await;
        let wait: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=2).contains(&wait), "{wait}");
        assert!(
            refused.body.contains("<html lang=\"ja\">"),
            "{}",
            refused.body
        );
        assert!(
            refused.body.contains("リクエストが多すぎます"),
            "{}",
            refused.body
        );
        assert_eq!(refused.header("cache-control"), "no-store");
        assert_eq!(refused.header("x-content-type-options"), "nosniff");
        let again = path.replace('&', "&amp;");
        let again = format!("<a href=\"{again}\">再試行</a>");
        assert_eq!(refused.body.contains(&again), method == "GET");
        assert!(
            refused.body.contains("<a href=\"/\">ホームに戻る</a>"),
            "{}",
            refused.body
        );
        let program = until_limited(&app, client, method, path, "application/json").await;
        assert_eq!(program.header("content-type"), "text/plain; charset=utf-8");
        // What costs nothing is not counted, and nobody else is affected.
        assert_eq!(from(&app, client, "GET", "/", "*/*").await.status, 200);
        let other = from(&app, "203.0.113.99", "OPTIONS", path, "*/*").await;
        assert_ne!(other.status, 429);
    }
    assert_ne!(
        from(&app, "203.0.113.9", "GET", "/sign-in", "*/*")
            .await
            .status,
        429
    );
}

/// The pages are on this machine in development and in tests, where nobody is to be locked out.
#[tokio::test]
async fn this_machine_is_not_limited_until_it_is_called_a_proxy() {
    let app = TestApp::with(|setup| {
        setup.network.rate_limit = Some(RateLimit {
            per_second: 1.try_into().unwrap(),
            burst: 1.try_into().unwrap(),
        });
    })
    .await;
    for _ in 0..5 {
        let answer = from(&app, "203.0.113.1", "GET", "/sign-in", "text/html").await;
        assert_eq!(answer.status, 303);
    }
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let app = TestApp::with(|setup| {
        setup.network.trusted_proxies = TrustedProxies::parse(["127.0.0.1"]).unwrap();
        setup.network.rate_limit = None;
    })
    .await;
    let client = http();
    for _ in 0..320 {
        let write = client.delete(format!("http://{}/pkg/none", app.address));
        let answer = Answer::of(write.header("x-forwarded-for", "203.0.113.1")).await;
        assert_ne!(answer.status, 429);
    }
}

/// OU-20, LO-22: Logto sends a logout token for each session that ends there, from one address and under whatever host reaches the server.
#[tokio::test]
async fn logout_tokens_are_neither_limited_nor_redirected() {
    let app = limited().await;
    let mut alice = app.signed_in("alice").await;
    let send = async |token: &str| {
        let request = http()
            .post(format!("http://{}/backchannel-logout", app.address))
            .header("x-forwarded-for", "203.0.113.5")
            .header("host", "another.example")
            .form(&[("logout_token", token)]);
        Answer::of(request).await.status
    };
    for _ in 0..50 {
        assert_eq!(send("forged").await, 400);
    }
    assert_eq!(send(&"x".repeat(65 * 1024)).await, 413);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let claims = serde_json::json!({
        "iss": app.provider.controls.issuer(), "aud": app.provider.controls.fixture().applications[0].id, "sub": ALICE, "jti": "one",
        "iat": now, "exp": now + 120, "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    assert!(alice.get("/profile").await.body.contains("Alice"));
    let token = app
        .provider
        .controls
        .sign(Some("logout+jwt"), claims.as_object().unwrap());
    assert_eq!(send(&token).await, 200);
    assert_eq!(alice.get("/profile").await.status, 303);
}
