//! Access tokens: one refresh at a time, stored at once, and what each failure means.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use dev_idp::Tamper;
use logto::SigningAlgorithm;
use serde_json::Value;

use crate::support::{
    ACME, ALICE, App, BILLING, Browser, GLOBEX, SHOP, SIGNED_OUT, greeting, until,
};

const HOUR: i64 = 3600;

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A session whose access token has run out.
async fn with_an_expired_token() -> (App, Browser) {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    app.pass(HOUR + 1);
    (app, browser)
}

/// Refreshes after the sign-in.
fn refreshes(app: &App) -> usize {
    app.provider.token_requests() - 1
}

#[tokio::test]
async fn a_fresh_token_is_given_without_a_question() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let first = browser.get("/token").await.body;
    assert_eq!(browser.get("/token").await.body, first);
    assert_eq!(refreshes(&app), 0);
    assert_eq!(app.browser().get("/token").await.status, 401);
}

/// RF-15: a minute before its end, or up to a quarter of that later.
#[tokio::test]
async fn a_token_is_replaced_a_minute_before_its_end() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let first = browser.get("/token").await.body;
    app.pass(HOUR - 61);
    assert_eq!(browser.get("/token").await.body, first);
    app.pass(16);
    assert_ne!(browser.get("/token").await.body, first);
    assert_eq!(refreshes(&app), 1);
}

/// RF-10, RF-15, OU-02: the early replacement is a precaution, whose failure harms nobody.
#[tokio::test]
async fn in_its_last_minute_a_token_serves_while_it_cannot_be_replaced() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let first = browser.get("/token").await.body;
    app.pass(HOUR - 20);
    for status in [500, 502, 503, 429, 408] {
        app.provider.controls.fail_next("/oidc/token", status, 1);
        assert_eq!(browser.get("/token").await.body, first, "{status}");
    }
    assert_eq!(refreshes(&app), 5, "each time it was tried");
    app.provider.set_down(true);
    assert_eq!(browser.get("/token").await.body, first);
    app.pass(20);
    assert_eq!(browser.get("/token").await.status, 502, "it has ended");
    app.provider.set_down(false);
    assert_ne!(browser.get("/token").await.body, first);
}

/// RF-10: nor is a silent provider waited for as long as by somebody without a token.
#[tokio::test]
async fn in_its_last_minute_a_token_serves_soon_while_the_provider_hangs() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let first = browser.get("/token").await.body;
    app.pass(HOUR - 20);
    app.provider.controls.delay_next("/oidc/token", 60_000);
    let began = Instant::now();
    assert_eq!(browser.get("/token").await.body, first);
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(
        browser.get("/user-info").await.status,
        200,
        "the token works"
    );
}

/// RF-15: nothing can be done with a token that has ended by the time its replacement is late.
#[tokio::test]
async fn in_its_last_seconds_a_token_is_no_reason_to_wait_less() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let first = browser.get("/token").await.body;
    app.pass(HOUR - 1);
    app.provider.controls.delay_next("/oidc/token", 2000);
    let second = browser.get("/token").await;
    assert_eq!(second.status, 200);
    assert_ne!(second.body, first);
}

/// RF-15: also such a token is kept.
#[tokio::test]
async fn tokens_that_live_five_seconds_are_not_replaced_at_every_call() {
    let app = App::start().await;
    let life = format!(
        "http://{}/controls/people/alice/access-token-life",
        app.provider.controls.address()
    );
    let form = [("seconds", "5")];
    let set = crate::support::browser::http().put(life).form(&form).send();
    assert!(set.await.unwrap().status().is_success());
    let mut browser = app.signed_in("alice").await;
    for _ in 0..10 {
        assert_eq!(browser.get("/token").await.status, 200);
    }
    assert_eq!(refreshes(&app), 0, "the one of the sign-in serves");
    app.pass(4);
    for _ in 0..10 {
        assert_eq!(browser.get("/token").await.status, 200);
    }
    assert_eq!(refreshes(&app), 1);
}

