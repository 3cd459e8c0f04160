//! What must not be seen, in the log and in the database.

use std::{
    cell::RefCell,
    sync::{Arc, Once},
};

use logto_axum::SqliteStore;
use test_support::log::Lines;
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    Layer,
    filter::dynamic_filter_fn,
    fmt::{self, format::FmtSpan},
    layer::SubscriberExt as _,
    registry,
    registry::LookupSpan,
};

use crate::support::{Answer, App, Browser, Watched};

thread_local! {
    static LOG: RefCell<Option<(LevelFilter, Lines)>> = const { RefCell::new(None) };
}

/// Everything our crates log from here on, in this thread.
///
/// One subscriber is there for all tests of this program, and asks each thread: with one for each
/// test, what `tracing` has noted about an event for one of them would hold for the others.
pub fn collect_log(level: LevelFilter) -> (Lines, CollectedLog) {
    static SUBSCRIBER: Once = Once::new();

    SUBSCRIBER.call_once(|| {
        // At its most talkative, the spans that have no events, too.
        let all = registry()
            .with(layer(FmtSpan::FULL, |level| level == LevelFilter::TRACE))
            .with(layer(FmtSpan::NONE, |level| level != LevelFilter::TRACE));
        tracing::subscriber::set_global_default(all).unwrap();
    });
    let lines = Lines::default();
    LOG.set(Some((level, lines.clone())));
    (lines, CollectedLog)
}

/// Until it is dropped, the log is collected.
pub struct CollectedLog;

impl Drop for CollectedLog {
    fn drop(&mut self) {
        LOG.set(None);
    }
}

/// Writes to the log of the thread that it is for.
fn layer<S>(spans: FmtSpan, is_for: fn(LevelFilter) -> bool) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let ours = dynamic_filter_fn(move |event, _| {
        LOG.with_borrow(|log| {
            let level = log.as_ref().map(|(level, _)| *level);
            let is_ours = ["logto", "logto_axum"].iter().any(|name| {
                let rest = event.target().strip_prefix(name);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            });
            is_ours && level.is_some_and(|level| is_for(level) && *event.level() <= level)
        })
    });
    let writer = || {
        LOG.with_borrow(|log| {
            log.as_ref()
                .map(|(_, lines)| lines.clone())
                .unwrap_or_default()
        })
    };
    fmt::layer()
        .with_ansi(false)
        .with_span_events(spans)
        .with_writer(writer)
        .with_filter(ours)
}

/// A stranger chooses the path; the log keeps its beginning.
#[tokio::test]
async fn a_long_path_is_cut_in_the_log() {
    let app = App::start().await;
    let (lines, _guard) = collect_log(LevelFilter::WARN);
    let path = format!("/begin{}end", "x".repeat(20_000));
    let request = app.browser().request("POST", &path);
    assert_eq!(Answer::of(request).await.status, 403);
    let text = lines.text();
    assert!(text.contains("write refused"), "{text}");
    assert!(text.contains("/beginxxx") && !text.contains("xend"));
    assert!(text.len() < 500, "{}", text.len());
    assert!(text.contains("x…"), "{text}");
}

/// Every secret of the story so far, with what the browser holds.
fn secrets(app: &App, browsers: &[&Browser]) -> Vec<(String, String)> {
    let mut secrets: Vec<(String, String)> = app
        .provider
        .secrets()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    for browser in browsers {
        // This one holds nothing but that somebody has signed out.
        let cookies = browser.cookies.clone().into_iter();
        secrets.extend(cookies.filter(|(name, _)| !name.starts_with("logto-signed-out")));
    }
    let application = &app.provider.controls.fixture().applications[0];
    secrets.push(("client secret".into(), application.secret.clone().unwrap()));
    secrets
}

/// A whole life: sign-in, refresh, faults, a callback that is refused, sign-out.
async fn whole_story() -> (App, Vec<(String, String)>) {
    let app = App::start().await;
    let mut browser = app.browser();
    let back = browser
        .come_back(
            "/sign-in?return_to=%2Fprofile%3Fprivate%3Dpage-secret",
            "alice",
        )
        .await;
    app.browser().get(&back).await;
    browser.get(&back.replace("state=", "state=x")).await;
    browser.get(&back).await;
    browser.get("/user-info").await;
    app.pass(3601);
    app.provider.controls.fail_next("/oidc/token", 500, 1);
    browser.get("/token").await;
    browser.get("/token").await;
    browser
        .get("/token?resource=https://shop.example/api")
        .await;
    let other = browser.come_back("/sign-in", "alice").await;
    app.provider.controls.tamper(dev_idp::Tamper::WrongNonce);
    browser.get(&other).await;
    browser.get("/sign-in").await;
    let mut held = secrets(&app, &[&browser]);
    held.push(("page".into(), "page-secret".into()));
    let live = app.store.live().await;
    app.store.flip(&live[0]).await;
    browser.clone().get("/").await;
    app.store.flip(&live[0]).await;
    browser.post("/sign-out").await;
    held.extend(secrets(&app, &[&browser]));
    (app, held)
}

