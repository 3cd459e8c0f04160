//! What comes back to the callback, and what is believed of it.

use dev_idp::Tamper;

use crate::support::{ALICE, Answer, App, Browser, SIGNED_OUT, greeting};

/// Changes or drops one parameter of an address.
fn with(address: &str, name: &str, value: Option<&str>) -> String {
    let mut url = url::Url::parse(address).unwrap();
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    pairs.retain(|(held, _)| held != name);
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url.into()
}

async fn came_back(app: &App) -> (Browser, String) {
    let mut browser = app.browser();
    let back = browser
        .come_back("/sign-in?return_to=/profile", "alice")
        .await;
    (browser, back)
}

fn problem(reason: &str) -> String {
    format!("/sign-in-problem?reason={reason}")
}

#[track_caller]
fn assert_problem(answer: &Answer, reason: &str) {
    let location = if reason == "unavailable" {
        answer.refresh()
    } else {
        assert_eq!(answer.status, 303);
        answer.location()
    };
    let exact = location == problem(reason);
    let with_way_back = location == format!("{}&return_to=%2Fprofile", problem(reason));
    assert!(exact || with_way_back, "{location}");
    assert_eq!(answer.set_cookie("logto-session"), None);
}

/// CB-03
#[tokio::test]
async fn callback_refuses_a_state_it_did_not_issue() {
    let app = App::start().await;
    let (mut browser, back) = came_back(&app).await;
    let state = url::Url::parse(&back).unwrap();
    let state = state
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    let last = if state.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{last}", &state[..state.len() - 1]);
    for state in [None, Some(""), Some("unknown"), Some(changed.as_str())] {
        let answer = browser.get(&with(&back, "state", state)).await;
        assert_problem(&answer, "expired");
    }
    app.assert_nothing_happened().await;
    // None of these used the real one up.
    assert_eq!(browser.get(&back).await.location(), "/profile");
}

/// CB-04: login CSRF. The attacker's link, opened by somebody else.
#[tokio::test]
async fn callback_refuses_the_state_of_another_browser() {
    let app = App::start().await;
    let (_, back) = came_back(&app).await;
    let mut stranger = app.browser();
    assert_problem(&stranger.get(&back).await, "expired");
    // Also one that has a pending sign-in of its own.
    stranger.get("/sign-in").await;
    assert_problem(&stranger.get(&back).await, "expired");
    app.assert_nothing_happened().await;
}

/// CB-05: the attacker's code put into the victim's answer. The provider is asked, and refuses by
/// PKCE.
#[tokio::test]
async fn callback_does_not_sign_in_with_somebody_elses_code() {
    let app = App::start().await;
    let (_, attackers) = came_back(&app).await;
    let (mut victim, own) = came_back(&app).await;
    let code = url::Url::parse(&attackers).unwrap();
    let code = code
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap()
        .1
        .into_owned();
    let answer = victim.get(&with(&own, "code", Some(&code))).await;
    assert_problem(&answer, "refused");
    assert!(app.store.live().await.is_empty());
}

