//! Guarded pages: access is checked before anything renders, with tokens from Logto.

use crate::support::{ACME, ALICE, App, Browser, GLOBEX, SIGNED_OUT, greeting};

const MINUTE: i64 = 60;

/// The status of a page, and the access it shows.
async fn look(browser: &mut Browser, path: &str) -> (u16, String) {
    let answer = browser.get(path).await;
    let access = answer.body.split(' ').next().unwrap_or_default().to_owned();
    (answer.status, access)
}

fn of(organization: &str, page: &str) -> String {
    format!("/org/{organization}{page}")
}

/// LX-01 to LX-03: nobody, anywhere behind a guard.
#[tokio::test]
async fn a_stranger_is_led_to_the_sign_in_from_every_guarded_page() {
    let app = App::start().await;
    for path in [
        "/readers",
        "/writers",
        "/org/acme",
        "/org/acme/billing",
        "/org/a%20b",
        "/ORG/x",
    ] {
        let answer = app.browser().get(path).await;
        assert_eq!((answer.status, answer.body.as_str()), (303, ""), "{path}");
        assert!(
            answer.location().starts_with("/sign-in?return_to=%2F"),
            "{path}"
        );
    }
    // A form whose session has ended leads there too, but not to what it was sent to; whatever is
    // no browser is refused.
    let post = app.browser().form(&of(ACME, "/billing"));
    let answer = app.browser().send(post).await;
    assert_eq!(
        (answer.status, answer.location()),
        (303, "/sign-in?return_to=%2F")
    );
    let post = app
        .browser()
        .request_for("application/json", "POST", &of(ACME, "/billing"))
        .header("sec-fetch-site", "same-origin");
    assert_eq!(app.browser().send(post).await.status, 401);
    assert!(app.provider.seen().is_empty());
}

#[tokio::test]
async fn a_role_opens_what_it_is_required_for() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    assert_eq!(look(&mut alice, "/readers").await, (200, "Granted".into()));
    let mut bob = app.signed_in("bob").await;
    let answer = bob.get("/readers").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.body.trim(), "Forbidden", "the page shows it");
}

/// LX-05
#[tokio::test]
async fn a_permission_of_a_resource_comes_from_a_token_for_it() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    assert_eq!(look(&mut alice, "/writers").await.0, 200);
    assert_eq!(
        look(&mut alice, "/invoices").await.0,
        403,
        "a token with an empty scope"
    );
    assert_eq!(
        look(&mut alice, "/unknown").await.0,
        403,
        "a resource nobody asked for"
    );
    let mut bob = app.signed_in("bob").await;
    assert_eq!(look(&mut bob, "/writers").await.0, 403);
    assert_eq!(alice.get("/").await.body, greeting(ALICE));
}

/// OR-06: Logto gives everybody a token for all organizations with every permission in them
/// (`organization-resource-token.json`), so that opens nothing, not even to who has the permission
/// somewhere.
#[tokio::test]
async fn a_token_for_all_organizations_opens_no_page() {
    let app = App::start().await;
    for username in ["bob", "alice"] {
        let mut browser = app.signed_in(username).await;
        assert_eq!(look(&mut browser, "/anywhere").await.0, 403, "{username}");
        let inside = look(&mut browser, &of(ACME, "/everything")).await;
        assert_eq!(inside.0, 403, "{username}");
    }
}

/// LX-05, OR-02: alice is an admin of acme and a member of globex.
#[tokio::test]
async fn each_organization_is_judged_for_itself() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    for (page, acme, globex) in [
        ("", 200, 200),
        ("/anything/below", 200, 200),
        ("/billing", 200, 403),
        ("/billing/may", 200, 403),
        ("/admin", 200, 403),
        // Without the organization, the token would have it from acme.
        ("/orders", 200, 403),
    ] {
        assert_eq!(
            look(&mut alice, &of(ACME, page)).await.0,
            acme,
            "acme{page}"
        );
        assert_eq!(
            look(&mut alice, &of(GLOBEX, page)).await.0,
            globex,
            "globex{page}"
        );
    }
}

