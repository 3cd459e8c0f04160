//! Signing out: here first, then the tokens, then Logto's own session.

use std::time::{Duration, Instant};

use crate::support::{ALICE, App, BOB, SIGNED_OUT, greeting, until};

/// LO-01
#[tokio::test]
async fn signing_out_ends_the_session_here_and_leads_to_the_providers_own_sign_out() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.clone();
    let out = browser.post("/sign-out").await;
    assert_eq!(out.status, 303);
    let expected = format!("{}oidc/session/end?", app.provider.endpoint);
    assert!(out.location().starts_with(&expected), "{}", out.location());
    let exchange = app.provider.seen_at("/oidc/token").remove(0);
    assert_eq!(out.sent("id_token_hint"), exchange.member("id_token"));
    assert_eq!(
        out.sent("post_logout_redirect_uri"),
        Some(format!("{}/", app.base))
    );
    assert_eq!(
        out.sent("client_id").as_deref(),
        Some(app.provider.controls.fixture().applications[0].id.as_str())
    );
    assert!(
        out.set_cookie("logto-session")
            .unwrap()
            .contains("Max-Age=0")
    );
    assert!(app.store.live().await.is_empty());
    assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);
    // The provider takes the address as it is.
    let page = browser.http.get(out.location()).send().await.unwrap();
    assert_eq!(page.status(), 200);
}

/// RD-02, RD-10: where the browser goes after a sign-out is a setting, and the form is not sent on.
#[tokio::test]
async fn no_request_says_where_a_sign_out_leads() {
    let app = App::start().await;
    let own = format!("{}/", app.base);
    for evil in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let mut browser = app.signed_in("alice").await;
        let names = ["post_logout_redirect_uri", "return_to", "redirect_uri"];
        let form = names.map(|name| (name, evil));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = browser.form(&format!("/sign-out?{query}")).form(&form);
        let out = browser.send(request).await;
        assert_eq!(out.status, 303);
        assert!(out.location().starts_with(&app.provider.endpoint));
        assert_eq!(out.sent("post_logout_redirect_uri").as_ref(), Some(&own));
        assert!(!out.location().contains("evil"), "{}", out.location());
    }
}

/// L7: Logto's own sign-out would leave a grant with `offline_access` alive.
#[tokio::test]
async fn signing_out_revokes_the_refresh_token() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let refresh_token = app.refresh_token();
    assert_eq!(app.status_of_refresh_token(&refresh_token).await, 200);
    browser.post("/sign-out").await;
    assert_eq!(app.status_of_refresh_token(&refresh_token).await, 400);
    assert_eq!(app.provider.controls.count("/oidc/token/revocation"), 1);
}

/// Out of this application only: Logto's own session stays, and another application's with it.
#[tokio::test]
async fn signing_out_of_the_application_only_leaves_the_session_at_the_provider() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut elsewhere = app.signed_in("alice").await;
    let (before, refresh_token) = (
        browser.clone(),
        app.provider.seen_at("/oidc/token")[0].member("refresh_token"),
    );
    let out = browser.post("/sign-out-of-application").await;
    assert_eq!((out.status, out.location()), (303, "/"));
    assert!(
        out.set_cookie("logto-session")
            .unwrap()
            .contains("Max-Age=0")
    );
    assert!(out.set_cookie("logto-signed-out").is_some());
    assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);
    assert_eq!(
        app.status_of_refresh_token(&refresh_token.unwrap()).await,
        400,
        "its tokens are gone"
    );
    assert_eq!(app.provider.controls.count("/oidc/session/end"), 0);
    assert_eq!(
        elsewhere.get("/token").await.status,
        200,
        "other devices are not touched"
    );
    // The next sign-in asks for no password: the provider still knows the person.
    let start = browser.get("/sign-in").await;
    let address = start.location().to_owned();
    let back = browser.at_provider(&address, "nobody at all").await;
    assert_eq!(browser.get(&back).await.status, 303);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// LO-01: only the session that asks.
#[tokio::test]
async fn other_browsers_of_the_person_stay_signed_in() {
    let app = App::start().await;
    let (mut one, mut other) = (app.signed_in("alice").await, app.signed_in("alice").await);
    one.post("/sign-out").await;
    assert_eq!(other.get("/").await.body, greeting(ALICE));
    assert_eq!(
        other
            .get("/token?resource=https://shop.example/api")
            .await
            .status,
        200
    );
}