/// CB-07: F5, Back, a double click.
#[tokio::test]
async fn a_replayed_callback_leads_a_signed_in_person_into_the_app() {
    let app = App::start().await;
    let (mut browser, back) = came_back(&app).await;
    browser.get(&back).await;
    let (requests, session) = (
        app.provider.token_requests(),
        browser.session().unwrap().to_owned(),
    );
    let again = browser.get(&back).await;
    assert_eq!((again.status, again.location()), (303, "/"));
    assert_eq!(app.provider.token_requests(), requests);
    assert_eq!(browser.session(), Some(session.as_str()));
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// CB-07: when nobody is signed in any more.
#[tokio::test]
async fn a_replayed_callback_signs_nobody_in_again() {
    let app = App::start().await;
    let (mut browser, back) = came_back(&app).await;
    browser.get(&back).await;
    browser.post("/sign-out").await;
    let requests = app.provider.token_requests();
    assert_problem(&browser.get(&back).await, "expired");
    assert_eq!(app.provider.token_requests(), requests);
    assert!(app.store.live().await.is_empty());
}

/// CB-06, CB-07: a double click drops the first answer, so that each has the cookie of the session.
#[tokio::test]
async fn of_twenty_callbacks_at_once_one_exchanges_the_code_and_all_land_with_the_session() {
    let app = App::start().await;
    let (browser, back) = came_back(&app).await;
    app.provider.controls.delay_next("/oidc/token", 200);
    let callbacks = (0..20).map(|_| {
        let (mut browser, back) = (browser.clone(), back.clone());
        tokio::spawn(async move {
            let response = browser.get(&back).await;
            (response.location().to_owned(), browser)
        })
    });
    let mut sessions = std::collections::HashSet::new();
    for callback in callbacks.collect::<Vec<_>>() {
        let (location, mut browser) = callback.await.unwrap();
        assert_eq!(location, "/profile");
        assert_eq!(browser.get("/").await.body, greeting(ALICE));
        sessions.insert(browser.session().unwrap().to_owned());
    }
    assert_eq!(sessions.len(), 1);
    assert_eq!(app.provider.token_requests(), 1);
    assert_eq!(app.store.live().await.len(), 1);
}

/// CB-07: the browser gave up the first answer, and asks again with what it had.
#[tokio::test]
async fn a_callback_whose_answer_was_lost_lands_at_the_second_try() {
    let app = App::start().await;
    let (browser, back) = came_back(&app).await;
    let mut again = browser.clone();
    browser.clone().get(&back).await;
    let response = again.get(&back).await;
    assert_eq!((response.status, response.location()), (303, "/profile"));
    assert_eq!(again.get("/").await.body, greeting(ALICE));
    assert_eq!(app.provider.token_requests(), 1);
    // Not in another browser, and not in another process.
    assert_problem(&app.browser().get(&back).await, "expired");
    let mut elsewhere = browser.clone();
    elsewhere.at = app.beside().await.at;
    assert_problem(&elsewhere.get(&back).await, "expired");
    assert_eq!(app.store.live().await.len(), 1);
}

/// CB-08
#[tokio::test]
async fn after_ten_minutes_the_sign_in_is_no_longer_open() {
    let app = App::start().await;
    let mut browser = app.browser();
    let start = browser
        .get("/sign-in?return_to=/profile")
        .await
        .location()
        .to_owned();
    app.pass(600);
    // The person was slow; the code itself is fresh.
    let back = browser.at_provider(&start, "alice").await;
    assert_problem(&browser.get(&back).await, "expired");
    app.assert_nothing_happened().await;

    let start = browser
        .get("/sign-in?return_to=/profile")
        .await
        .location()
        .to_owned();
    app.pass(590);
    let back = browser.at_provider(&start, "alice").await;
    assert_eq!(browser.get(&back).await.location(), "/profile");
}

/// CB-11, CB-12
#[tokio::test]
async fn callback_refuses_an_answer_from_another_provider() {
    let app = App::start().await;
    let issuer = app.provider.controls.issuer();
    let slash = format!("{issuer}/");
    let upper = issuer.to_uppercase();
    for iss in [
        None,
        Some(""),
        Some("https://evil.example/oidc"),
        Some(slash.as_str()),
        Some(upper.as_str()),
    ] {
        let (mut browser, back) = came_back(&app).await;
        let answer = browser.get(&with(&back, "iss", iss)).await;
        assert_problem(&answer, "invalid");
        // It was used up: no second try with another `iss`.
        assert_problem(&browser.get(&back).await, "expired");
    }
    app.assert_nothing_happened().await;
}

/// CB-14
#[tokio::test]
async fn an_error_of_the_provider_leads_to_a_calm_page_and_no_new_sign_in() {
    let app = App::start().await;
    for (error, reason) in [
        ("access_denied", "cancelled"),
        ("login_required", "refused"),
        ("consent_required", "refused"),
        ("server_error", "unavailable"),
        ("temporarily_unavailable", "unavailable"),
        ("something_new", "refused"),
        ("", "refused"),
    ] {
        let (mut browser, back) = came_back(&app).await;
        let answer = with(&with(&back, "code", None), "error", Some(error));
        assert_problem(&browser.get(&answer).await, reason);
        assert_problem(&browser.get(&answer).await, "expired");
    }
    app.assert_nothing_happened().await;
}

/// CB-14: an error is believed only from the provider that was asked.
#[tokio::test]
async fn an_error_without_the_right_state_and_issuer_is_not_believed() {
    let app = App::start().await;
    let (mut browser, back) = came_back(&app).await;
    let error = with(&with(&back, "code", None), "error", Some("access_denied"));
    assert_problem(
        &browser.get(&with(&error, "state", Some("x"))).await,
        "expired",
    );
    assert_problem(
        &browser
            .get(&with(&error, "iss", Some("https://evil.example")))
            .await,
        "invalid",
    );
    app.assert_nothing_happened().await;
}

/// CB-16
#[tokio::test]
async fn an_answer_with_error_and_code_is_an_error() {
    let app = App::start().await;
    let (mut browser, back) = came_back(&app).await;
    let answer = browser
        .get(&with(&back, "error", Some("access_denied")))
        .await;
    assert_problem(&answer, "cancelled");
    app.assert_nothing_happened().await;
}

/// CB-15
#[tokio::test]
async fn a_description_is_never_echoed() {
    let app = App::start().await;
    let (mut browser, back) = came_back(&app).await;
    let markup = format!(
        "<script>alert(1)</script>\u{202e}\r\nSet-Cookie: evil=1{}",
        "x".repeat(9_000)
    );
    let mut answer = with(&with(&back, "code", None), "error", Some("<b>evil</b>"));
    answer = with(&answer, "error_description", Some(&markup));
    let response = browser.get(&answer).await;
    assert_problem(&response, "refused");
    assert_eq!(response.body, "");
    for (name, value) in &response.headers {
        let value = value.to_str().unwrap();
        assert!(
            !value.contains("evil") && !value.contains("script"),
            "{name}: {value}"
        );
    }
    let page = browser.get(response.location()).await;
    assert!(!page.body.contains("script"));
    app.assert_nothing_happened().await;
}

/// CB-17
#[tokio::test]
async fn tokens_in_the_url_are_refused() {
    let app = App::start().await;
    for name in ["access_token", "id_token", "refresh_token"] {
        for keep_code in [false, true] {
            let (mut browser, back) = came_back(&app).await;
            let code = if keep_code {
                back.clone()
            } else {
                with(&back, "code", None)
            };
            assert_problem(
                &browser.get(&with(&code, name, Some("evil"))).await,
                "invalid",
            );
        }
    }
    app.assert_nothing_happened().await;
}

/// Logto's consent page, cancelled: it sends the browser to the bare address.
#[tokio::test]
async fn a_bare_callback_is_a_cancelled_sign_in() {
    let app = App::start().await;
    let (mut browser, back) = came_back(&app).await;
    assert_problem(&browser.get("/callback").await, "cancelled");
    assert_problem(&browser.get("/callback?").await, "cancelled");
    assert_problem(&app.browser().get("/callback?unknown=1").await, "cancelled");
    app.assert_nothing_happened().await;
    assert_eq!(
        browser.get(&back).await.location(),
        "/profile",
        "another tab can finish"
    );
}

#[tokio::test]
async fn an_answer_without_code_or_with_an_empty_one_is_refused() {
    let app = App::start().await;
    for code in [None, Some("")] {
        let (mut browser, back) = came_back(&app).await;
        assert_problem(&browser.get(&with(&back, "code", code)).await, "invalid");
    }
    app.assert_nothing_happened().await;
}

/// CB-18
#[tokio::test]
async fn only_get_uses_the_code_up() {
    let app = App::start().await;
    let (mut browser, back) = came_back(&app).await;
    for method in ["HEAD", "OPTIONS", "POST", "PUT", "DELETE"] {
        let request = browser
            .request(method, &back)
            .header("origin", app.base.clone());
        assert_eq!(Answer::of(request).await.status, 405, "{method}");
    }
    // As Logto would post it with response_mode=form_post: from another site.
    let foreign = browser
        .request("POST", "/callback")
        .header("origin", "https://logto.example");
    assert_eq!(Answer::of(foreign).await.status, 403);
    app.assert_nothing_happened().await;
    assert_eq!(browser.get(&back).await.location(), "/profile");
}

/// FZ-01: a long query is refused before anything is looked at.
#[tokio::test]
async fn a_query_that_is_too_long_is_refused() {
    let app = App::start().await;
    let mut browser = app.browser();
    let answer = browser
        .get(&format!("/callback?code={}", "a".repeat(17 * 1024)))
        .await;
    assert_problem(&answer, "invalid");
    app.assert_nothing_happened().await;
}

/// RP-02, RP-04, RP-05, RP-10 to RP-15: each ends on the problem page, with no session and no
/// cookie.
#[tokio::test]
async fn an_id_token_that_does_not_check_out_makes_no_session() {
    for tamper in [
        Tamper::WrongNonce,
        Tamper::WrongAudience,
        Tamper::WrongIssuer,
        Tamper::Expired,
        Tamper::BadSignature,
        Tamper::AlgNone,
        Tamper::MissingSubject,
        Tamper::IssuedInFuture,
    ] {
        let reason = match tamper {
            Tamper::Expired | Tamper::IssuedInFuture => "clock",
            _ => "invalid",
        };
        let app = App::start().await;
        let (mut browser, back) = came_back(&app).await;
        app.provider.controls.tamper(tamper);
        assert_problem(&browser.get(&back).await, reason);
        assert_eq!(browser.get("/").await.body, SIGNED_OUT, "{tamper:?}");
        assert!(app.store.live().await.is_empty(), "{tamper:?}");
        assert_eq!(
            app.provider.token_requests(),
            1,
            "{tamper:?}: not tried again"
        );
    }
}

/// RP-20, RP-21
#[tokio::test]
async fn keys_that_change_during_a_sign_in_are_read_again() {
    let app = App::start().await;
    app.signed_in("bob").await;
    let (mut browser, back) = came_back(&app).await;
    app.provider.controls.rotate_signing_key();
    app.provider.controls.rotate_signing_key();
    assert_eq!(browser.get(&back).await.location(), "/profile");
    assert_eq!(app.provider.controls.count("/oidc/jwks"), 2);
}

/// CB-22: who was signed in before stays so when another sign-in fails.
#[tokio::test]
async fn a_failed_sign_in_leaves_the_session_of_before() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let session = browser.session().unwrap().to_owned();
    let back = browser.come_back("/sign-in", "alice").await;
    app.provider.controls.tamper(Tamper::WrongNonce);
    assert_problem(&browser.get(&back).await, "invalid");
    assert_eq!(browser.session(), Some(session.as_str()));
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    assert_eq!(browser.get("/token").await.status, 200);
}

