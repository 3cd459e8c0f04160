//! Session events: an open page hears at once that its session has ended or changed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use logto_axum::{
    ClientAddress, PostgresStore, RedisStore, SessionSummary, SessionsOf, SqliteStore, Store,
};
use reqwest::RequestBuilder;
use store_servers::{POSTGRES_URL, REDIS_URL, running};
use tokio::time::timeout;

use crate::support::{ACME, ALICE, Answer, App, Browser, Watched, until};

const PATH: &str = "/session-events";
/// How soon an open page has to hear of it.
const SOON: Duration = Duration::from_secs(1);
const DAY: i64 = 24 * 3600;

/// An open stream, as an `EventSource` reads it.
struct Stream {
    response: reqwest::Response,
    text: String,
}

/// The request of an `EventSource`.
fn request(browser: &Browser) -> RequestBuilder {
    browser
        .request_for("text/event-stream", "GET", PATH)
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-dest", "empty")
}

async fn refused(browser: &Browser) -> Answer {
    Answer::of(request(browser)).await
}

impl Stream {
    async fn open(browser: &Browser) -> Self {
        Self::of(request(browser)).await
    }

    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let text = String::new();
        Self { response, text }
    }

    /// The next block of lines; `None` at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.text.push_str(str::from_utf8(&chunk).unwrap());
        }
    }

    /// The data of the next event; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        loop {
            let block = self.block().await?;
            let mut lines = block.lines();
            if let Some(data) = lines.find_map(|line| line.strip_prefix("data: ")) {
                return Some(data.to_owned());
            }
        }
    }

    /// The next event comes within a second.
    async fn hears(&mut self, event: &str) {
        let next = timeout(SOON, self.next()).await;
        assert_eq!(next.unwrap().as_deref(), Some(event));
    }

    /// The session has ended, and so has the stream.
    async fn hears_the_end(&mut self) {
        self.hears("ended").await;
        assert_eq!(timeout(SOON, self.next()).await.unwrap(), None);
    }

    async fn hears_nothing(&mut self) {
        let next = timeout(Duration::from_millis(300), self.next()).await;
        assert!(next.is_err(), "{next:?}");
    }
}

/// Two processes on one store.
async fn two(one: Arc<dyn Store>, other: Arc<dyn Store>) -> [App; 2] {
    let one = App::with(|setup| {
        setup.store = Arc::new(Watched::over(one));
        setup.backchannel_logout = Some(true);
    });
    let one = one.await;
    let store = Arc::new(Watched::over(other));
    let other = one.beside_changed(|setup| setup.store = store).await;
    [one, other]
}

/// The same browser, at another process.
fn at(browser: &Browser, app: &App) -> Browser {
    let mut browser = browser.clone();
    browser.at.clone_from(&app.at);
    browser
}

/// Ends a session in one process, and its stream in the other one hears of it within a second.
async fn the_end_in_one_process_is_heard_of_in_the_other([one, other]: [App; 2]) {
    // Until the connection for events is there.
    tokio::time::sleep(Duration::from_millis(300)).await;
    for _ in 0..3 {
        let mut browser = one.signed_in("alice").await;
        let mut stream = Stream::open(&at(&browser, &other)).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let ended = Instant::now();
        browser.post("/sign-out").await;
        let event = timeout(2 * SOON, stream.next()).await.unwrap();
        assert_eq!(event.as_deref(), Some("ended"));
        assert!(ended.elapsed() < SOON, "{:?}", ended.elapsed());
    }
}