/// RF-19: olga is in fifty organizations, and Logto takes four seconds for each token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_too_long_gets_a_timeout_while_most_are_served() {
    let app = App::start().await;
    let mut browser = app.signed_in("olga").await;
    // Only the first refresh of a process is made alone.
    assert_eq!(browser.get("/obtain?fresh=now").await.status, 200);
    let fixture = app.provider.controls.fixture();
    let olga = fixture.users.iter().find(|user| user.username == "olga");
    let organizations = olga.unwrap().organizations.iter().take(12);
    let mut asked = Vec::new();
    for membership in organizations {
        app.provider.controls.delay_next("/oidc/token", 4000);
        let (mut tab, id) = (browser.clone(), membership.id.clone());
        asked.push(tokio::spawn(async move {
            let began = Instant::now();
            let answer = tab.get(&format!("/token?organization={id}")).await;
            (id, answer.status, began.elapsed())
        }));
    }
    let (mut served, mut late) = (0, Vec::new());
    for one in asked {
        let (id, status, waited) = one.await.unwrap();
        assert!(waited < Duration::from_secs(7), "{waited:?}");
        match status {
            200 => served += 1,
            504 => late.push(id),
            status => panic!("{status}"),
        }
    }
    assert!(served >= 8, "{served} of 12 were served");
    assert_eq!(refreshes(&app), 13, "the work goes on");
    // What the others asked for is there soon.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut later = browser.clone();
    for id in late {
        let answer = later.get(&format!("/token?organization={id}")).await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(refreshes(&app), 13);
}

/// RF-19: a caller whose turn has not come by then sends no request later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_a_hanging_refresh_gives_up_after_six_seconds() {
    let app = App::with(|setup| setup.timeout = Duration::from_secs(20)).await;
    let mut browser = app.signed_in("alice").await;
    app.pass(HOUR + 1);
    app.provider.controls.delay_next("/oidc/token", 60_000);
    let mut tab = browser.clone();
    let began = Instant::now();
    let (one, two) = tokio::join!(browser.get("/token"), tab.get("/user-info"));
    assert_eq!((one.status, two.status), (504, 504));
    let waited = began.elapsed();
    assert!(
        waited > Duration::from_secs(5) && waited < Duration::from_secs(8),
        "{waited:?}"
    );
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    assert_eq!(refreshes(&app), 1);
}

/// RF-08: Logto has replaced the refresh token, and its answer is lost.
#[tokio::test]
async fn a_lost_answer_to_a_refresh_loses_no_session() {
    let (app, mut browser) = with_a_rotating_token().await;
    let first = app.refresh_token();
    app.provider.controls.lose_next("/oidc/token", 1);
    assert_eq!(browser.get("/token").await.status, 200);
    assert_eq!(refreshes(&app), 2, "the same once more");
    assert_ne!(app.refresh_token(), first);
    app.pass(4);
    let shop = format!("/token?resource={SHOP}");
    assert_eq!(
        browser.get(&shop).await.status,
        200,
        "after the grace of 3 s"
    );
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// L2: a provider that fails says nothing about a session, whatever its error text is.
#[tokio::test]
async fn invalid_grant_with_another_status_than_400_or_401_ends_no_session() {
    let (app, mut browser) = with_an_expired_token().await;
    for status in [500, 503] {
        let body = r#"{"error":"invalid_grant"}"#;
        app.provider.answer_next("/oidc/token", status, body);
        assert_eq!(browser.get("/token").await.status, 502, "{status}");
        assert_eq!(browser.get("/").await.body, greeting(ALICE));
    }
    assert_eq!(browser.get("/token").await.status, 200);
}

/// OU-10: until the time that Logto named has passed, it is not asked, and pages say when to come
/// again.
#[tokio::test]
async fn a_rate_limit_of_the_provider_is_honoured() {
    let (app, mut browser) = with_an_expired_token().await;
    app.provider.limit_next("/oidc/token", 30);
    assert_eq!(browser.get("/token").await.status, 502);
    let asked = app.provider.token_and_user_info_requests();
    for path in ["/token", "/user-info"] {
        assert_eq!(browser.get(path).await.status, 502, "{path}");
    }
    let page = browser.get("/writers").await;
    assert_eq!((page.status, page.header("retry-after")), (503, "30"));
    assert_eq!(app.provider.token_and_user_info_requests(), asked);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    app.pass(30);
    assert_eq!(browser.get("/token").await.status, 200);
    assert_eq!(browser.get("/writers").await.status, 200);
}

/// L11
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn userinfo_is_asked_once_for_all_who_wait_for_it() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let asked = || app.provider.controls.count("/oidc/me");
    // Long enough that all twenty are there before the answer is, on a busy machine too.
    app.provider.controls.delay_next("/oidc/me", 3000);
    let answers = browser.get("/user-infos").await.body;
    assert_eq!((answers, asked()), (format!("[({ALICE:?}, 20)]"), 1));
    app.provider.controls.delay_next("/oidc/me", 3000);
    app.provider.controls.fail_next("/oidc/me", 503, 1);
    let answers = browser.get("/user-infos").await.body;
    assert_eq!((answers.as_str(), asked()), ("[(\"provider\", 20)]", 2));
    browser.get("/user-info").await;
    assert_eq!(asked(), 3, "a later request is sent again");
}