/// SE-02: two tabs finish together, and neither request knows of the other's session.
#[tokio::test]
async fn two_sign_ins_that_one_browser_finishes_together_leave_one_session() {
    for other in ["alice", "bob"] {
        let app = App::start().await;
        let mut browser = app.browser();
        let first = browser.come_back("/sign-in?return_to=/1", "alice").await;
        browser.provider_cookies.clear();
        let second = browser.come_back("/sign-in?return_to=/2", other).await;
        let (mut one, mut two) = (browser.clone(), browser.clone());
        app.provider.controls.delay_next("/oidc/token", 100);
        let (response, also) = tokio::join!(one.get(&first), two.get(&second));
        assert_eq!((response.location(), also.location()), ("/1", "/2"));
        assert_eq!(app.store.live().await.len(), 1, "{other}");
        // A sign-in in another browser adds a session.
        app.signed_in("alice").await;
        assert_eq!(app.store.live().await.len(), 2);
    }
}

/// CB-04: the name of a pending sign-in of another browser is no secret. Its content is, and
/// counts.
#[tokio::test]
async fn the_name_of_a_pending_sign_in_of_another_browser_ends_no_session() {
    let app = App::start().await;
    let mut honest = app.browser();
    let back = honest.come_back("/sign-in", "alice").await;
    let pending = |browser: &Browser| {
        let names = browser.cookies.keys();
        names.filter(|name| name.contains("sign-in")).min().cloned()
    };
    let name = pending(&honest).unwrap();
    honest.get(&back).await;
    assert_eq!(app.store.live().await.len(), 1);
    let mut stranger = app.browser();
    // The least name is what a browser is known by.
    let own = loop {
        let back = stranger.come_back("/sign-in", "bob").await;
        if pending(&stranger).unwrap() > name {
            break back;
        }
        stranger.cookies.clear();
        stranger.provider_cookies.clear();
    };
    stranger.cookies.insert(name, "forged".to_owned());
    stranger.get(&own).await;
    assert_eq!(app.store.live().await.len(), 2);
}

