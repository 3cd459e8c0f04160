//! Hooks of the application: what they get, what they decide, and what a failing one does.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use logto_axum::{
    Access, AccessDenied, Hooks, RefreshFailed, RefreshFailure, SessionsOf, SignInEvent,
    SignInFinished, SignInRejection, SignOutCause, SignOutEvent, SignOutExtent,
};
use serde_json::Value;
use tokio::sync::Notify;

use super::routes::ready_made;
use crate::support::{ACME, ALICE, App, BOB, Browser, CLIENT, SIGNED_OUT, greeting, until};

/// The events that hooks got, as text and by kind.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Events>>);

#[derive(Default)]
struct Events {
    sign_ins: Vec<SignInEvent>,
    finished: Vec<SignInFinished>,
    sign_outs: Vec<SignOutEvent>,
    refreshes: Vec<RefreshFailed>,
    denied: Vec<AccessDenied>,
}

impl Recorder {
    fn hooks(&self) -> Hooks {
        let [sign_in, finished, sign_out, refresh, denied] = [(); 5].map(|()| self.clone());
        Hooks::new()
            .on_sign_in(move |event| {
                sign_in.with(|events| events.sign_ins.push(event));
                async { Ok(()) }
            })
            .on_sign_in_finished(move |event| {
                finished.with(|events| events.finished.push(event));
                async {}
            })
            .on_sign_out(move |event| {
                sign_out.with(|events| events.sign_outs.push(event));
                async {}
            })
            .on_refresh_failed(move |event| {
                refresh.with(|events| events.refreshes.push(event));
                async {}
            })
            .on_access_denied(move |event| {
                denied.with(|events| events.denied.push(event));
                async {}
            })
    }

    fn with<T>(&self, look: impl FnOnce(&mut Events) -> T) -> T {
        look(&mut self.0.lock().unwrap())
    }

    /// Waits for so many events, which are then all there are.
    async fn take<T>(&self, of: fn(&mut Events) -> &mut Vec<T>, count: usize) -> Vec<T> {
        until(|| self.with(|events| of(events).len()) >= count).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let taken = self.with(|events| std::mem::take(of(events)));
        assert_eq!(taken.len(), count);
        taken
    }

    async fn sign_out(&self) -> SignOutEvent {
        self.take(|events| &mut events.sign_outs, 1).await.remove(0)
    }

    async fn refresh(&self) -> RefreshFailed {
        self.take(|events| &mut events.refreshes, 1).await.remove(0)
    }
}

async fn recorder() -> (App, Recorder) {
    let recorder = Recorder::default();
    let hooks = recorder.hooks();
    let app = App::with(|setup| {
        setup.hooks = hooks;
        setup.backchannel_logout = Some(true);
    })
    .await;
    (app, recorder)
}

/// Opens the callback of a sign-in, as a browser that says who it is.
async fn finish(browser: &mut Browser, username: &str) -> crate::support::Answer {
    let back = browser.come_back("/sign-in", username).await;
    let request = browser.request("GET", &back);
    let request = request
        .header("user-agent", "Test/1.0")
        .header("accept-language", "ja");
    browser.send(request).await
}

#[tokio::test]
async fn a_sign_in_and_a_sign_out_are_reported_with_who_and_from_where() {
    let (app, recorder) = recorder().await;
    let mut browser = app.browser();
    browser.cookies.insert("language".into(), "de".into());
    browser.cookies.insert(
        format!("language-{}", app.address.port()),
        "ja-JP".to_owned(),
    );
    assert_eq!(finish(&mut browser, "alice").await.location(), "/");
    let sign_in = recorder
        .take(|events| &mut events.sign_ins, 1)
        .await
        .remove(0);
    assert_eq!(sign_in.claims.sub, ALICE);
    assert!(sign_in.scope.contains("email"));
    let client = &sign_in.client;
    assert_eq!(client.address, Some(CLIENT));
    assert_eq!(client.user_agent.as_deref(), Some("Test/1.0"));
    assert_eq!(client.accept_language.as_deref(), Some("ja"));
    assert_eq!(client.chosen_language.as_deref(), Some("ja-JP"));
    let finished = recorder
        .take(|events| &mut events.finished, 1)
        .await
        .remove(0);
    assert_eq!(finished.problem, None);
    assert_eq!(finished.subject.as_deref(), Some(ALICE));
    assert_eq!(finished.client, *client);
    assert_eq!(Ok(finished.at), app.auth.client().now().try_into());

    browser.post("/sign-out-of-application").await;
    let out = recorder.sign_out().await;
    assert_eq!(
        out.cause,
        SignOutCause::Person(SignOutExtent::ThisApplication)
    );
    assert_eq!(out.subject.as_deref(), Some(ALICE));
    assert_eq!(Some(&out.session), finished.session.as_ref());
    assert_eq!(out.session.len(), 16);
    assert_eq!(out.client.unwrap().address, Some(CLIENT));
}