/// L11
#[tokio::test]
async fn organization_claims_are_asked_for_once_a_minute_and_again_when_the_scopes_change() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let asked = || app.provider.controls.count("/oidc/me");
    for _ in 0..3 {
        let info: Value =
            serde_json::from_str(&browser.get("/recent-organization-claims").await.body).unwrap();
        assert_eq!(info["sub"], ALICE);
    }
    assert_eq!(asked(), 1);
    app.pass(60);
    browser.get("/recent-organization-claims").await;
    assert_eq!(asked(), 2);

    // The newest answer counts, whoever wanted it.
    let new = format!(r#"{{"sub":{ALICE:?},"organizations":["new"]}}"#);
    app.provider.answer_next("/oidc/me", 200, &new);
    browser.get("/user-info").await;
    let info = browser.get("/recent-organization-claims").await.body;
    assert!(info.contains("[\"new\"]") && asked() == 3, "{info}");

    let request = browser.form("/scopes").form(&[("scope", "profile")]);
    browser.send(request).await;
    let info = browser.get("/recent-organization-claims").await.body;
    assert!(!info.contains("new") && asked() == 4, "{info}");

    // An error is not kept.
    app.pass(60);
    app.provider.controls.fail_next("/oidc/me", 503, 1);
    assert_eq!(browser.get("/recent-organization-claims").await.status, 502);
    assert_eq!(browser.get("/recent-organization-claims").await.status, 200);

    let mut left = browser.clone();
    browser.post("/sign-out").await;
    assert_eq!(left.get("/recent-organization-claims").await.status, 401);
}

/// RF-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_requests_with_an_expired_token_make_one_refresh() {
    let (app, browser) = with_an_expired_token().await;
    app.provider.controls.delay_next("/oidc/token", 300);
    let mut asked = Vec::new();
    for _ in 0..50 {
        let mut tab = browser.clone();
        asked.push(tokio::spawn(async move { tab.get("/token").await }));
    }
    let mut tokens = std::collections::HashSet::new();
    for answer in asked {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        tokens.insert(answer.body);
    }
    assert_eq!(tokens.len(), 1);
    assert_eq!(refreshes(&app), 1);
}

/// RF-01, RF-16: the fan-out of one page.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_calls_in_one_request_make_one_refresh() {
    let (app, mut browser) = with_an_expired_token().await;
    let answer = browser.get("/tokens").await;
    assert_eq!((answer.status, answer.body.lines().count()), (200, 1));
    assert_eq!(refreshes(&app), 1);
}

