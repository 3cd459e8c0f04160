//! Back-channel logout: the provider says that a session there has ended.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::support::{ALICE, Answer, App, BOB, Browser, SIGNED_OUT, browser, greeting, until};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const KIND: Option<&str> = Some("logout+jwt");

/// What a right token says to this application, with or without `sub` and `sid`.
fn claims(app: &App, sub: Option<&str>, sid: Option<&str>) -> Map<String, Value> {
    let (now, controls) = (app.auth.client().now(), &app.provider.controls);
    let mut claims = Map::new();
    let mut add = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
    if let Some(sub) = sub {
        add("sub", sub.into());
    }
    if let Some(sid) = sid {
        add("sid", sid.into());
    }
    add("events", json!({ EVENT: {} }));
    add("jti", format!("{:?}", Instant::now()).into());
    add("aud", controls.fixture().applications[0].id.clone().into());
    add("exp", (now + 120).into());
    add("iat", now.into());
    add("iss", controls.issuer().into());
    claims
}

fn token(app: &App, sub: Option<&str>, sid: Option<&str>) -> String {
    app.provider.controls.sign(KIND, &claims(app, sub, sid))
}

/// Sends a logout token as the provider does.
async fn send(app: &App, token: &str) -> Answer {
    let request = browser::http().post(format!("{}/backchannel-logout", app.at));
    Answer::of(request.form(&[("logout_token", token)])).await
}

/// Sends it, and it is accepted within a second.
async fn accepted(app: &App, token: &str) {
    let began = Instant::now();
    let answer = send(app, token).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert!(began.elapsed() < Duration::from_secs(1));
    assert!(answer.header("cache-control").contains("no-store"));
    assert!(answer.set_cookies().is_empty());
}

/// It cannot be carried out now.
async fn unavailable(app: &App, token: &str) {
    let answer = send(app, token).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("retry-after"), "5");
    assert!(answer.header("cache-control").contains("no-store"));
}

async fn sid_of(browser: &mut Browser) -> String {
    let person: Value = serde_json::from_str(&browser.get("/person").await.body).unwrap();
    person["claims"]["sid"].as_str().unwrap().to_owned()
}

async fn with_sid() -> App {
    App::with(|setup| setup.backchannel_logout = Some(true)).await
}

async fn who(browser: &mut Browser) -> String {
    browser.get("/").await.body
}

/// Opens a callback whose sign-in is refused.
async fn refused(app: &App, browser: &mut Browser, callback: &str) {
    let live = app.store.live().await;
    let revoked = app.provider.controls.count("/oidc/token/revocation");
    let answer = browser.get(callback).await;
    assert_eq!(answer.status, 303);
    let problem = "/sign-in-problem?reason=expired";
    assert!(
        answer.location().starts_with(problem),
        "{}",
        answer.location()
    );
    assert_eq!(who(browser).await, SIGNED_OUT);
    assert_eq!(app.store.live().await, live);
    until(|| app.provider.controls.count("/oidc/token/revocation") > revoked).await;
}

/// LO-07
#[tokio::test]
async fn a_logout_token_with_sid_ends_the_sessions_of_one_browser() {
    let app = with_sid().await;
    let mut left = app.signed_in("alice").await;
    let refresh_token = app.refresh_token();
    let mut elsewhere = app.signed_in("alice").await;
    let mut bob = app.signed_in("bob").await;
    let sid = sid_of(&mut left).await;
    assert_ne!(sid, sid_of(&mut elsewhere).await);

    accepted(&app, &token(&app, Some(ALICE), Some(&sid))).await;
    assert_eq!(who(&mut left).await, SIGNED_OUT);
    assert_eq!(who(&mut elsewhere).await, greeting(ALICE));
    assert_eq!(who(&mut bob).await, greeting(BOB));
    until(|| app.provider.controls.count("/oidc/token/revocation") == 1).await;
    assert_eq!(app.status_of_refresh_token(&refresh_token).await, 400);
    assert_eq!(elsewhere.get("/token").await.status, 200);

    // `sub` may be missing.
    let sid = sid_of(&mut elsewhere).await;
    accepted(&app, &token(&app, None, Some(&sid))).await;
    assert_eq!(who(&mut elsewhere).await, SIGNED_OUT);
    assert_eq!(app.store.live().await.len(), 1);
}