/// A browser that hung up never learns of its session, which ends soon; one that is used lives as
/// long as any.
#[tokio::test]
async fn a_session_that_its_browser_never_used_ends_after_ten_minutes() {
    let app = App::start().await;
    let (browser, back) = came_back(&app).await;
    app.provider.controls.delay_next("/oidc/token", 300);
    let mut impatient = browser.clone();
    impatient.http = crate::support::browser::http();
    let request = impatient.request("GET", &back);
    let hanging = tokio::spawn(async move { request.send().await });
    crate::support::until(|| app.provider.token_requests() == 1).await;
    hanging.abort();
    let _ = hanging.await;
    drop(impatient);
    crate::support::until(|| app.store.calls("save_tokens") == 1).await;
    let live = app.store.live().await;
    let day = 24 * 3600;
    let seen_at = app.store.row(&live[0]).await.unwrap().seen_at;
    app.signed_in("alice").await;
    let live = app.store.live().await;
    let used = app.store.row(&live[1]).await.unwrap().seen_at;
    assert_eq!(used - seen_at, day - 600);
}

/// Whatever the cause is, the third sign-in for one page within a minute ends at the problem page.
#[tokio::test]
async fn a_browser_that_does_not_keep_its_session_is_not_sent_into_a_redirect_loop() {
    let app = App::start().await;
    let mut browser = app.browser();
    for _ in 0..2 {
        let back = browser
            .come_back("/sign-in?return_to=/profile", "alice")
            .await;
        assert_eq!(browser.get(&back).await.location(), "/profile");
        let session = browser.cookie_name("logto-session");
        browser.cookies.remove(&session);
        let guarded = browser.get("/profile").await;
        assert_eq!(guarded.location(), "/sign-in?return_to=%2Fprofile");
    }
    let other = browser.clone().get("/sign-in?return_to=/org/x").await;
    assert!(other.sent("state").is_some(), "each page is counted alone");
    let mut later = browser.clone();
    let stopped = browser.get("/sign-in?return_to=/profile").await;
    assert_problem(&stopped, "loop");
    // The next sign-in after the problem page starts a new count, and so does waiting.
    let again = browser.get("/sign-in?return_to=/profile").await;
    assert!(again.sent("state").is_some());
    app.pass(60);
    let again = later.get("/sign-in?return_to=/profile").await;
    assert!(again.sent("state").is_some());
}