/// SL-02, SL-07
#[tokio::test]
async fn the_log_at_its_most_talkative_holds_no_secret() {
    let (lines, guard) = collect_log(LevelFilter::TRACE);
    let (_app, secrets) = whole_story().await;
    drop(guard);
    let log = lines.text();
    assert!(
        log.contains("signed in: a new session begins"),
        "the log was collected"
    );
    for name in [
        "access_token",
        "refresh_token",
        "id_token",
        "code",
        "code_verifier",
        "state",
        "nonce",
        "basic",
        "logto-session",
        "logto-sign-in",
    ] {
        assert!(
            secrets.iter().any(|(held, _)| held.starts_with(name)),
            "{name} is among what is looked for"
        );
    }
    for (name, value) in secrets {
        assert!(
            value.len() > 8,
            "{name} is long enough to be looked for: {value}"
        );
        assert!(!log.contains(&value), "{name} is in the log");
    }
}

#[tokio::test]
async fn the_log_at_info_tells_the_story_of_a_sign_in() {
    let app = App::start().await;
    let (lines, guard) = collect_log(LevelFilter::INFO);
    let mut browser = app.signed_in("alice").await;
    browser.post("/sign-out").await;
    drop(guard);
    let log = lines.text();
    let mut rest = log.as_str();
    for line in [
        "sign-in started: the browser goes to the identity provider",
        "callback accepted: code exchanged, ID token verified",
        "signed in: a new session begins",
        "session ended",
        "tokens revoked at the identity provider",
    ] {
        let at = rest
            .find(line)
            .unwrap_or_else(|| panic!("{line:?} is missing in\n{log}"));
        rest = &rest[at..];
    }
    assert_eq!(
        log.matches("sign_in=").count(),
        3,
        "one name runs through it:\n{log}"
    );
    assert!(!log.contains("WARN") && !log.contains("ERROR"), "{log}");
}

/// The steps before and after the redirect have one name, and each part of the callback is a span in
/// it.
#[tokio::test]
async fn the_spans_of_a_sign_in_have_one_name_across_the_redirect() {
    let app = App::with(|setup| setup.backchannel_logout = Some(true)).await;
    let (lines, guard) = collect_log(LevelFilter::TRACE);
    let mut browser = app.signed_in("alice").await;
    app.pass(3601);
    browser.get("/token").await;
    app.provider.controls.end_sessions("alice").await;
    drop(guard);
    let started = lines.with("sign-in started").remove(0);
    let (_, name) = started.split_once("sign_in.begin{sign_in=\"").unwrap();
    let name = name.split('"').next().unwrap();
    let callback = format!("sign_in.callback{{sign_in=\"{name}\"}}:");
    for part in [
        "discovery: logto",
        "token_exchange: logto",
        "token_exchange:provider.request{otel.name=\"POST token\"",
        "id_token.verify: logto",
        "session.create: logto_axum",
    ] {
        let line = format!("{callback}{part}");
        assert!(!lines.with(&line).is_empty(), "{line} in\n{}", lines.text());
    }
    for span in ["tokens.refresh{session.id=", "backchannel_logout: "] {
        assert!(!lines.with(span).is_empty(), "{span} in\n{}", lines.text());
    }
    let status = lines.with("http.response.status_code=200");
    assert!(!status.is_empty(), "{}", lines.text());
}

/// A failure is said once, where it ends.
#[tokio::test]
async fn a_refused_callback_is_one_line_in_the_log() {
    let app = App::start().await;
    let (lines, guard) = collect_log(LevelFilter::WARN);
    let mut browser = app.browser();
    let back = browser.come_back("/sign-in", "alice").await;
    app.provider.controls.tamper(dev_idp::Tamper::WrongNonce);
    browser.get(&back).await;
    drop(guard);
    let log = lines.text();
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(
        log.contains("sign-in failed") && log.contains("nonce"),
        "{log}"
    );
}

/// SL-06
#[tokio::test]
async fn the_database_shows_nobody_and_opens_nothing() {
    let path = format!(
        "{}/secrecy-{}.db",
        env!("CARGO_TARGET_TMPDIR"),
        std::process::id()
    );
    let files = ["", "-wal", "-shm"].map(|suffix| format!("{path}{suffix}"));
    for file in &files {
        let _ = std::fs::remove_file(file);
    }
    let store = SqliteStore::open(&format!("sqlite://{path}"))
        .await
        .unwrap();
    let app = App::with(|setup| setup.store = Arc::new(Watched::over(Arc::new(store)))).await;
    let mut browser = app.signed_in("alice").await;
    browser.get("/sign-in?return_to=/a-private-page").await;
    browser.get("/user-info").await;
    app.pass(3601);
    assert_eq!(browser.get("/token").await.status, 200);
    let mut dump = Vec::new();
    for file in &files {
        dump.extend(std::fs::read(file).unwrap_or_default());
    }
    assert!(dump.len() > 4096, "there is a database");
    let mut secrets = secrets(&app, &[&browser]);
    for (name, value) in [
        ("subject", crate::support::ALICE),
        ("e-mail", "alice@example.com"),
        ("name", "Alice Example"),
        ("page", "a-private-page"),
    ] {
        secrets.push((name.into(), value.into()));
    }
    for (name, value) in secrets {
        let found = dump
            .windows(value.len())
            .any(|part| part == value.as_bytes());
        assert!(!found, "{name} is in the database");
    }
}
