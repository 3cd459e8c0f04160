//! The whole way of a sign-in, as a browser and an application's server see it.

mod browser;

use browser::*;

#[tokio::test]
async fn alice_signs_in_and_out() {
    let provider = provider().await;
    let server = web(&provider);
    let mut browser = Browser::new(&provider);
    let ask = Ask::new(WEB, "openid profile email").set("prompt", "login consent");

    let start = browser.get(&ask.address()).await;
    assert_eq!(
        (start.status, start.location()),
        (303, "/sign-in?app_id=9llbk1n9eiovviw3z58b2")
    );
    let page = browser.get("/sign-in?app_id=9llbk1n9eiovviw3z58b2").await;
    assert!(page.status == 200 && page.text.contains("<h1>Sign in</h1>"));
    let back = browser
        .sign_in_at("/sign-in?app_id=9llbk1n9eiovviw3z58b2", "alice")
        .await;
    assert_eq!(back.sent("state").as_deref(), Some("st-123"));
    assert_eq!(back.sent("iss"), Some(provider.issuer()));

    let tokens = server
        .exchange(&back.sent("code").unwrap(), &[])
        .await
        .json();
    let id_token = claims(&tokens["id_token"]).unwrap();
    assert_eq!(
        (&id_token["sub"], &id_token["nonce"]),
        (&"vy5uejihtdj7".into(), &"nonce-123".into())
    );
    let info = server
        .user_info(tokens["access_token"].as_str().unwrap())
        .await;
    assert_eq!(info.json()["email"], "alice@example.com");

    let leave = format!(
        "/oidc/session/end?client_id={WEB}&post_logout_redirect_uri=http://localhost:3000/&state=s1"
    );
    let page = browser.get(&leave).await;
    let guard = page
        .text
        .split("name=\"xsrf\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let gone = browser
        .post(
            "/oidc/session/end/confirm",
            &[("xsrf", &guard), ("logout", "yes")],
        )
        .await;
    assert_eq!(
        (gone.status, gone.location()),
        (303, "http://localhost:3000/?state=s1")
    );
    assert_eq!(provider.count("/oidc/token"), 1);
}