/// LX-05: what is refused as a page is refused as a write, before anything runs.
#[tokio::test]
async fn a_write_without_the_permission_is_refused_before_anything_runs() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    for (organization, status) in [(GLOBEX, 403), ("nowhere", 404)] {
        let post = alice.form(&of(organization, "/billing"));
        let answer = alice.send(post).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, ""));
    }
}

/// OR-01, OR-02: who is not in it cannot tell it from one that is not there.
#[tokio::test]
async fn a_foreign_organization_and_an_unknown_one_look_the_same() {
    let app = App::start().await;
    let mut bob = app.signed_in("bob").await;
    for page in ["", "/billing", "/admin", "/orders"] {
        let foreign = bob.get(&of(ACME, page)).await;
        let unknown = bob.get(&of("doesnotexist", page)).await;
        assert_eq!((foreign.status, unknown.status), (404, 404), "{page}");
        let access = |body: &str| body.split(' ').next().unwrap().to_owned();
        assert_eq!(access(&foreign.body), access(&unknown.body));
        assert_eq!(access(&foreign.body), "NotFound");
    }
    assert_eq!(bob.get("/token").await.status, 200, "the session goes on");
}

/// OR-01: nobody is asked about what cannot be the id of an organization, or can be read in two
/// ways.
#[tokio::test]
async fn an_odd_organization_is_not_found_and_nobody_is_asked() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    let asked = app.provider.token_requests();
    for path in [
        "/org/a%20b",
        "/org/a;b",
        "/org/%2561sl5guymvnj4",
        "/org/a%26resource%3Dx/billing",
    ] {
        assert_eq!(
            look(&mut alice, path).await,
            (404, "NotFound".into()),
            "{path}"
        );
    }
    let raw = |path: String| {
        let head = format!(
            "GET {path} HTTP/1.1\r\ncookie: {}={}",
            alice.cookie_name("logto-session"),
            alice.session().unwrap()
        );
        let app = &app;
        async move { app.raw(head.as_bytes()).await }
    };
    let mixed = raw(format!("/org/{GLOBEX}/../{ACME}/billing")).await;
    assert!(mixed.starts_with("HTTP/1.1 404"), "{mixed}");
    assert_eq!(app.provider.token_requests(), asked);
}

/// What was asked for is at hand for five minutes.
#[tokio::test]
async fn looking_again_asks_nobody() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    for _ in 0..3 {
        for page in ["", "/billing", "/admin"] {
            assert_eq!(look(&mut alice, &of(ACME, page)).await.0, 200);
        }
        assert_eq!(look(&mut alice, "/readers").await.0, 200);
        assert_eq!(look(&mut alice, "/writers").await.0, 200);
    }
    assert_eq!(
        app.provider.token_requests(),
        3,
        "the sign-in, acme, and the shop"
    );
}

/// The id is parsed and the token read once in a request: handlers get both.
#[tokio::test]
async fn a_page_of_an_organization_is_given_the_member_and_reads_the_token_once() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    alice.get(&of(GLOBEX, "")).await;
    let reads = app.store.calls("load_tokens");
    let answer = alice.get(&of(GLOBEX, "/member")).await;
    let member = format!("{GLOBEX} [invite:member] Granted, the same: true");
    assert_eq!((answer.status, answer.body), (200, member));
    assert_eq!(app.store.calls("load_tokens") - reads, 1);
    // There is no member without membership.
    let answer = app.signed_in("bob").await.get(&of(GLOBEX, "/member")).await;
    assert_eq!(answer.status, 500, "the handler found none");
}