/// SE-20: on all devices, and nobody else.
#[tokio::test]
async fn signing_out_everywhere_ends_every_session_of_the_person_and_revokes_its_tokens() {
    let app = App::start().await;
    let mut one = app.signed_in("alice").await;
    let (mut other, mut bob) = (app.signed_in("alice").await, app.signed_in("bob").await);
    let tokens = app.provider.seen_at("/oidc/token");
    let tokens = tokens
        .iter()
        .map(|one| one.member("refresh_token").unwrap());
    let tokens: Vec<_> = tokens.collect();
    let out = one.post("/sign-out-everywhere").await;
    let expected = format!("{}oidc/session/end?", app.provider.endpoint);
    assert!(out.location().starts_with(&expected), "{}", out.location());
    let cookie = out.set_cookie("logto-signed-out").unwrap();
    assert!(cookie.contains("=everywhere;"), "{cookie}");
    assert_eq!(other.get("/").await.body, SIGNED_OUT);
    assert_eq!(bob.get("/").await.body, greeting(BOB));
    let revoked = || app.provider.seen_at("/oidc/token/revocation").len();
    until(|| revoked() == 2).await;
    for (token, status) in [(&tokens[0], 400), (&tokens[1], 400), (&tokens[2], 200)] {
        assert_eq!(app.status_of_refresh_token(token).await, status);
    }
}

/// LO-16, SE-20: a sign-in that is on its way does not come after a sign-out everywhere.
#[tokio::test]
async fn a_sign_in_that_began_before_a_sign_out_everywhere_is_refused() {
    let app = App::start().await;
    let other = app.beside().await;
    let mut one = app.signed_in("alice").await;
    let mut phone = app.browser();
    let callback = phone.come_back("/sign-in", "alice").await;
    let mut bob = app.browser();
    let of_bob = bob.come_back("/sign-in", "bob").await;
    app.pass(5);
    one.post("/sign-out-everywhere").await;
    phone.at.clone_from(&other.at);
    phone.get(&callback).await;
    assert_eq!(phone.get("/").await.body, SIGNED_OUT);
    assert!(app.store.live().await.is_empty());
    bob.get(&of_bob).await;
    assert_eq!(bob.get("/").await.body, greeting(BOB));
    // At once, the person can sign in again.
    one.provider_cookies.clear();
    one.sign_in("alice").await;
    assert_eq!(one.get("/").await.body, greeting(ALICE));
}

/// OU-15: a stop waits for the first attempts of revocations.
#[tokio::test]
async fn a_stop_revokes_the_tokens_of_all_sessions_that_have_ended() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    for _ in 0..19 {
        app.signed_in("alice").await;
    }
    let revocation = "/oidc/token/revocation";
    for _ in 0..20 {
        app.provider.controls.delay_next(revocation, 50);
    }
    browser.post("/sign-out-everywhere").await;
    app.auth.finish_tasks().await;
    assert_eq!(app.provider.seen_at(revocation).len(), 20);
}

/// LO-05
#[tokio::test]
async fn signing_out_everywhere_does_not_wait_for_the_tokens_of_other_sessions() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    for _ in 0..3 {
        app.signed_in("alice").await;
    }
    let revocation = "/oidc/token/revocation";
    for _ in 0..4 {
        app.provider.controls.delay_next(revocation, 60_000);
    }
    let began = Instant::now();
    let out = browser.post("/sign-out-everywhere").await;
    let took = began.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(out.location().contains("/oidc/session/end?"));
    assert!(app.store.live().await.is_empty());
}

/// OU-17, LO-05: what was not done is not reported as done, and can be tried again.
#[tokio::test]
async fn signing_out_everywhere_is_an_error_while_the_store_fails() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut other = app.signed_in("alice").await;
    app.store.fail_next("find_sessions", 1);
    let out = browser.post("/sign-out-everywhere").await;
    assert_eq!(out.status, 503);
    assert!(out.set_cookie("logto-signed-out").is_none());
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    assert_eq!(other.get("/").await.body, greeting(ALICE));
    let out = browser.post("/sign-out-everywhere").await;
    assert_eq!(out.status, 303);
    assert_eq!(other.get("/").await.body, SIGNED_OUT);
    // LO-06
    let again = browser.post("/sign-out-everywhere").await;
    assert_eq!((again.status, again.location()), (303, "/"));
}