/// Somebody who signs out and in again, or goes back and forth without finishing, is in no loop.
#[tokio::test]
async fn honest_sign_ins_in_a_row_are_no_loop() {
    let app = App::start().await;
    let mut browser = app.browser();
    for _ in 0..4 {
        browser.sign_in("alice").await;
        browser.post("/sign-out").await;
    }
    for _ in 0..6 {
        let start = browser.get("/sign-in").await;
        assert!(start.sent("state").is_some());
    }
}

/// CB-15: the details for developers come by no link, and only with the option for them.
#[tokio::test]
async fn developers_see_the_text_of_the_log_and_nobody_else_does() {
    for show_errors in [true, false] {
        let app = App::with(|setup| {
            setup.show_errors = show_errors;
            setup.secret = Some("wrong-secret");
        })
        .await;
        let (mut browser, back) = came_back(&app).await;
        let response = browser.get(&back).await;
        assert_problem(&response, "refused");
        let page = browser.get(response.location()).await.body;
        if show_errors {
            assert!(page.contains("invalid_client"), "{page}");
            assert!(page.contains("LOGTO_APP_SECRET"), "{page}");
            assert!(!page.contains("wrong-secret"), "{page}");
        } else {
            assert_eq!(page, "a problem");
        }
        assert_eq!(
            app.browser().get(response.location()).await.body,
            "a problem"
        );
        let other = browser.get("/sign-in-problem?reason=expired").await;
        assert_eq!(other.body, "a problem");
        app.pass(301);
        assert_eq!(browser.get(response.location()).await.body, "a problem");
    }
}

/// CB-07, SE-09: within the seconds in which the outcome of a callback is kept, its session may
/// end.
#[tokio::test]
async fn a_repeated_callback_sets_no_cookie_of_a_session_that_has_ended() {
    let app = App::start().await;
    let (browser, back) = came_back(&app).await;
    let mut signed_in = browser.clone();
    signed_in.get(&back).await;
    signed_in.get("/").await;
    signed_in.post("/sign-out").await;
    // The cookie of the pending sign-in is still there, as in a copy of the tab.
    let repeated = browser.clone().get(&back).await;
    assert_problem(&repeated, "expired");
    assert_eq!(app.provider.token_requests(), 1);

    // The session ended because another sign-in of the browser replaced it: that one stays.
    let (browser, back) = came_back(&app).await;
    let mut newer = browser.clone();
    newer.get(&back).await;
    newer.sign_in("bob").await;
    let session = newer.session().unwrap().to_owned();
    newer.cookies.extend(browser.cookies.clone());
    let repeated = newer.get(&back).await;
    assert_eq!((repeated.status, repeated.location()), (303, "/"));
    assert_eq!(repeated.set_cookie("logto-session"), None);
    assert_eq!(newer.session(), Some(session.as_str()));
}