/// LO-07: both must be those of the session.
#[tokio::test]
async fn a_sid_of_somebody_else_ends_nothing() {
    let app = with_sid().await;
    let mut alice = app.signed_in("alice").await;
    let sid = sid_of(&mut alice).await;
    accepted(&app, &token(&app, Some(BOB), Some(&sid))).await;
    assert_eq!(who(&mut alice).await, greeting(ALICE));
}

/// LO-08, LO-23
#[tokio::test]
async fn a_logout_token_without_sid_ends_all_sessions_of_the_person_in_every_process() {
    let app = App::start().await;
    let other = app.beside().await;
    let mut sessions = vec![
        app.signed_in("alice").await,
        app.signed_in("alice").await,
        other.signed_in("alice").await,
    ];
    let mut bob = other.signed_in("bob").await;
    // Requests that were answered a moment ago do not keep a session in a process.
    for session in &mut sessions {
        assert_eq!(session.get("/token").await.status, 200);
    }
    accepted(&app, &token(&app, Some(ALICE), None)).await;
    for session in &mut sessions {
        assert_eq!(session.get("/api/closed").await.status, 303);
        let call = session.request_for("application/json", "GET", "/api/closed");
        assert_eq!(Answer::of(call).await.status, 401);
        assert_eq!(who(session).await, SIGNED_OUT);
    }
    assert_eq!(who(&mut bob).await, greeting(BOB));
    until(|| app.provider.controls.count("/oidc/token/revocation") == 3).await;
}

/// LO-09 to LO-15: what is wrong with a token is judged in `logto`; here it ends nothing.
#[tokio::test]
async fn a_token_that_is_not_valid_ends_nothing() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let controls = &app.provider.controls;
    let right = || claims(&app, Some(ALICE), None);
    let but = |name: &str, value: Value| {
        let mut claims = right();
        claims.insert(name.to_owned(), value);
        controls.sign(KIND, &claims)
    };
    let without = |name: &str| {
        let mut claims = right();
        claims.remove(name);
        controls.sign(KIND, &claims)
    };
    let now = app.auth.client().now();
    let valid = controls.sign(KIND, &right());
    let (message, _) = valid.rsplit_once('.').unwrap();
    let given = &app.provider.seen_at("/oidc/token")[0];
    for (what, token) in [
        ("nothing", String::new()),
        ("no token", "a.b.c".to_owned()),
        (
            "another signature",
            format!("{message}.{}", "A".repeat(128)),
        ),
        ("no signature", format!("{message}.")),
        ("an ID token", given.member("id_token").unwrap()),
        ("the type of no token", controls.sign(None, &right())),
        ("the type of a JWT", controls.sign(Some("JWT"), &right())),
        (
            "the type of an access token",
            controls.sign(Some("at+jwt"), &right()),
        ),
        ("no event", without("events")),
        (
            "another event",
            but("events", json!({ "https://other.example": {} })),
        ),
        (
            "an event that is no object",
            but("events", json!({ EVENT: true })),
        ),
        ("a nonce", but("nonce", "n".into())),
        (
            "another issuer",
            but("iss", "https://evil.example/oidc".into()),
        ),
        (
            "another audience",
            but("aud", "5vytaeffwruh66uabfew8".into()),
        ),
        ("no id", without("jti")),
        ("no time", without("iat")),
        ("no end", without("exp")),
        ("an end that has come", but("exp", (now - 90).into())),
        ("a time long ago", but("iat", (now - 600).into())),
        ("a time to come", but("iat", (now + 600).into())),
        ("nobody", without("sub")),
    ] {
        let answer = send(&app, &token).await;
        assert_eq!(answer.status, 400, "{what}");
        assert_eq!(answer.body, r#"{"error":"invalid_request"}"#, "{what}");
        assert!(
            answer.header("cache-control").contains("no-store"),
            "{what}"
        );
        assert_eq!(who(&mut alice).await, greeting(ALICE), "{what}");
    }
    assert_eq!(app.store.calls("is_spent"), 0);
    accepted(&app, &valid).await;
    assert_eq!(who(&mut alice).await, SIGNED_OUT);
}