/// LO-05
#[tokio::test]
async fn signing_out_works_while_the_provider_is_down() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.clone();
    app.provider.set_down(true);
    let began = Instant::now();
    let out = browser.post("/sign-out").await;
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(out.status, 303);
    assert!(app.store.live().await.is_empty());
    assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);
}

/// LO-05
#[tokio::test]
async fn signing_out_does_not_wait_for_a_slow_provider() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider
        .controls
        .delay_next("/oidc/token/revocation", 60_000);
    let began = Instant::now();
    let out = browser.post("/sign-out").await;
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    assert!(out.location().contains("/oidc/session/end?"));
    assert!(app.store.live().await.is_empty());
}

/// LO-05: also when this process has not spoken to the provider before.
#[tokio::test]
async fn signing_out_after_a_restart_does_not_wait_for_a_silent_provider() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let restarted = app.beside().await;
    browser.at.clone_from(&restarted.at);
    app.provider
        .controls
        .delay_next("/oidc/.well-known/openid-configuration", 60_000);
    let began = Instant::now();
    let out = browser.post("/sign-out").await;
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(out.status, 303);
    assert!(app.store.live().await.is_empty());
}

/// LO-06
#[tokio::test]
async fn signing_out_twice_or_when_nobody_is_signed_in_leads_home() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    browser.post("/sign-out").await;
    let again = browser.post("/sign-out").await;
    assert_eq!((again.status, again.location()), (303, "/"));
    let anonymous = app.browser().post("/sign-out").await;
    assert_eq!((anonymous.status, anonymous.location()), (303, "/"));
    assert_eq!(app.provider.controls.count("/oidc/token/revocation"), 1);
}

/// LO-06
#[tokio::test]
async fn of_two_sign_outs_at_once_both_end_well() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    let (mut one, mut other) = (browser.clone(), browser);
    let (first, second) = tokio::join!(one.post("/sign-out"), other.post("/sign-out"));
    assert_eq!((first.status, second.status), (303, 303));
    assert!(app.store.live().await.is_empty());
}

/// LO-02
#[tokio::test]
async fn coming_back_with_any_state_shows_the_signed_out_page() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    browser.post("/sign-out").await;
    for path in ["/", "/?state=other", "/?state="] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, SIGNED_OUT));
    }
    assert_eq!(app.provider.token_requests(), 1);
}

/// LO-24
#[tokio::test]
async fn signing_out_works_after_the_keys_changed() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.controls.rotate_signing_key();
    let out = browser.post("/sign-out").await;
    let page = browser.http.get(out.location()).send().await.unwrap();
    assert_eq!(page.status(), 200);
}