/// RF-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_for_different_audiences_are_never_mixed_up() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    let organization = |id: &str| format!("urn:logto:organization:{id}");
    let requests = [
        (format!("/token?resource={SHOP}"), SHOP.to_owned(), None),
        (
            format!("/token?resource={BILLING}"),
            BILLING.to_owned(),
            None,
        ),
        (
            format!("/token?organization={ACME}"),
            organization(ACME),
            None,
        ),
        (
            format!("/token?organization={GLOBEX}"),
            organization(GLOBEX),
            None,
        ),
        (
            format!("/token?organization={ACME}&resource={SHOP}"),
            SHOP.to_owned(),
            Some(ACME),
        ),
    ];
    for _ in 0..2 {
        let mut asked = Vec::new();
        for (path, audience, within) in requests.clone() {
            for _ in 0..4 {
                let (mut tab, path, audience) = (browser.clone(), path.clone(), audience.clone());
                asked.push(tokio::spawn(async move {
                    let token = tab.get(&path).await.body;
                    let claims = claims(&token);
                    assert_eq!(claims["aud"], audience, "{path}");
                    assert_eq!(claims["organization_id"].as_str(), within, "{path}");
                    assert_eq!(claims["sub"], ALICE);
                }));
            }
        }
        for one in asked {
            one.await.unwrap();
        }
    }
    assert_eq!(refreshes(&app), requests.len(), "each once");
}

/// RF-03: sessions do not share tokens.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_get_each_their_own_token() {
    let app = App::start().await;
    let (alice, bob) = (app.signed_in("alice").await, app.signed_in("bob").await);
    let mut asked = Vec::new();
    for (browser, name) in [(&alice, "Alice"), (&bob, "Bob")] {
        for _ in 0..10 {
            let mut tab = browser.clone();
            asked.push(tokio::spawn(async move {
                let info: Value = serde_json::from_str(&tab.get("/user-info").await.body).unwrap();
                assert_eq!(info["name"], format!("{name} Example"));
                let token = tab.get(&format!("/token?resource={SHOP}")).await.body;
                assert_eq!(claims(&token)["sub"], info["sub"]);
            }));
        }
    }
    for one in asked {
        one.await.unwrap();
    }
}

/// RF-16, RF-18: another process with the same store. Neither loses what the other stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_on_one_store_keep_each_others_tokens() {
    let (app, browser) = with_an_expired_token().await;
    let other = app.beside().await;
    let mut there = browser.clone();
    there.at.clone_from(&other.at);
    let mut here = browser;
    let (shop, billing) = (
        format!("/token?resource={SHOP}"),
        format!("/token?resource={BILLING}"),
    );
    let (one, two) = tokio::join!(here.get(&shop), there.get(&billing));
    assert_eq!((one.status, two.status), (200, 200));
    let requests = refreshes(&app);
    assert_eq!(here.get(&billing).await.body, two.body);
    assert_eq!(there.get(&shop).await.body, one.body);
    assert_eq!(refreshes(&app), requests);
}

/// RF-10
#[tokio::test]
async fn a_fault_that_passes_keeps_the_session() {
    let (app, mut browser) = with_an_expired_token().await;
    for status in [500, 502, 503, 429, 408] {
        app.provider.controls.fail_next("/oidc/token", status, 1);
        assert_eq!(browser.get("/token").await.status, 502, "{status}");
        assert_eq!(browser.get("/").await.body, greeting(ALICE));
    }
    app.provider.set_down(true);
    assert_eq!(browser.get("/token").await.status, 502);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    app.provider.set_down(false);
    assert_eq!(browser.get("/token").await.status, 200);
}

/// RF-10: an answer that does not come.
#[tokio::test]
async fn a_provider_that_hangs_is_waited_for_only_so_long() {
    let app = App::with(|setup| setup.timeout = std::time::Duration::from_millis(300)).await;
    let mut browser = app.signed_in("alice").await;
    app.pass(HOUR + 1);
    app.provider.controls.delay_next("/oidc/token", 60_000);
    assert_eq!(browser.get("/token").await.status, 502);
    assert_eq!(browser.get("/token").await.status, 200, "the lock is free");
}