/// LO-23
#[tokio::test]
async fn over_sqlite() {
    let (folder, process) = (env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let url = format!("sqlite://{folder}/session-events-{process}.db");
    let open = async || Arc::new(SqliteStore::open(&url).await.unwrap());
    let apps = two(open().await, open().await).await;
    the_end_in_one_process_is_heard_of_in_the_other(apps).await;
}

/// LO-23
#[tokio::test]
async fn over_postgres() {
    let Some(url) = running(POSTGRES_URL) else {
        return;
    };
    let open = async || Arc::new(PostgresStore::open(&url).await.unwrap());
    let apps = two(open().await, open().await).await;
    the_end_in_one_process_is_heard_of_in_the_other(apps).await;
}

/// LO-23
#[tokio::test]
async fn over_redis() {
    let Some(url) = running(REDIS_URL) else {
        return;
    };
    let url = format!("{url}?prefix=session-events-{}:", std::process::id());
    let open = async || Arc::new(RedisStore::open(&url).await.unwrap());
    let apps = two(open().await, open().await).await;
    the_end_in_one_process_is_heard_of_in_the_other(apps).await;
}

/// LO-23: whoever ends the session, and however.
#[tokio::test]
async fn every_end_of_a_session_is_heard_of_at_once() {
    let app = App::with(|setup| setup.backchannel_logout = Some(true)).await;
    let signed_in = async || {
        let browser = app.signed_in("alice").await;
        let stream = Stream::open(&browser).await;
        (browser, stream)
    };

    let (mut browser, mut stream) = signed_in().await;
    browser.post("/sign-out").await;
    stream.hears_the_end().await;

    let (_, mut stream) = signed_in().await;
    let of_alice = SessionsOf::Subject(ALICE.to_owned());
    app.auth.end_sessions(&of_alice).await.unwrap();
    stream.hears_the_end().await;

    // Back-channel logout.
    let (mut browser, mut stream) = signed_in().await;
    let out = browser.post("/sign-out").await;
    let mut elsewhere = app.signed_in("bob").await;
    let mut of_bob = Stream::open(&elsewhere).await;
    stream.hears_the_end().await;
    browser.end_session(out.location()).await;
    let out = elsewhere.clone().post("/sign-out").await;
    of_bob.hears_the_end().await;
    elsewhere.end_session(out.location()).await;

    // Another sign-in in the same browser.
    let (mut browser, mut stream) = signed_in().await;
    browser.sign_in("bob").await;
    stream.hears_the_end().await;

    // A refresh finds the grant revoked.
    let (mut browser, mut stream) = signed_in().await;
    app.provider.controls.suspend("alice");
    app.pass(3601);
    browser.get("/token").await;
    stream.hears_the_end().await;
    assert_eq!(app.auth.open_session_streams(), 0);
}

/// OU-11: the session has ended in this process.
#[tokio::test]
async fn an_end_that_the_store_does_not_take_is_heard_of_in_this_process() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut stream = Stream::open(&browser).await;
    app.store.set_writes_failing(true);
    browser.post("/sign-out").await;
    stream.hears_the_end().await;

    let browser = at(&browser, &app);
    assert_eq!(refused(&browser).await.status, 204);
}

/// SE-24: neither opening it nor keeping it open.
#[tokio::test]
async fn a_stream_is_no_use_of_the_session() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    let touched = app.store.calls("touch_session");
    let mut stream = Stream::open(&browser).await;
    stream.block().await;
    for _ in 0..3 {
        app.pass(DAY / 4);
        let mut again = Stream::open(&browser).await;
        again.block().await;
    }
    assert_eq!(app.store.calls("touch_session"), touched);
    app.pass(DAY / 4 + 61);
    assert_eq!(refused(&browser).await.status, 204);
    assert_eq!(app.store.calls("touch_session"), touched);
}

/// SE-06: the time that is left is real time here, because the clock of the application stands still.
#[tokio::test]
async fn the_end_of_the_session_closes_the_stream() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    app.pass(DAY - 2);
    let mut stream = Stream::open(&browser).await;
    let opened = Instant::now();
    assert_eq!(stream.next().await, None);
    assert!(
        opened.elapsed() < Duration::from_secs(3),
        "it closes by itself"
    );
    // The browser opens it again, and learns why it closed.
    app.pass(60);
    let again = request(&browser).header("last-event-id", "open");
    let mut stream = Stream::of(again).await;
    let last = stream.block().await.unwrap();
    assert!(last.contains("data: ended"), "{last}");
    let id = last.lines().find_map(|line| line.strip_prefix("id:"));
    assert_eq!(id.map(str::trim), Some(""), "the next request has no id");
    assert_eq!(stream.next().await, None);
    assert_eq!(refused(&browser).await.status, 204);
}