/// LO-16
#[tokio::test]
async fn a_logout_token_has_an_effect_once() {
    let app = App::start().await;
    let other = app.beside().await;
    let mut alice = app.signed_in("alice").await;
    let token = token(&app, Some(ALICE), None);
    accepted(&app, &token).await;
    assert_eq!(who(&mut alice).await, SIGNED_OUT);
    app.pass(2);
    let mut again = app.signed_in("alice").await;
    for process in [&app, &other] {
        accepted(process, &token).await;
        assert_eq!(who(&mut again).await, greeting(ALICE));
    }
}

/// LO-17
#[tokio::test]
async fn while_the_store_fails_a_logout_token_is_not_used_up() {
    for call in [
        "is_spent",
        "refuse_sign_ins",
        "find_sessions",
        "load_tokens",
        "delete_session",
        "spend",
    ] {
        let app = App::start().await;
        let other = app.beside().await;
        let mut alice = app.signed_in("alice").await;
        let token = token(&app, Some(ALICE), None);
        app.store.fail_next(call, 1);
        unavailable(&app, &token).await;
        if call == "delete_session" {
            // Where the token was received the session has ended already.
            assert_eq!(who(&mut alice).await, SIGNED_OUT);
        }
        accepted(&other, &token).await;
        assert_eq!(who(&mut alice).await, SIGNED_OUT, "{call}");
        assert_eq!(app.store.live().await.len(), 0, "{call}");
        until(|| app.provider.controls.count("/oidc/token/revocation") > 0).await;
    }
}

/// LO-17: Logto sends a token once.
#[tokio::test]
async fn what_failed_is_tried_again_without_the_provider() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    app.store.fail_next("find_sessions", 1);
    unavailable(&app, &token(&app, Some(ALICE), None)).await;
    assert_eq!(who(&mut alice).await, greeting(ALICE));
    until(|| app.store.calls("spend") > 1).await;
    assert_eq!(who(&mut alice).await, SIGNED_OUT);
}

/// LO-17, LO-16: a repeated attempt is about what was there when the token came.
#[tokio::test]
async fn who_signs_in_again_before_an_attempt_is_repeated_stays_signed_in() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    app.store.fail_next("find_sessions", 1);
    unavailable(&app, &token(&app, Some(ALICE), None)).await;
    app.pass(10);
    let mut again = app.signed_in("alice").await;
    until(|| app.provider.controls.count("/oidc/token/revocation") > 0).await;
    assert_eq!(who(&mut alice).await, SIGNED_OUT);
    assert_eq!(who(&mut again).await, greeting(ALICE));
}

/// LO-17: the keys of the provider cannot be read.
#[tokio::test]
async fn a_token_that_cannot_be_judged_now_is_not_refused() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    // A process that has not read the keys yet.
    let other = app.beside().await;
    let token = token(&app, Some(ALICE), None);
    app.provider.set_down(true);
    unavailable(&other, &token).await;
    app.provider.set_down(false);
    assert_eq!(who(&mut alice).await, greeting(ALICE));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    accepted(&other, &token).await;
    assert_eq!(who(&mut alice).await, SIGNED_OUT);
}

/// LO-07: sessions go on ending after the answer.
#[tokio::test]
async fn the_answer_comes_within_a_second_however_long_it_takes() {
    let app = App::start().await;
    for _ in 0..8 {
        app.signed_in("alice").await;
    }
    app.store
        .slow_down("delete_session", Duration::from_millis(200));
    accepted(&app, &token(&app, Some(ALICE), None)).await;
    assert!(!app.store.live().await.is_empty());
    until(|| app.provider.controls.count("/oidc/token/revocation") == 8).await;
    assert_eq!(app.store.live().await.len(), 0);

    // Nothing can be promised before sign-ins are refused.
    let mut alice = app.signed_in("alice").await;
    app.store.slow_down("delete_session", Duration::ZERO);
    app.store
        .slow_down("refuse_sign_ins", Duration::from_secs(1));
    let began = Instant::now();
    unavailable(&app, &token(&app, Some(ALICE), None)).await;
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(who(&mut alice).await, greeting(ALICE));
    until(|| app.provider.controls.count("/oidc/token/revocation") == 9).await;
    assert_eq!(who(&mut alice).await, SIGNED_OUT);
}