/// RF-10: while the stored token lasts, nobody asks whether the provider is there.
#[tokio::test]
async fn an_outage_is_not_noticed_while_the_token_lasts() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.set_down(true);
    assert_eq!(browser.get("/token").await.status, 200);
}

/// RF-09
#[tokio::test]
async fn a_refresh_token_that_no_longer_works_ends_the_session_once() {
    let (app, mut browser) = with_an_expired_token().await;
    app.provider.controls.suspend("alice");
    let mut tab = browser.clone();
    assert_eq!(browser.get("/token").await.status, 401);
    assert_eq!(browser.get("/").await.body, SIGNED_OUT);
    assert!(app.store.live().await.is_empty());
    assert_eq!(tab.get("/token").await.status, 401);
    assert_eq!(refreshes(&app), 1, "not tried again");
}

/// RF-13
#[tokio::test]
async fn a_refreshed_id_token_that_does_not_check_out_ends_the_session() {
    for tamper in [
        Tamper::WrongIssuer,
        Tamper::WrongAudience,
        Tamper::MissingSubject,
        Tamper::BadSignature,
    ] {
        let (app, mut browser) = with_an_expired_token().await;
        let refresh_token = app.refresh_token();
        app.provider.controls.tamper(tamper);
        assert_eq!(browser.get("/token").await.status, 401, "{tamper:?}");
        assert_eq!(browser.get("/").await.body, SIGNED_OUT, "{tamper:?}");
        assert!(app.store.live().await.is_empty());
        assert_eq!(refreshes(&app), 1);
        until(|| !app.provider.seen_at("/oidc/token/revocation").is_empty()).await;
        assert_eq!(
            app.status_of_refresh_token(&refresh_token).await,
            400,
            "{tamper:?}"
        );
    }
}

/// OU-19, RF-10: a clock that is off is no reason to sign anybody out.
#[tokio::test]
async fn a_refreshed_id_token_of_the_wrong_time_leaves_the_session() {
    for tamper in [Tamper::IssuedInFuture, Tamper::Expired] {
        let (app, mut browser) = with_an_expired_token().await;
        app.provider.controls.tamper(tamper);
        assert_eq!(browser.get("/token").await.status, 502, "{tamper:?}");
        assert_eq!(browser.get("/").await.body, greeting(ALICE), "{tamper:?}");
        assert_eq!(browser.get("/token").await.status, 200, "{tamper:?}");
    }
}

/// RP-16, RF-10: what a process does not accept because of its own setting is nothing that Logto
/// said about the person.
#[tokio::test]
async fn a_wrong_algorithm_setting_ends_no_session() {
    let (app, mut browser) = with_an_expired_token().await;
    let other = Some(vec![SigningAlgorithm::Rs256]);
    let wrong = app.beside_changed(|setup| setup.algorithms = other).await;
    browser.at.clone_from(&wrong.at);
    assert_eq!(browser.get("/token").await.status, 502);
    assert_eq!(refreshes(&app), 1, "the answer is what is refused");
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    browser.at.clone_from(&app.at);
    assert_eq!(browser.get("/token").await.status, 200);
}

/// RF-01, OU-09: who waited while Logto did not answer does not ask again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_shared_by_all_who_waited_for_it() {
    let app = App::with(|setup| setup.timeout = std::time::Duration::from_millis(500)).await;
    let browser = app.signed_in("alice").await;
    app.pass(HOUR + 1);
    app.provider.controls.delay_next("/oidc/token", 60_000);
    let mut asked = Vec::new();
    for _ in 0..8 {
        let mut tab = browser.clone();
        asked.push(tokio::spawn(async move { tab.get("/token").await.status }));
    }
    for status in asked {
        assert_eq!(status.await.unwrap(), 502);
    }
    assert_eq!(refreshes(&app), 1);
    let mut later = browser.clone();
    assert_eq!(
        later.get("/token").await.status,
        200,
        "a later request is sent again"
    );
}