/// CS-09: the flow has no way to sign out by a link or a picture.
#[tokio::test]
async fn a_get_does_not_sign_out() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    for method in ["HEAD", "OPTIONS"] {
        let answer = browser.send(browser.request(method, "/sign-out")).await;
        assert_eq!(answer.status, 405, "{method}");
    }
    // Somebody typed the address in: on the home page is the button.
    let answer = browser.get("/sign-out").await;
    assert_eq!((answer.status, answer.location()), (303, "/"));
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// F17, L7: no grant outlives its session because somebody closed the window.
#[tokio::test]
async fn a_sign_out_goes_on_when_the_browser_hangs_up() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    let refresh_token = app.refresh_token();
    app.provider
        .controls
        .delay_next("/oidc/token/revocation", 300);
    let mut impatient = browser.clone();
    impatient.http = crate::support::browser::http();
    let request = impatient.form("/sign-out");
    let hanging = tokio::spawn(async move { request.send().await });
    until(|| !app.provider.seen_at("/oidc/token/revocation").is_empty()).await;
    hanging.abort();
    let _ = hanging.await;
    drop(impatient);
    assert!(app.store.live().await.is_empty());
    tokio::time::timeout(Duration::from_secs(5), async {
        while app.status_of_refresh_token(&refresh_token).await != 400 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

/// HD-03: the next page takes the cookie away again, which makes browsers forget the frozen pages
/// of the session.
#[tokio::test]
async fn the_page_after_a_sign_out_changes_a_cookie_that_scripts_cannot_see() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let out = browser.post("/sign-out").await;
    let cookie = out.set_cookie("logto-signed-out").unwrap();
    assert!(cookie.contains("HttpOnly"), "{cookie}");
    // HD-04
    assert_eq!(out.header("clear-site-data"), r#""cache", "storage""#);
    // A script of another tab may read something before the page is there.
    let read = browser
        .request("GET", "/")
        .header("sec-fetch-dest", "empty");
    assert!(browser.send(read).await.set_cookies().is_empty());
    let home = browser.get("/").await;
    let removal = home.set_cookie("logto-signed-out").unwrap();
    assert!(removal.contains("Max-Age=0"), "{removal}");
    assert_eq!(home.header("clear-site-data"), "");
    assert!(browser.get("/").await.set_cookies().is_empty());
}

/// LO-05: a failed revocation is repeated later.
#[tokio::test]
async fn a_revocation_that_failed_is_attempted_again() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let refresh_token = app.refresh_token();
    let revocations = || app.provider.controls.count("/oidc/token/revocation");
    app.provider
        .controls
        .fail_next("/oidc/token/revocation", 503, 1);
    browser.post("/sign-out").await;
    assert_eq!(revocations(), 1);
    assert_eq!(app.status_of_refresh_token(&refresh_token).await, 200);
    until(|| revocations() == 2).await;
    until(|| app.provider.seen_at("/oidc/token/revocation").len() == 2).await;
    assert_eq!(app.status_of_refresh_token(&refresh_token).await, 400);
}

/// LO-05, OU-15: a stop does not wait for the next attempt.
#[tokio::test]
async fn a_stop_does_not_wait_until_a_revocation_is_attempted_again() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider
        .controls
        .fail_next("/oidc/token/revocation", 503, 9);
    browser.post("/sign-out").await;
    let revocations = || app.provider.controls.count("/oidc/token/revocation");
    until(|| revocations() == 2).await;
    let began = Instant::now();
    app.auth.finish_tasks().await;
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(revocations(), 2);
}

/// LO-01: the ID token of a person in 500 organizations is taken, stored and left out of the
/// address of the sign-out.
#[tokio::test]
async fn a_person_in_very_many_organizations_signs_in_and_out() {
    let app = App::with(|setup| {
        let fixture = &mut setup.fixture;
        let roles: Vec<String> = (0..4)
            .map(|number| format!("a role number {number}"))
            .collect();
        for name in &roles {
            let mut role = fixture.organization_roles[0].clone();
            role.name.clone_from(name);
            fixture.organization_roles.push(role);
        }
        for number in 0..500 {
            let id = format!("organization{number:03}");
            let mut organization = fixture.organizations[0].clone();
            organization.id.clone_from(&id);
            fixture.organizations.push(organization);
            let roles = roles.clone();
            let membership = dev_idp::FixtureMembership { id, roles };
            let bob = fixture.users.iter_mut().find(|user| user.username == "bob");
            bob.unwrap().organizations.push(membership);
        }
    })
    .await;
    let mut bob = app.browser();
    let response = bob.sign_in("bob").await;
    let id_token = app.provider.seen_at("/oidc/token")[0]
        .member("id_token")
        .unwrap();
    assert!(id_token.len() > 64 * 1024, "{}", id_token.len());
    let cookies: usize = response
        .set_cookies()
        .iter()
        .map(|cookie| cookie.len())
        .sum();
    assert!(cookies < 1000, "{cookies} bytes");
    let id = app.store.live().await[0];
    let row = app.store.row(&id).await.unwrap().sealed.len();
    assert!(row < 3 * id_token.len(), "{row} bytes");
    assert_eq!(bob.get("/profile").await.status, 200);
    app.pass(3601);
    assert_eq!(bob.get("/token").await.status, 200, "and refreshes");
    let out = bob.post("/sign-out").await;
    assert!(out.location().len() < 2000, "{}", out.location().len());
    assert_eq!(out.sent("id_token_hint"), None);
    assert!(out.sent("client_id").is_some());
    let page = bob.http.get(out.location()).send().await.unwrap();
    assert_eq!(page.status(), 200);
}