/// OR-05
#[tokio::test]
async fn a_removal_shows_within_five_minutes_in_a_request_that_is_still_being_answered() {
    let app = App::start().await;
    let alice = app.signed_in("alice").await;
    for (seconds, found) in [
        (60, "Granted, the same: true"),
        (300, "NotFound, the same: false"),
    ] {
        let mut tab = alice.clone();
        let waiting = tokio::spawn(async move { tab.get(&of(ACME, "/member-slowly")).await.body });
        app.latch.entered.notified().await;
        app.provider.controls.leave("alice", ACME).unwrap();
        app.pass(seconds);
        app.latch.leave.notify_one();
        let body = waiting.await.unwrap();
        assert!(body.ends_with(found), "{seconds}: {body}");
    }
}

/// OR-05
#[tokio::test]
async fn a_removal_shows_within_five_minutes_and_the_session_goes_on() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    assert_eq!(look(&mut alice, &of(ACME, "/billing")).await.0, 200);
    app.provider.controls.leave("alice", ACME).unwrap();
    app.pass(5 * MINUTE + 1);
    for page in ["", "/billing", "/admin", "/orders"] {
        assert_eq!(look(&mut alice, &of(ACME, page)).await.0, 404, "{page}");
    }
    assert_eq!(look(&mut alice, &of(GLOBEX, "")).await.0, 200);
    assert_eq!(alice.get("/").await.body, greeting(ALICE));
}

/// OR-05: a role that was taken away, though the token for the organization would not say so.
#[tokio::test]
async fn a_role_taken_away_in_an_organization_shows_within_five_minutes() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    assert_eq!(look(&mut alice, &of(ACME, "/admin")).await.0, 200);
    app.provider
        .controls
        .join("alice", ACME, &["member"])
        .unwrap();
    app.pass(5 * MINUTE + 1);
    let answer = alice.get(&of(ACME, "/admin")).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.starts_with("Forbidden"), "{}", answer.body);
    assert_eq!(look(&mut alice, &of(ACME, "")).await.0, 200);
}

/// OR-06: what a browser says about roles and organizations is for nobody's ears.
#[tokio::test]
async fn roles_in_the_request_are_not_believed() {
    let app = App::start().await;
    let bob = app.signed_in("bob").await;
    let request = bob
        .request(
            "GET",
            &of(ACME, "/admin?roles=admin&organization_id=1xld34l574eb"),
        )
        .header("x-roles", "admin")
        .header("authorization", "Bearer x");
    assert_eq!(bob.clone().send(request).await.status, 404);
}

/// OU-02: what Logto said holds for as long as it was given.
#[tokio::test]
async fn while_logto_is_down_what_it_gave_before_holds() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    for path in [
        of(ACME, "/billing"),
        of(ACME, "/admin"),
        "/readers".into(),
        "/writers".into(),
    ] {
        assert_eq!(look(&mut alice, &path).await.0, 200, "{path}");
    }
    app.provider.set_down(true);
    app.pass(10 * MINUTE);
    for path in [
        of(ACME, "/billing"),
        of(ACME, "/admin"),
        "/readers".into(),
        "/writers".into(),
    ] {
        assert_eq!(look(&mut alice, &path).await.0, 200, "{path}");
    }
    assert_eq!(
        look(&mut alice, &of(GLOBEX, "/billing")).await,
        (503, "Unavailable".into())
    );
    // And no longer.
    app.pass(60 * MINUTE);
    for path in [
        of(ACME, "/billing"),
        of(ACME, "/admin"),
        "/readers".into(),
        "/writers".into(),
    ] {
        assert_eq!(
            look(&mut alice, &path).await,
            (503, "Unavailable".into()),
            "{path}"
        );
    }
    assert_eq!(
        look(&mut alice, "/profile").await.0,
        200,
        "a page for whoever is signed in"
    );
    app.provider.set_down(false);
    assert_eq!(look(&mut alice, &of(ACME, "/billing")).await.0, 200);
}