/// Each event comes from the process in which it happened, and once.
#[tokio::test]
async fn every_end_of_a_session_is_reported_once_with_its_cause() {
    let (app, recorder) = recorder().await;
    let there = Recorder::default();
    let hooks = there.hooks();
    let other = app.beside_changed(|setup| setup.hooks = hooks).await;

    // Another sign-in of this browser, finished in the other process.
    let mut browser = app.signed_in("alice").await;
    browser.at.clone_from(&other.at);
    finish(&mut browser, "alice").await;
    assert_eq!(there.sign_out().await.cause, SignOutCause::Replaced);

    // A logout at the provider, and the same token again.
    browser.at.clone_from(&app.at);
    let person: Value = serde_json::from_str(&browser.get("/person").await.body).unwrap();
    app.provider.controls.end_sessions("alice").await;
    let out = recorder.sign_out().await;
    assert_eq!(out.cause, SignOutCause::Provider);
    assert_eq!(out.subject.as_deref(), person["claims"]["sub"].as_str());
    assert_eq!(out.client, None);

    // An operator.
    app.signed_in("alice").await;
    app.signed_in("bob").await;
    app.auth.end_sessions(&SessionsOf::Everybody).await.unwrap();
    let outs = recorder.take(|events| &mut events.sign_outs, 2).await;
    let mut subjects: Vec<_> = outs.iter().filter_map(|out| out.subject.clone()).collect();
    subjects.sort();
    assert_eq!(subjects, [BOB, ALICE]);
    assert!(
        outs.iter()
            .all(|out| out.cause == SignOutCause::Administrator)
    );

    // The person, from another session, and by a sign-out everywhere.
    let mut browser = app.signed_in("alice").await;
    app.signed_in("alice").await;
    browser.post("/own-sessions/end-others").await;
    let out = recorder.sign_out().await;
    assert_eq!(out.cause, SignOutCause::OtherSession);
    assert!(out.client.is_some());
    app.signed_in("alice").await;
    browser.post("/sign-out-everywhere").await;
    let outs = recorder.take(|events| &mut events.sign_outs, 2).await;
    let everywhere = SignOutCause::Person(SignOutExtent::Everywhere);
    assert!(outs.iter().all(|out| out.cause == everywhere));

    // Two tabs that sign out together.
    let mut browser = app.signed_in("bob").await;
    let mut tab = browser.clone();
    tokio::join!(browser.post("/sign-out"), tab.post("/sign-out"));
    let out = recorder.sign_out().await;
    assert_eq!(out.cause, SignOutCause::Person(SignOutExtent::ThisDevice));
    assert_eq!(there.with(|events| events.sign_outs.len()), 0);
}

#[tokio::test]
async fn a_failed_refresh_is_reported_and_whether_the_session_has_ended() {
    let (app, recorder) = recorder().await;
    let mut browser = app.signed_in("alice").await;
    app.pass(3601);
    app.provider.set_down(true);
    browser.get("/token").await;
    app.provider.set_down(false);
    let failed = recorder.refresh().await;
    assert_eq!(failed.failure, RefreshFailure::Unavailable);
    assert_eq!(failed.subject.as_deref(), Some(ALICE));

    // Not a member: an answer, and no failure.
    browser.get("/token?organization=unknown12345").await;
    app.provider.controls.suspend("alice");
    browser.get("/token").await;
    let failed = recorder.refresh().await;
    assert_eq!(failed.failure, RefreshFailure::Revoked);
    assert!(failed.failure.is_final());
    let out = recorder.sign_out().await;
    assert_eq!(out.cause, SignOutCause::Refresh(RefreshFailure::Revoked));
    assert_eq!(out.session, failed.session);
    assert_eq!(browser.get("/").await.body, SIGNED_OUT);
}

#[tokio::test]
async fn who_may_not_see_a_page_is_reported_and_an_anonymous_visitor_is_not() {
    let (app, recorder) = recorder().await;
    app.browser().get("/writers").await;
    let mut bob = app.signed_in("bob").await;
    assert_eq!(bob.get("/writers?x=private").await.status, 403);
    assert_eq!(bob.get("/org/unknown12345/billing").await.status, 404);
    assert_eq!(bob.get("/profile").await.status, 200);
    let denied = recorder.take(|events| &mut events.denied, 2).await;
    assert_eq!(
        (denied[0].access, &*denied[0].path),
        (Access::Forbidden, "/writers")
    );
    assert_eq!(
        denied[0].requirement,
        "permission https://shop.example/api write:orders"
    );
    assert_eq!(denied[0].subject.as_deref(), Some(BOB));
    assert!(denied[0].session.is_some());
    assert_eq!(denied[1].access, Access::NotFound);
    let organization = denied[1].organization.as_ref().unwrap();
    assert_eq!(organization.as_str(), "unknown12345");
    assert_ne!(organization.as_str(), ACME);
}

