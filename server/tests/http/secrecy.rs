//! Tokens stay on the server.

use crate::helpers::{Answer, TestApp};

/// SL-02, SL-03, LX-08
#[tokio::test]
async fn nothing_the_provider_gave_is_in_any_answer() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut texts = Vec::new();
    for path in [
        "/",
        "/profile",
        "/profile?userinfo=true",
        "/organizations",
        "/sessions",
        "/api/sessions",
        "/apis",
        "/apis?resource=https%3A%2F%2Fshop.example%2Fapi&organization=asl5guymvnj4&scope=read%3Aorders",
        "/orders",
        "/orders?organization=asl5guymvnj4",
        "/no-such-page",
        "/sign-in-problem?reason=expired",
        "/api/user-info?fetch=false",
        "/api/user-info?fetch=true",
        "/api/organizations",
        "/api/access-tokens",
        "/api/orders",
        "/api/access-tokens?resource=logto&organization=asl5guymvnj4",
    ] {
        for accept in ["text/html", "application/json"] {
            let answer = Answer::of(browser.request_for(accept, "GET", path)).await;
            let headers = format!("{:?}", answer.headers);
            texts.push((path, answer.body + &headers));
        }
    }
    let place = browser
        .form("/api/orders/place")
        .form(&[("item", "Coffee"), ("quantity", "1")]);
    let placed = browser.send(place).await;
    texts.push(("/api/orders/place", format!("{:?}", placed.headers)));
    let again = browser
        .request_for("application/json", "POST", "/api/access-tokens/refresh")
        .header("origin", app.base.clone())
        .form(&[("resource", "logto")]);
    texts.push(("/api/access-tokens/refresh", browser.send(again).await.body));
    let out = browser.clone().post("/sign-out").await;
    texts.push(("/sign-out", out.body));
    let mut secrets = app.provider.secrets();
    secrets.retain(|(name, _)| !["state", "nonce"].contains(name));
    for name in [
        "access_token",
        "refresh_token",
        "id_token",
        "code",
        "code_verifier",
        "basic",
    ] {
        assert!(
            secrets.iter().any(|(held, _)| *held == name),
            "{name} is looked for"
        );
    }
    secrets.push(("session", browser.session().unwrap().to_owned()));
    secrets.push((
        "client secret",
        app.provider.controls.fixture().applications[0]
            .secret
            .clone()
            .unwrap(),
    ));
    for (path, text) in &texts {
        for (name, value) in &secrets {
            assert!(
                value.len() > 8 && !text.contains(value.as_str()),
                "{name} is in {path}"
            );
        }
        // A token nobody knew of would be a JWT.
        assert!(
            !text.contains("eyJ"),
            "{path} holds what looks like a token"
        );
    }
    browser.cookies.clear();
}