#[tokio::test]
async fn nobody_has_no_stream() {
    let app = App::start().await;
    let answer = refused(&app.browser()).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    // No session has this cookie.
    let mut browser = app.signed_in("alice").await;
    browser.clone().post("/sign-out").await;
    assert_eq!(refused(&browser).await.status, 204);
    // A page that was rendered before that shows her.
    for browser in [&browser, &app.browser()] {
        let page =
            browser.request_for("text/event-stream", "GET", "/session-events?signed_in=true");
        Stream::of(page).await.hears_the_end().await;
    }
    // Nobody is signed in in this session.
    browser.cookies.clear();
    browser.post("/cart").await;
    assert!(browser.session().is_some());
    assert_eq!(refused(&browser).await.status, 204);
}

/// A page may have been rendered for a session that its browser no longer has.
#[tokio::test]
async fn a_page_that_shows_another_session_hears_of_a_change() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    let mut ends_at = 0;
    let note = |session: SessionSummary| ends_at = session.ends_at;
    app.auth
        .list_sessions(&SessionsOf::Everybody, note)
        .await
        .unwrap();
    let page = |shown: &str| {
        let path = format!("/session-events?signed_in=true&session_ends_at={shown}");
        browser.request_for("text/event-stream", "GET", &path)
    };
    for shown in [&*ends_at.to_string(), "soon", ""] {
        Stream::of(page(shown)).await.hears_nothing().await;
    }
    for shown in [ends_at + 1, ends_at - 5, 0] {
        Stream::of(page(&shown.to_string()))
            .await
            .hears("changed")
            .await;
    }
}

/// The page shows that it does not know.
#[tokio::test]
async fn a_store_that_fails_is_no_end() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    app.store.fail_next("load_session", 1);
    let answer = refused(&browser).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    assert_eq!(app.auth.open_session_streams(), 0);
    Stream::open(&browser).await.hears_nothing().await;
}

/// CS-02
#[tokio::test]
async fn it_is_for_pages_of_this_application_and_holds_no_secret() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    for site in ["cross-site", "same-site", "none"] {
        let request = browser
            .request_for("text/event-stream", "GET", PATH)
            .header("sec-fetch-site", site);
        assert_eq!(Answer::of(request).await.status, 403, "{site}");
    }
    // Browsers of before 2023 send `Origin` when a page of another origin asks, and nothing else.
    for origin in ["https://evil.example", "null"] {
        let other = browser
            .request_for("text/event-stream", "GET", PATH)
            .header("origin", origin);
        assert_eq!(Answer::of(other).await.status, 403, "{origin}");
    }
    let old = browser.request_for("text/event-stream", "GET", PATH);
    let mut stream = Stream::of(old).await;
    let headers = stream.response.headers();
    assert_eq!(headers["x-accel-buffering"], "no");
    assert!(
        headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("no-store")
    );
    for name in ["access-control-allow-origin", "set-cookie"] {
        assert!(!headers.contains_key(name), "{name}");
    }
    let first = stream.block().await.unwrap();
    let lines: Vec<_> = first.lines().collect();
    let [id, retry] = lines[..] else {
        panic!("{first}");
    };
    assert_eq!(id, "id: 1.1", "the versions of the session and its tokens");
    let retry: u64 = retry.strip_prefix("retry: ").unwrap().parse().unwrap();
    assert!((1000..5000).contains(&retry), "{retry}");
}

/// A browser that comes back after a change that it did not hear of, perhaps to another process.
#[tokio::test]
async fn a_stream_that_is_opened_again_tells_what_was_missed() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let again = |browser: &Browser, id: &str| request(browser).header("last-event-id", id);
    let mut stream = Stream::of(again(&browser, "1.1")).await;
    stream.hears_nothing().await;
    drop(stream);

    // A refresh changes the tokens, and a use does not.
    app.pass(3600);
    browser.get("/token").await;
    for known in ["1.1", "unknown"] {
        let mut stream = Stream::of(again(&browser, known)).await;
        let event = stream.block().await.unwrap();
        assert!(event.contains("data: changed"), "{event}");
        let id = event.lines().find_map(|line| line.strip_prefix("id: "));
        let mut stream = Stream::of(again(&browser, id.unwrap())).await;
        stream.hears_nothing().await;
    }
}