#[tokio::test]
async fn a_sign_in_that_fails_is_reported_with_its_reason() {
    let (app, recorder) = recorder().await;
    let mut browser = app.browser();
    let back = browser.come_back("/sign-in", "alice").await;
    app.provider.controls.tamper(dev_idp::Tamper::WrongNonce);
    browser.get(&back).await;
    app.browser().get("/callback?code=x&state=y").await;
    let finished = recorder.take(|events| &mut events.finished, 2).await;
    let problems: Vec<_> = finished
        .iter()
        .map(|finished| finished.problem.unwrap().as_str())
        .collect();
    assert_eq!(problems, ["invalid", "expired"]);
    assert!(finished.iter().all(|finished| finished.session.is_none()));
}

async fn refusing(rejection: fn() -> SignInRejection) -> (App, Recorder) {
    let recorder = Recorder::default();
    let hooks = recorder
        .hooks()
        .on_sign_in(move |_| async move { Err(rejection()) });
    let app = App::with(|setup| {
        ready_made(setup);
        setup.hooks = hooks;
    })
    .await;
    (app, recorder)
}

/// CB-15: the text of the application is shown to the browser that was refused, and by no link.
#[tokio::test]
async fn a_refused_sign_in_shows_the_text_of_the_application() {
    let refuse = || SignInRejection::refuse("Not <b>yet</b> & \"soon\"\u{0}");
    let (app, recorder) = refusing(refuse).await;
    let mut browser = app.browser();
    let answer = finish(&mut browser, "alice").await;
    assert_eq!(answer.status, 303);
    let problem = answer.location().to_owned();
    assert_eq!(problem, "/sign-in-problem?reason=access-denied");
    assert!(browser.session().is_none());
    app.assert_no_session_and_no_grant().await;
    let page = browser.get(&problem).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Not &lt;b>yet&lt;/b> &amp; \"soon\""),
        "{}",
        page.body
    );
    let anothers = app.browser().get(&problem).await.body;
    assert!(
        !anothers.contains("soon") && anothers.contains("does not allow this account to sign in"),
        "{anothers}"
    );
    let other_reason = browser.get("/sign-in-problem?reason=expired").await.body;
    assert!(!other_reason.contains("soon"));
    app.pass(301);
    assert!(!browser.get(&problem).await.body.contains("soon"));
    let finished = recorder
        .take(|events| &mut events.finished, 1)
        .await
        .remove(0);
    assert_eq!(
        finished.problem.unwrap(),
        logto_axum::ProblemReason::AccessDenied
    );
    assert_eq!(finished.subject.as_deref(), Some(ALICE));
    assert_eq!(finished.session, None);
}

/// CB-15: the text is about that sign-in, and about no later one.
#[tokio::test]
async fn the_text_of_a_refusal_is_gone_after_the_next_sign_in() {
    let texts = Mutex::new(vec!["", "later", "soon", "soon"]);
    let hooks = Hooks::new().on_sign_in(move |_| {
        let text = texts.lock().unwrap().pop();
        let refusal = text.map(SignInRejection::refuse);
        async { refusal.map_or(Ok(()), Err) }
    });
    let app = App::with(|setup| {
        ready_made(setup);
        setup.hooks = hooks;
    });
    let app = app.await;
    let mut browser = app.browser();
    let problem = "/sign-in-problem?reason=access-denied";
    finish(&mut browser, "alice").await;
    assert!(browser.get(problem).await.body.contains("soon"));
    // Cancelled.
    browser.get("/callback").await;
    assert!(!browser.get(problem).await.body.contains("soon"));

    // Refused with another text, and without one.
    for (text, shown) in [("soon", true), ("later", true), ("soon", false)] {
        if shown {
            finish(&mut browser, "alice").await;
        }
        let page = browser.get(problem).await.body;
        assert_eq!(page.contains(text), shown, "{text}: {page}");
    }
    finish(&mut browser, "alice").await;
    let page = browser.get(problem).await.body;
    assert!(!page.contains("soon") && !page.contains("later"), "{page}");
    let cookie = browser.cookie_name("logto-problem");
    assert!(!browser.cookies.contains_key(&cookie));
    finish(&mut browser, "alice").await;
    assert!(browser.session().is_some());
}