/// OR-01, OR-05: an organization the person is not in.
#[tokio::test]
async fn a_refusal_for_one_organization_leaves_the_session() {
    let app = App::start().await;
    let mut browser = app.signed_in("bob").await;
    assert_eq!(
        browser
            .get(&format!("/token?organization={ACME}"))
            .await
            .status,
        403
    );
    assert_eq!(browser.get("/token").await.status, 200);
}

/// RF-12
#[tokio::test]
async fn an_answer_without_a_refresh_token_keeps_the_one_there_is() {
    let (app, mut browser) = with_an_expired_token().await;
    let answer =
        r#"{"access_token":"other","expires_in":600,"scope":"openid","token_type":"Bearer"}"#;
    app.provider.answer_next("/oidc/token", 200, answer);
    assert_eq!(browser.get("/token").await.body, "other");
    app.pass(600);
    assert_eq!(browser.get("/token").await.status, 200);
    assert_eq!(refreshes(&app), 2);
}

/// RF-06, F3, SE-10
#[tokio::test]
async fn a_refreshed_token_is_kept_though_the_page_fails() {
    let (app, mut browser) = with_an_expired_token().await;
    assert_eq!(browser.get("/broken").await.status, 502);
    assert_eq!(refreshes(&app), 1);
    assert_eq!(browser.get("/token").await.status, 200);
    assert_eq!(refreshes(&app), 1);
}

/// F17
#[tokio::test]
async fn a_refresh_goes_on_when_the_browser_hangs_up() {
    let (app, mut browser) = with_an_expired_token().await;
    app.provider.controls.delay_next("/oidc/token", 300);
    let mut impatient = browser.clone();
    impatient.http = crate::support::browser::http();
    let request = impatient.request("GET", "/token");
    let hanging = tokio::spawn(async move { request.send().await });
    until(|| refreshes(&app) == 1).await;
    hanging.abort();
    let _ = hanging.await;
    drop(impatient);
    assert_eq!(browser.get("/token").await.status, 200);
    assert_eq!(refreshes(&app), 1, "the result of the first one was kept");
}

/// RF-14
#[tokio::test]
async fn userinfo_with_a_token_taken_back_makes_one_forced_refresh() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.controls.fail_next("/oidc/me", 401, 1);
    let info: Value = serde_json::from_str(&browser.get("/user-info").await.body).unwrap();
    assert_eq!(info["sub"], ALICE);
    assert_eq!(
        (refreshes(&app), app.provider.controls.count("/oidc/me")),
        (1, 2)
    );

    app.provider.controls.fail_next("/oidc/me", 401, 9);
    assert_eq!(browser.get("/user-info").await.status, 502);
    assert_eq!(
        (refreshes(&app), app.provider.controls.count("/oidc/me")),
        (2, 4),
        "never a third"
    );
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// RF-14: when the whole grant was revoked, the session is over.
#[tokio::test]
async fn userinfo_of_a_suspended_person_ends_the_session() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.controls.suspend("alice");
    assert_eq!(browser.get("/user-info").await.status, 401);
    assert_eq!(browser.get("/").await.body, SIGNED_OUT);
}

/// RP-24
#[tokio::test]
async fn userinfo_about_somebody_else_is_refused() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider
        .answer_next("/oidc/me", 200, r#"{"sub":"somebody-else","name":"Eve"}"#);
    let answer = browser.get("/user-info").await;
    assert_eq!((answer.status, answer.body.as_str()), (502, "provider"));
}

/// RF-20
#[tokio::test]
async fn a_refresh_during_a_sign_out_leaves_nothing_alive() {
    let (app, mut browser) = with_an_expired_token().await;
    app.provider.controls.delay_next("/oidc/token", 300);
    let mut tab = browser.clone();
    let before = browser.clone();
    let refreshing = tokio::spawn(async move { tab.get("/token").await.status });
    until(|| refreshes(&app) == 1).await;
    browser.post("/sign-out").await;
    assert_eq!(refreshing.await.unwrap(), 401);
    assert!(app.store.live().await.is_empty());
    assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);
    assert_eq!(app.status_of_refresh_token(&app.refresh_token()).await, 400);
}