/// SE-24: the stream looks at the session itself, which is no use of it, and says what it finds.
#[tokio::test]
async fn lost_events_of_the_store_are_made_up_for() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    let mut stream = Stream::open(&browser).await;
    stream.block().await;
    let touched = app.store.calls("touch_session");
    app.pass(DAY / 2);
    app.store.miss_events();
    stream.hears_nothing().await;
    app.store.fail_next("load_session", 1);
    app.store.miss_events();
    stream.hears_nothing().await;
    assert_eq!(app.store.calls("touch_session"), touched);

    let mut beside = at(&browser, &app.beside().await);
    app.store.drop_events(true);
    beside.post("/sign-out").await;
    stream.hears_nothing().await;
    app.store.miss_events();
    stream.hears_the_end().await;
}

/// No gap: the stream has its place, and would be woken, before the store is read.
#[tokio::test]
async fn an_end_while_the_stream_opens_is_not_missed() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let time = Duration::from_millis(300);
    app.store.slow_down("load_session", time);
    let tab = browser.clone();
    let opening = tokio::spawn(async move { refused(&tab).await });
    until(|| app.auth.open_session_streams() == 1).await;
    app.store.slow_down("load_session", Duration::ZERO);
    browser.post("/sign-out").await;
    assert_eq!(opening.await.unwrap().status, 204);
    assert_eq!(app.auth.open_session_streams(), 0);
}

/// OU-18
#[tokio::test]
async fn too_many_streams_are_refused() {
    fn addressed(auth: &logto_axum::LogtoAuth) -> axum::Router {
        use axum::{Extension, Router};
        let address = ClientAddress("192.0.2.1".parse().unwrap());
        let routes: Router = auth.session_events_route();
        routes.layer(Extension(address))
    }
    let app = App::with(|setup| {
        setup.streams.per_session = 2;
        setup.streams.per_address = 3;
        setup.routes = |auth, latch| crate::support::pages(latch).merge(addressed(auth));
    });
    let app = app.await;
    let alice = app.signed_in("alice").await;
    let bob = app.signed_in("bob").await;
    let one = Stream::open(&alice).await;
    let two = Stream::open(&alice).await;
    let answer = refused(&alice).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    let three = Stream::open(&bob).await;
    assert_eq!(refused(&bob).await.status, 503, "three from one address");
    assert_eq!(app.auth.open_session_streams(), 3);
    // A closed tab makes room.
    drop(one);
    until(|| app.auth.open_session_streams() == 2).await;
    let four = Stream::open(&bob).await;
    drop((two, three, four));
    until(|| app.auth.open_session_streams() == 0).await;
}

/// OU-15
#[tokio::test]
async fn a_process_that_stops_closes_its_streams() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    let mut stream = Stream::open(&browser).await;
    app.auth.close_session_streams();
    assert_eq!(timeout(SOON, stream.next()).await.unwrap(), None);
    assert_eq!(refused(&browser).await.status, 503);
    let beside = app.beside().await;
    Stream::open(&at(&browser, &beside)).await;
}

/// OR-05, OR-06: what a refresh tells about memberships, roles and permissions.
#[tokio::test]
async fn a_removal_that_this_server_learns_of_is_a_change() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let billing = format!("/org/{ACME}/billing");
    assert_eq!(browser.get(&billing).await.status, 200);
    let mut stream = Stream::open(&browser).await;
    stream.hears_nothing().await;

    // The token of the organization is refused.
    app.provider.controls.leave("alice", ACME).unwrap();
    app.pass(301);
    assert_eq!(browser.get(&billing).await.status, 404);
    stream.hears("changed").await;
    // It is known now.
    app.pass(30);
    assert_eq!(browser.get(&billing).await.status, 404);
    stream.hears_nothing().await;
    // The claims of a refreshed ID token have one organization less.
    app.pass(3600);
    assert_eq!(browser.get("/token").await.status, 200);
    stream.hears("changed").await;
    stream.hears_nothing().await;
}

/// The token has a permission less.
#[tokio::test]
async fn a_permission_that_is_gone_is_a_change() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let billing = format!("/org/{ACME}/billing");
    assert_eq!(browser.get(&billing).await.status, 200);
    let mut stream = Stream::open(&browser).await;
    app.pass(301);
    assert_eq!(browser.get(&billing).await.status, 200);
    stream.hears_nothing().await;
    let controls = &app.provider.controls;
    controls.join("alice", ACME, &["member"]).unwrap();
    app.pass(301);
    assert_eq!(browser.get(&billing).await.status, 403);
    stream.hears("changed").await;
}
