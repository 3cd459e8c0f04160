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

#[tokio::test]
async fn basic_credentials_are_form_decoded() {
    let secret = "a+b c&d=e%f:g\u{e9}";
    let provider = provider_of(|world| world.applications[0].secret = Some(secret.into())).await;
    let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "unknown"),
    ];
    for (sent, error) in [
        (encoded.as_str(), "invalid_grant"),
        ("a+b", "invalid_client"),
    ] {
        let request = http()
            .post(format!("{}/token", provider.issuer()))
            .basic_auth(WEB, Some(sent));
        assert_eq!(
            Answer::of(request.form(&form)).await.json()["error"],
            error,
            "{sent}"
        );
    }
}

#[tokio::test]
async fn one_browser_holds_one_person_at_a_time() {
    let provider = provider().await;
    let server = web(&provider);
    let mut browser = Browser::new(&provider);
    let ask = Ask::new(WEB, "openid profile");
    let code = browser.authorize(&ask, "alice").await.sent("code").unwrap();
    let alice = server.exchange(&code, &[]).await.json();
    let access = alice["access_token"].as_str().unwrap();

    // The same person again: what they hold goes on working.
    let again = ask.clone().set("prompt", "login");
    assert!(
        browser
            .authorize(&again, "alice")
            .await
            .sent("code")
            .is_some()
    );
    assert_eq!(server.user_info(access).await.status, 200);

    // Another person: tokens that live with the session end with it.
    let code = browser.authorize(&again, "bob").await.sent("code").unwrap();
    assert_eq!(
        claims(&server.exchange(&code, &[]).await.json()["id_token"]).unwrap()["sub"],
        "0jcp3swajm9l"
    );
    assert_eq!(server.user_info(access).await.status, 401);
}

#[tokio::test]
async fn applications_sign_in_side_by_side_in_one_browser() {
    let provider = provider().await;
    let mut browser = Browser::new(&provider);
    let web = browser
        .get(&Ask::new(WEB, "openid").set("state", "web").address())
        .await;
    let plain = browser
        .get(&Ask::new(PLAIN, "openid").set("state", "plain").address())
        .await;
    let back = browser.sign_in_at(web.location(), "alice").await;
    assert_eq!(back.sent("state").as_deref(), Some("web"));
    let back = browser.sign_in_at(plain.location(), "alice").await;
    assert_eq!(back.sent("state").as_deref(), Some("plain"));
}