/// An application whose refresh tokens are replaced within the life of a session.
async fn with_a_rotating_token() -> (App, Browser) {
    let app = App::with(|setup| setup.fixture.applications[0].refresh_token_ttl_in_days = 1).await;
    let mut browser = app.signed_in("alice").await;
    browser.get("/").await;
    app.pass(18 * HOUR);
    (app, browser)
}

/// RF-04: concurrent refreshes when Logto replaces the refresh token, and those after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_may_be_replaced_during_concurrent_refreshes() {
    let app = App::with(|setup| setup.fixture.applications[0].refresh_token_ttl_in_days = 1).await;
    let mut browser = app.signed_in("alice").await;
    // The latest refresh has kept the refresh token, so the next ones are not made one after the other.
    assert_eq!(browser.get("/obtain?fresh=now").await.status, 200);
    app.pass(18 * HOUR);
    let paths = [
        "/token".to_owned(),
        format!("/token?resource={SHOP}"),
        format!("/token?resource={BILLING}"),
        format!("/token?organization={ACME}"),
        format!("/token?organization={GLOBEX}"),
    ];
    for _ in &paths {
        app.provider.controls.delay_next("/oidc/token", 300);
    }
    let began = Instant::now();
    let asked = paths.iter().map(|path| {
        let (mut tab, path) = (browser.clone(), path.clone());
        tokio::spawn(async move { tab.get(&path).await.status })
    });
    for one in asked.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap(), 200);
    }
    assert!(
        began.elapsed() < Duration::from_millis(1400),
        "not one after the other"
    );
    // What is kept is none of those that Logto takes for three seconds only.
    app.pass(4);
    for resource in [SHOP, BILLING] {
        let path = format!("/obtain?resource={resource}&fresh=now");
        assert_eq!(browser.clone().get(&path).await.status, 200);
    }
    assert_eq!(browser.clone().get("/").await.body, greeting(ALICE));
}

/// L1, L2: new tokens replace the stored ones, before anybody can use the old one again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_that_was_replaced_is_not_used_again() {
    let (app, browser) = with_a_rotating_token().await;
    let first = app.refresh_token();
    assert_eq!(browser.clone().get("/token").await.status, 200);
    let mut asked = Vec::new();
    for resource in [SHOP, BILLING] {
        for _ in 0..5 {
            let mut tab = browser.clone();
            asked.push(tokio::spawn(async move {
                tab.get(&format!("/token?resource={resource}")).await.status
            }));
        }
    }
    for one in asked {
        assert_eq!(one.await.unwrap(), 200);
    }
    assert_ne!(app.refresh_token(), first, "it was replaced");
    let used: Vec<_> = app
        .provider
        .seen_at("/oidc/token")
        .iter()
        .filter_map(|one| one.parameter("refresh_token"))
        .collect();
    assert_eq!(used.iter().filter(|token| **token == first).count(), 1);
    app.pass(18 * HOUR);
    assert_eq!(
        browser.clone().get("/token").await.status,
        200,
        "long after the grace of 3 s"
    );
}

/// RF-07
#[tokio::test]
async fn a_write_that_fails_once_does_not_lose_a_replaced_refresh_token() {
    let (app, mut browser) = with_a_rotating_token().await;
    app.store.fail_next("save_tokens", 1);
    assert_eq!(browser.get("/token").await.status, 200);
    app.pass(2 * HOUR);
    assert_eq!(browser.get("/token").await.status, 200);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// A refreshed ID token brings fresh claims into the session, and only claims.
#[tokio::test]
async fn a_refresh_keeps_the_person_and_the_end_of_the_session() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let id = app.store.live().await[0];
    let ends = app.store.row(&id).await.unwrap().expires_at;
    app.pass(HOUR + 1);
    browser.get("/token").await;
    let row = app.store.row(&id).await.unwrap();
    assert_eq!(row.expires_at, ends);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    app.pass(7 * 24 * HOUR - HOUR);
    assert_eq!(browser.get("/").await.body, SIGNED_OUT);
}