/// LO-16: a sign-in that is on its way cannot come after the logout.
#[tokio::test]
async fn a_sign_in_that_began_before_the_logout_is_refused() {
    let app = App::start().await;
    let other = app.beside().await;
    let mut alice = app.browser();
    let callback = alice.come_back("/sign-in", "alice").await;
    let mut bob = app.browser();
    let of_bob = bob.come_back("/sign-in", "bob").await;
    app.pass(5);
    accepted(&other, &token(&app, Some(ALICE), None)).await;
    refused(&app, &mut alice, &callback).await;
    bob.get(&of_bob).await;
    assert_eq!(who(&mut bob).await, greeting(BOB));

    // At the next attempt it works, though the session at the provider is the same.
    app.pass(1);
    alice.sign_in("nobody at all").await;
    assert_eq!(who(&mut alice).await, greeting(ALICE));
}

/// LO-16: who types the password after the logout is signed in, whenever they came to the page.
#[tokio::test]
async fn a_person_who_authenticates_after_the_logout_is_signed_in() {
    let app = App::start().await;
    let mut alice = app.browser();
    let start = alice.get("/sign-in").await;
    let address = start.location().to_owned();
    accepted(&app, &token(&app, Some(ALICE), None)).await;
    app.pass(2);
    let callback = alice.at_provider(&address, "alice").await;
    alice.get(&callback).await;
    assert_eq!(who(&mut alice).await, greeting(ALICE));
}

/// LO-16: with `sid`, whenever the sign-in began; a new session at the provider has another one.
#[tokio::test]
async fn a_sign_in_of_a_session_that_has_ended_is_refused() {
    let app = with_sid().await;
    let mut alice = app.signed_in("alice").await;
    let sid = sid_of(&mut alice).await;
    let token = token(&app, Some(ALICE), Some(&sid));
    // Another tab of the same browser.
    let callback = alice.come_back("/sign-in", "nobody at all").await;
    // As long as the grant of the first sign-in lives, the code is good.
    let revocation = "/oidc/token/revocation";
    app.provider.controls.fail_next(revocation, 400, 1);
    accepted(&app, &token).await;
    until(|| app.provider.controls.count(revocation) == 1).await;
    refused(&app, &mut alice, &callback).await;
    app.pass(30);
    let callback = alice.come_back("/sign-in", "nobody at all").await;
    refused(&app, &mut alice, &callback).await;
    let mut again = app.signed_in("alice").await;
    assert_eq!(who(&mut again).await, greeting(ALICE));
}

/// LO-16: callback and logout at the same time.
#[tokio::test]
async fn of_a_callback_and_a_logout_at_once_the_logout_wins() {
    let app = App::start().await;
    for round in 0..20 {
        let mut alice = app.browser();
        let callback = alice.come_back("/sign-in", "alice").await;
        // The clock of the provider goes on while that of the application stands still.
        let mut claims = claims(&app, Some(ALICE), None);
        claims["iat"] = (app.auth.client().now() + 55).into();
        let token = app.provider.controls.sign(KIND, &claims);
        let logout = async {
            tokio::time::sleep(Duration::from_millis(2 * round)).await;
            accepted(&app, &token).await;
        };
        let (_, ()) = tokio::join!(alice.get(&callback), logout);
        assert_eq!(app.store.live().await.len(), 0, "round {round}");
        assert_eq!(who(&mut alice).await, SIGNED_OUT);
        app.pass(120);
    }
}

/// The store cannot say whether a sign-in is refused.
#[tokio::test]
async fn a_session_whose_refusal_is_not_known_is_taken_back() {
    let app = App::start().await;
    let mut alice = app.browser();
    let callback = alice.come_back("/sign-in", "alice").await;
    app.store.fail_next("refused_before", 1);
    let answer = alice.get(&callback).await;
    let page = answer.refresh();
    assert!(
        page.starts_with("/sign-in-problem?reason=unavailable"),
        "{page}"
    );
    assert_eq!(who(&mut alice).await, SIGNED_OUT);
    assert_eq!(app.store.live().await.len(), 0);
}

/// LO-20
#[tokio::test]
async fn somebody_who_is_not_signed_in_costs_nothing() {
    let app = with_sid().await;
    let mut alice = app.signed_in("alice").await;
    let requests = app.provider.controls.requests().len();
    let deleted = app.store.calls("delete_session");
    for token in [
        token(&app, Some("nobody"), None),
        token(&app, None, Some("no session")),
        token(&app, Some(ALICE), Some("no session")),
    ] {
        let looked = app.store.calls("find_sessions");
        accepted(&app, &token).await;
        assert_eq!(app.store.calls("find_sessions"), looked + 1);
    }
    assert_eq!(app.provider.controls.requests().len(), requests);
    assert_eq!(app.store.calls("delete_session"), deleted);
    assert_eq!(who(&mut alice).await, greeting(ALICE));
}