/// OU-12: whether the session still is there is not known, so the address can be opened once more.
#[tokio::test]
async fn a_repeated_callback_waits_for_a_store_that_does_not_answer() {
    let app = App::start().await;
    let (browser, back) = came_back(&app).await;
    browser.clone().get(&back).await;
    let mut again = browser.clone();
    app.store.set_failing(true);
    assert_problem(&again.get(&back).await, "unavailable");
    app.store.set_failing(false);
    assert_eq!(again.get(&back).await.location(), "/profile");
    assert_eq!(again.get("/").await.body, greeting(ALICE));
}

/// SE-21: a callback without a code uses nothing up, and anybody can send one.
#[tokio::test]
async fn callbacks_without_a_code_leave_no_row_in_the_store() {
    let app = App::start().await;
    let (browser, back) = came_back(&app).await;
    let error = with(&with(&back, "code", None), "error", Some("access_denied"));
    let other_issuer = with(&error, "iss", Some("https://evil.example"));
    let no_answer = with(&back, "code", None);
    for number in 0..5 {
        let (mut pending, mut stranger) = (browser.clone(), app.browser());
        for address in [
            &error,
            &other_issuer,
            &no_answer,
            &format!("/callback?error=e{number}&state=s{number}"),
        ] {
            pending.get(address).await;
            stranger.get(address).await;
        }
    }
    for _ in 0..2 {
        let (mut another, back) = came_back(&app).await;
        let error = with(&with(&back, "code", None), "error", Some("server_error"));
        another.get(&error).await;
    }
    for call in ["spend", "create_session", "save_tokens"] {
        assert_eq!(app.store.calls(call), 0, "{call}");
    }
    app.assert_nothing_happened().await;
}

/// CB-04, SE-13: a sibling host can set cookies for the parent domain, but none whose name begins
/// with `__Host-`. No other name is taken for it.
#[tokio::test]
async fn on_https_a_pending_sign_in_that_a_sibling_host_set_is_not_used() {
    let app =
        App::with(|setup| setup.base_url = Some("https://app.example".parse().unwrap())).await;
    let (attacker, back) = came_back(&app).await;
    let mut pending = attacker.cookies.iter();
    let (name, value) = pending
        .find(|(name, _)| name.starts_with("__Host-logto-sign-in-"))
        .unwrap();
    let plain = name.strip_prefix("__Host-").unwrap();
    for set in [
        plain.to_owned(),
        format!("__Secure-{plain}"),
        format!("__host-{plain}"),
        format!("%5F%5FHost-{plain}"),
        format!("__Host%2D{plain}"),
    ] {
        let mut victim = app.browser();
        victim.cookies.insert(set.clone(), value.clone());
        assert_problem(&victim.get(&back).await, "expired");
    }
    app.assert_nothing_happened().await;
    // Under its own name, which browsers let nobody else set, it is the attacker's own sign-in.
    assert_eq!(attacker.clone().get(&back).await.location(), "/profile");
}

/// CB-04: whoever can set the cookie of a pending sign-in can set that of a session, too: a second
/// cookie that the first one is bound to would protect from nobody. (On http, another port of the
/// host can; on https, the prefix `__Host-` rules it out.)
#[tokio::test]
async fn whoever_can_set_cookies_needs_no_pending_sign_in_to_sign_somebody_in() {
    let app = App::start().await;
    let (attacker, back) = came_back(&app).await;
    let mut by_pending = app.browser();
    by_pending.cookies.extend(attacker.cookies.clone());
    assert_eq!(by_pending.get(&back).await.location(), "/profile");

    let attacker = app.signed_in("alice").await;
    let mut by_session = app.browser();
    by_session.cookies.extend(attacker.cookies.clone());
    for browser in [&mut by_pending, &mut by_session] {
        assert_eq!(browser.get("/").await.body, greeting(ALICE));
    }
}

/// CB-15: the sealed detail of another browser's failed sign-in shows only where developers are to
/// see details, for the reason it was made for, for five minutes, and never in production, which
/// has the same keys.
#[tokio::test]
async fn the_detail_for_developers_shows_nothing_in_production() {
    let app = App::with(|setup| {
        setup.show_errors = true;
        setup.secret = Some("wrong-secret");
    })
    .await;
    let (mut developer, back) = came_back(&app).await;
    let response = developer.get(&back).await;
    assert!(
        developer
            .get(response.location())
            .await
            .body
            .contains("invalid_client")
    );
    // It is the same base URL, the same keys and the same cookies, without `show_errors`.
    let production = app.beside().await;
    let mut there = developer.clone();
    there.at.clone_from(&production.at);
    assert_eq!(there.get(response.location()).await.body, "a problem");
}
