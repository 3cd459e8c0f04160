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
    let provider =
        provider_of(|fixture| fixture.applications[0].secret = Some(secret.into())).await;
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

#[tokio::test]
async fn a_replaced_sign_in_cannot_be_resumed() {
    let provider = provider().await;
    let mut browser = Browser::new(&provider);
    let first = browser.get(&Ask::new(WEB, "openid").address()).await;
    let resume = first
        .set_cookies
        .iter()
        .find_map(|set| set.strip_prefix("_interaction_resume="))
        .unwrap();
    let resume = format!("/oidc/auth/{}", resume.split(';').next().unwrap());
    assert_eq!(
        browser.get(&resume).await.location(),
        first.location(),
        "still open: back to the form"
    );
    browser.get(&Ask::new(WEB, "openid").address()).await;
    let refused = browser.get(&resume).await;
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.json()["error_description"],
        "interaction session not found"
    );
}

#[tokio::test]
async fn sign_out_needs_the_pages_own_guard() {
    let provider = provider().await;
    let mut browser = Browser::new(&provider);
    let silent = Ask::new(WEB, "openid").set("prompt", "none").address();
    browser.authorize(&Ask::new(WEB, "openid"), "alice").await;
    let confirm = "/oidc/session/end/confirm";
    assert_eq!(
        browser.post(confirm, &[("logout", "yes")]).await.status,
        400,
        "nothing was asked"
    );
    browser.get("/oidc/session/end").await;
    for guard in ["", "guessed"] {
        assert_eq!(
            browser
                .post(confirm, &[("xsrf", guard), ("logout", "yes")])
                .await
                .status,
            400
        );
    }
    assert!(
        browser.get(&silent).await.sent("code").is_some(),
        "still signed in"
    );
}

/// As with a real Logto, whose consent page a first-party application does not see.
#[tokio::test]
async fn further_scopes_are_granted_to_a_live_session_without_a_word() {
    let provider = provider().await;
    let server = web(&provider);
    let mut browser = Browser::new(&provider);
    let first = Ask::new(WEB, "openid profile").set("prompt", "consent");
    let code = browser
        .authorize(&first, "alice")
        .await
        .sent("code")
        .unwrap();
    assert_eq!(
        server.exchange(&code, &[]).await.json()["scope"],
        "openid profile"
    );

    let further = Ask::new(WEB, "openid profile email read:orders mistyped")
        .set("prompt", "consent")
        .add("resource", SHOP);
    let start = browser.get(&further.address()).await;
    let (back, hops) = browser.follow(start).await;
    assert!(
        hops.iter().all(|hop| !hop.contains("/sign-in")),
        "nobody is asked: {hops:?}"
    );
    let tokens = server
        .exchange(&back.sent("code").unwrap(), &[])
        .await
        .json();
    assert_eq!(
        tokens["scope"], "openid profile email",
        "what nobody knows is left out"
    );
    let refreshed = server
        .refresh(
            tokens["refresh_token"].as_str().unwrap(),
            &[("resource", SHOP)],
        )
        .await
        .json();
    assert_eq!(refreshed["scope"], "read:orders");
}