/// OU: not known is not refused, and says when to come again.
#[tokio::test]
async fn while_logto_does_not_answer_a_page_says_so() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    for status in [500, 429] {
        app.provider.controls.fail_next("/oidc/token", status, 1);
        let answer = alice.get(&of(ACME, "/billing")).await;
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (503, "5"),
            "{status}"
        );
    }
    assert_eq!(look(&mut alice, &of(ACME, "/billing")).await.0, 200);
}

/// OR-05: silence is bridged with what Logto said before. That it was asked too much is not, since
/// somebody who has been taken out of an organization may bring that about.
#[tokio::test]
async fn a_removal_is_not_put_off_by_asking_too_much() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    assert_eq!(look(&mut alice, &of(ACME, "")).await.0, 200);
    app.provider.controls.leave("alice", ACME).unwrap();
    app.pass(301);
    for (status, seen) in [(503, 200), (429, 503)] {
        app.provider.controls.fail_next("/oidc/token", status, 1);
        assert_eq!(look(&mut alice, &of(ACME, "")).await.0, seen, "{status}");
    }
    assert_eq!(look(&mut alice, &of(ACME, "")).await.0, 404);
}

/// RF-09: over this, the session may turn out to have ended at Logto.
#[tokio::test]
async fn a_session_that_logto_has_ended_leads_to_the_sign_in() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    app.provider.controls.suspend("alice");
    let answer = alice.get(&of(ACME, "")).await;
    assert_eq!((answer.status, answer.body.as_str()), (303, ""));
    assert!(answer.location().starts_with("/sign-in?return_to="));
    assert_eq!(alice.get("/").await.body, SIGNED_OUT);
}

/// OU-12
#[tokio::test]
async fn while_the_store_fails_no_guarded_page_is_shown() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    app.store.set_failing(true);
    for path in ["/profile", "/readers", "/org/acme/billing"] {
        let answer = alice.get(path).await;
        assert_eq!(answer.status, 503, "{path}");
        assert!(answer.body.contains("cannot be shown right now"));
    }
    app.store.set_failing(false);
    // When only the tokens cannot be read, it is not known either.
    app.store.fail_next("load_tokens", 1);
    assert_eq!(alice.get(&of(ACME, "")).await.status, 503);
    assert_eq!(alice.get(&of(ACME, "")).await.status, 200);
}

/// The same judgment for a server function or a part of a page.
#[tokio::test]
async fn a_function_judges_as_the_layer_does() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    for (query, verdict) in [
        (format!("role=admin&organization={ACME}"), "Granted"),
        (format!("role=admin&organization={GLOBEX}"), "Forbidden"),
        (
            "role=admin&organization=doesnotexist".to_owned(),
            "NotFound",
        ),
        ("role=admin".to_owned(), "NotFound"),
    ] {
        assert_eq!(
            alice.get(&format!("/check?{query}")).await.body,
            verdict,
            "{query}"
        );
    }
    let stranger = app
        .browser()
        .get(&format!("/check?role=admin&organization={ACME}"))
        .await;
    assert_eq!(stranger.status, 401);
}

/// OR-05, SE-22: what Logto says now cannot be stored. Older claims do not stand for it.
#[tokio::test]
async fn a_role_is_not_judged_by_old_claims_while_the_store_cannot_be_written() {
    let app = App::start().await;
    let mut alice = app.signed_in("alice").await;
    assert_eq!(look(&mut alice, "/readers").await.0, 200);
    assert_eq!(look(&mut alice, &of(ACME, "/admin")).await.0, 200);
    app.store.set_writes_failing(true);
    app.pass(6 * MINUTE);
    for page in ["/readers", &of(ACME, "/admin")] {
        assert_eq!(alice.get(page).await.status, 503, "{page}");
    }
    // A page that asks for nobody's role is there.
    assert_eq!(alice.get("/profile").await.status, 200);
    app.store.set_writes_failing(false);
    app.pass(6 * MINUTE);
    assert_eq!(look(&mut alice, "/readers").await.0, 200);
}