/// LO-21
#[tokio::test]
async fn only_a_form_with_one_token_is_read() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let token = token(&app, Some(ALICE), None);
    let address = format!("{}/backchannel-logout", app.at);
    let post = || browser::http().post(&address);
    let twice = [("logout_token", &token), ("logout_token", &token)];
    let json = json!({ "logout_token": token });
    let long = "x".repeat(1024 * 1024);
    let multipart = post()
        .header("content-type", "multipart/form-data; boundary=x")
        .body("--x--");
    for (request, status) in [
        (post().form(&twice), 400),
        (post().form(&[("token", &token)]), 400),
        (post(), 415),
        (post().json(&json), 415),
        (post().body(format!("logout_token={token}")), 415),
        (multipart, 415),
        (post().form(&[("logout_token", &long)]), 413),
        (
            post().form(&[("logout_token", &token), ("more", &long)]),
            413,
        ),
        (
            browser::http().get(format!("{address}?logout_token={token}")),
            405,
        ),
        (browser::http().head(&address), 405),
        (
            browser::http()
                .put(&address)
                .form(&[("logout_token", &token)]),
            405,
        ),
    ] {
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, status);
        assert!(answer.header("cache-control").contains("no-store"));
        assert_eq!(who(&mut alice).await, greeting(ALICE));
    }
    // The token alone is not in an address.
    let query = format!("{address}?logout_token={token}");
    let empty: [(&str, &str); 0] = [];
    let answer = Answer::of(browser::http().post(query).form(&empty)).await;
    assert_eq!(answer.status, 400);
    // Other parameters are of no interest.
    let more = [("logout_token", token.as_str()), ("more", "1")];
    assert_eq!(Answer::of(post().form(&more)).await.status, 200);
    assert_eq!(who(&mut alice).await, SIGNED_OUT);
}

/// LO-22, CS-13
#[tokio::test]
async fn cookies_and_origins_mean_nothing() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let mut bob = app.signed_in("bob").await;
    let (name, value) = (alice.cookie_name("logto-session"), alice.session().unwrap());
    let doubled = format!("{name}={value}; {name}={value}");
    for (number, cookie) in [
        alice
            .session()
            .map(|value| format!("{name}={value}"))
            .unwrap(),
        doubled,
    ]
    .into_iter()
    .enumerate()
    {
        let token = token(&app, Some(BOB), None);
        let request = browser::http()
            .post(format!("{}/backchannel-logout", app.at))
            .header("cookie", cookie)
            .header("origin", "https://evil.example")
            .header("sec-fetch-site", "cross-site")
            .form(&[("logout_token", token)]);
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 200, "{number}: {}", answer.body);
        assert!(answer.set_cookies().is_empty());
    }
    assert_eq!(who(&mut alice).await, greeting(ALICE));
    assert_eq!(who(&mut bob).await, SIGNED_OUT);
}

/// LO-23: the provider itself sends it, when somebody signs out elsewhere.
#[tokio::test]
async fn a_sign_out_elsewhere_ends_the_session_here() {
    for session_required in [true, false] {
        let app = App::with(|setup| setup.backchannel_logout = Some(session_required)).await;
        let mut alice = app.signed_in("alice").await;
        app.provider.controls.end_sessions("alice").await;
        assert_eq!(who(&mut alice).await, SIGNED_OUT);
        assert_eq!(app.store.live().await.len(), 0);
    }
}

/// LO-01, LO-20: the application that signs somebody out is notified, too.
#[tokio::test]
async fn after_a_sign_out_of_ones_own_one_can_sign_in_again_at_once() {
    let app = with_sid().await;
    let mut alice = app.signed_in("alice").await;
    let out = alice.post("/sign-out").await;
    let address = out.location().to_owned();
    alice.end_session(&address).await;
    assert_eq!(app.store.calls("refuse_sign_ins"), 1);
    alice.sign_in("alice").await;
    assert_eq!(who(&mut alice).await, greeting(ALICE));
}
