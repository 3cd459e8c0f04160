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
        "/nowhere",
        "/sign-in-problem?reason=expired",
        "/api/user-info?fetch=false",
        "/api/user-info?fetch=true",
        "/api/organizations",
    ] {
        for accept in ["text/html", "application/json"] {
            let answer = Answer::of(browser.request_for(accept, "GET", path)).await;
            let headers = format!("{:?}", answer.headers);
            texts.push((path, answer.body + &headers));
        }
    }
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
        app.provider.knobs.world().applications[0]
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