impl App {
    /// Nothing is left of a sign-in.
    async fn assert_no_session_and_no_grant(&self) {
        assert!(self.store.live().await.is_empty(), "no session");
        until(|| self.provider.controls.count("/oidc/token/revocation") == 1).await;
        let status = self.status_of_refresh_token(&self.refresh_token()).await;
        assert_eq!(status, 400, "the grant is revoked");
    }
}

/// It fails closed: whether by an error, by a panic, or by taking too long.
#[tokio::test]
async fn a_hook_that_fails_lets_nobody_in() {
    let error = || SignInRejection::failed("the accounts cannot be read: secret-of-a-hook");
    let panic: fn() -> SignInRejection = || panic!("as a test wants it");
    for rejection in [error, panic] {
        let (app, recorder) = refusing(rejection).await;
        assert_refused(&app, &recorder).await;
    }
    let recorder = Recorder::default();
    let hooks = recorder
        .hooks()
        .time_limit(Duration::from_millis(200))
        .on_sign_in(|_| std::future::pending());
    let app = App::with(|setup| {
        ready_made(setup);
        setup.hooks = hooks;
    })
    .await;
    let began = Instant::now();
    assert_refused(&app, &recorder).await;
    assert!(began.elapsed() < Duration::from_secs(5));
}

async fn assert_refused(app: &App, recorder: &Recorder) {
    let mut browser = app.browser();
    let answer = finish(&mut browser, "alice").await;
    assert_eq!(answer.status, 503);
    let refresh = answer.header("refresh").to_owned();
    let problem = refresh.strip_prefix("0; url=").unwrap();
    assert!(browser.session().is_none());
    app.assert_no_session_and_no_grant().await;
    let page = browser.get(problem).await;
    assert!(page.body.contains("unavailable right now"), "{page:?}");
    assert!(!page.body.contains("secret-of-a-hook"), "for the log alone");
    let finished = recorder
        .take(|events| &mut events.finished, 1)
        .await
        .remove(0);
    let unavailable = logto_axum::ProblemReason::Unavailable;
    assert_eq!(finished.problem, Some(unavailable));
}

/// Nothing changes for whoever is signed in already, and the grant that Logto shares between the
/// sign-ins of one person stays.
#[tokio::test]
async fn a_refusal_leaves_the_session_that_is_there() {
    let first = Arc::new(Mutex::new(true));
    let hooks = Hooks::new().on_sign_in(move |_| {
        let may = std::mem::take(&mut *first.lock().unwrap());
        let decision = may
            .then_some(())
            .ok_or_else(|| SignInRejection::refuse("no"));
        async { decision }
    });
    let app = App::with(|setup| setup.hooks = hooks).await;
    let mut browser = app.signed_in("alice").await;
    let answer = finish(&mut browser, "alice").await;
    assert_eq!(answer.location(), "/sign-in-problem?reason=access-denied");
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    app.pass(3601);
    assert_eq!(browser.get("/token").await.status, 200);
    assert_eq!(app.provider.controls.count("/oidc/token/revocation"), 0);
}

/// Neither a slow hook nor a panicking one is in the way of a request.
#[tokio::test]
async fn the_other_hooks_delay_and_change_nothing() {
    let entered = Arc::new(Notify::new());
    let noted = entered.clone();
    let hooks = Hooks::new()
        .on_sign_out(move |_| {
            noted.notify_one();
            std::future::pending()
        })
        .on_sign_out(|_| async { panic!("as a test wants it") })
        .on_sign_in_finished(|_| std::future::pending());
    let app = App::with(|setup| setup.hooks = hooks).await;
    let began = Instant::now();
    let mut browser = app.signed_in("alice").await;
    assert_eq!(browser.post("/sign-out").await.status, 303);
    assert_eq!(browser.get("/").await.body, SIGNED_OUT);
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "less than the time limit"
    );
    entered.notified().await;
}

/// SL-02: no event shows a token, whoever prints it.
#[tokio::test]
async fn events_hold_no_secret() {
    let (app, recorder) = recorder().await;
    let mut browser = app.signed_in("alice").await;
    browser.get("/writers").await;
    app.pass(3601);
    app.provider.controls.suspend("alice");
    browser.get("/token").await;
    until(|| recorder.with(|events| !events.sign_outs.is_empty())).await;
    let text = recorder.with(|events| {
        format!(
            "{:?}{:?}{:?}{:?}{:?}",
            events.sign_ins, events.finished, events.sign_outs, events.refreshes, events.denied
        )
    });
    let mut secrets = app.provider.secrets();
    // The nonce is a claim, and it was used.
    secrets.retain(|(name, _)| *name != "nonce");
    secrets.push(("session", browser.session().unwrap_or_default().to_owned()));
    for (name, value) in secrets {
        assert!(value.is_empty() || !text.contains(&value), "{name}: {text}");
    }
}
