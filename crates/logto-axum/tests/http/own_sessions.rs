//! The sessions of a person: listed and ended by themselves, and by nobody else.

use std::{sync::Arc, time::Duration};

use logto_axum::{MemoryStore, Store, testing::TestSession};
use serde_json::{Value, json};

use crate::support::{ALICE, App, BOB, Browser, SIGNED_OUT, Watched, greeting, until};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const CHROME: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";

/// A browser that says what it is, at an address.
fn described(app: &App, user_agent: &str, address: &str) -> Browser {
    let address = [("x-test-address", address)];
    let headers = address.map(|(name, value)| {
        let name = reqwest::header::HeaderName::from_static(name);
        (name, value.parse().unwrap())
    });
    let mut browser = app.browser();
    browser.http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(user_agent)
        .default_headers(headers.into_iter().collect())
        .build()
        .unwrap();
    browser
}

async fn sign_in(browser: &mut Browser, username: &str) {
    browser.sign_in(username).await;
    browser.get("/").await;
}

async fn signed_in(app: &App, user_agent: &str) -> Browser {
    let mut browser = described(app, user_agent, "203.0.113.77");
    sign_in(&mut browser, "alice").await;
    browser
}

async fn listed(browser: &mut Browser) -> Vec<Value> {
    let answer = browser.get("/own-sessions").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let list = body["list"].as_array().unwrap().clone();
    assert_eq!(body["total"], list.len());
    list
}

/// The handles of the other sessions.
async fn handles(browser: &mut Browser) -> Vec<String> {
    let list = listed(browser).await;
    let handles = list.iter().filter_map(|one| one["handle"].as_str());
    handles.map(str::to_owned).collect()
}

async fn end(browser: &mut Browser, handle: &str) -> (u16, String) {
    let path = format!("/own-sessions/end?handle={handle}");
    let answer = browser.post(&path).await;
    (answer.status, answer.body)
}

fn done(ended: bool) -> (u16, String) {
    (200, ended.to_string())
}

/// SE-20
#[tokio::test]
async fn a_person_sees_their_sessions_with_where_and_when_they_began() {
    let app = App::start().await;
    let mut phone = described(&app, CHROME, "2001:db8:1:2::7");
    sign_in(&mut phone, "alice").await;
    app.signed_in("bob").await;
    app.pass(600);
    let mut desk = signed_in(&app, FIREFOX).await;
    app.pass(120);
    let list = listed(&mut desk).await;
    let firefox = json!({
        "browser": "Firefox", "system": "Linux", "kind": "computer", "address": "203.0.113.…"
    });
    let chrome = json!({
        "browser": "Chrome", "system": "Android", "kind": "phone", "address": "2001:db8:1:…"
    });
    let devices: Vec<_> = list.iter().map(|one| &one["device"]).collect();
    assert_eq!(devices, [&firefox, &chrome]);
    let current: Vec<_> = list.iter().map(|one| &one["is_current"]).collect();
    assert_eq!(current, [true, false]);
    let time = |of: usize, name: &str| list[of][name].as_i64().unwrap();
    assert_eq!(time(0, "signed_in_at") - time(1, "signed_in_at"), 600);
    assert_eq!(time(0, "last_used_at") - time(0, "signed_in_at"), 120);
    assert_eq!(time(1, "last_used_at"), time(1, "signed_in_at"));
    assert_eq!(time(1, "ends_at") - time(1, "signed_in_at"), 168 * 3600);
    // The one that was used last comes first, after the one that asks.
    let mut third = signed_in(&app, FIREFOX).await;
    app.pass(120);
    phone.get("/").await;
    let list = listed(&mut third).await;
    let browsers: Vec<_> = list.iter().map(|one| &one["device"]["browser"]).collect();
    assert_eq!(browsers, ["Firefox", "Chrome", "Firefox"]);
}

/// SE-05, SE-24
#[tokio::test]
async fn to_be_seen_in_the_list_is_no_use_of_a_session() {
    let app = App::with(|setup| setup.idle = Duration::from_mins(20)).await;
    let mut left = signed_in(&app, FIREFOX).await;
    let mut browser = signed_in(&app, FIREFOX).await;
    let before = listed(&mut browser).await[1]["last_used_at"].clone();
    app.pass(900);
    assert_eq!(listed(&mut browser).await[1]["last_used_at"], before);
    app.pass(600);
    assert_eq!(listed(&mut browser).await.len(), 1, "it has ended unused");
    assert_eq!(left.get("/").await.body, SIGNED_OUT);
}

/// SE-20: what is stored is the description, and no more.
#[tokio::test]
async fn neither_the_user_agent_nor_the_whole_address_is_kept() {
    let app = App::with(|setup| setup.keep_address = false).await;
    let mut browser = signed_in(&app, "Mozilla/5.0 (alice) SomeBrowser/1.0").await;
    let device = &listed(&mut browser).await[0]["device"];
    let unknown = json!({ "browser": null, "system": null, "kind": "unknown", "address": null });
    assert_eq!(device, &unknown);
}

/// SE-20
#[tokio::test]
async fn a_person_ends_one_session_and_the_others_go_on() {
    let app = App::start().await;
    let mut phone = signed_in(&app, CHROME).await;
    let token = app.refresh_token();
    let mut desk = signed_in(&app, FIREFOX).await;
    let mut bob = app.signed_in("bob").await;
    let handle = handles(&mut desk).await.remove(0);
    assert_eq!(end(&mut desk, &handle).await, done(true));
    assert_eq!(phone.get("/").await.body, SIGNED_OUT);
    assert_eq!(desk.get("/").await.body, greeting(ALICE));
    assert_eq!(bob.get("/").await.body, greeting(BOB));
    until(|| app.provider.seen_at("/oidc/token/revocation").len() == 1).await;
    assert_eq!(app.status_of_refresh_token(&token).await, 400);
    // Twice is once.
    assert_eq!(end(&mut desk, &handle).await, done(false));
    assert_eq!(listed(&mut desk).await.len(), 1);
}

/// SE-20
#[tokio::test]
async fn a_person_ends_all_other_sessions() {
    let app = App::start().await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(signed_in(&app, CHROME).await);
    }
    let mut desk = signed_in(&app, FIREFOX).await;
    let mut bob = app.signed_in("bob").await;
    let ended = desk.post("/own-sessions/end-others").await;
    assert_eq!((ended.status, ended.body.as_str()), (200, "3"));
    for other in &mut others {
        assert_eq!(other.get("/").await.body, SIGNED_OUT);
    }
    assert_eq!(desk.get("/token").await.status, 200);
    assert_eq!(bob.get("/").await.body, greeting(BOB));
    until(|| app.provider.seen_at("/oidc/token/revocation").len() == 3).await;
    let ended = desk.post("/own-sessions/end-others").await;
    assert_eq!(ended.body, "0");
}

/// SE-20, SE-16: a handle is for one session of one person.
#[tokio::test]
async fn the_handle_of_another_person_or_another_session_ends_nothing() {
    let app = App::start().await;
    let mut phone = signed_in(&app, CHROME).await;
    let mut desk = signed_in(&app, FIREFOX).await;
    let mut bob = app.signed_in("bob").await;
    app.signed_in("bob").await;
    let of_desk = handles(&mut desk).await.remove(0);
    let of_phone = handles(&mut phone).await.remove(0);
    let of_bob = handles(&mut bob).await.remove(0);
    assert_ne!(of_desk, of_phone);
    let session = desk.session().unwrap().to_owned();
    for handle in [&of_desk, &of_phone] {
        assert_eq!(end(&mut bob, handle).await, done(false));
    }
    let made_up = ["", "AAAAAAAAAAAAAAAAAAAAAA", "%00%ff..%2F"];
    for handle in [&*of_phone, &of_bob, &session].into_iter().chain(made_up) {
        assert_eq!(end(&mut desk, handle).await, done(false), "{handle}");
    }
    assert_eq!(app.store.live().await.len(), 4);
    // An earlier session of the same browser.
    sign_in(&mut desk, "alice").await;
    assert_eq!(end(&mut desk, &of_desk).await, done(false));
    assert_eq!(phone.get("/").await.body, greeting(ALICE));
}

/// SE-20: nothing in the list opens a session.
#[tokio::test]
async fn a_handle_is_no_session_id() {
    let app = App::start().await;
    let mut phone = signed_in(&app, CHROME).await;
    let mut desk = signed_in(&app, FIREFOX).await;
    let list = desk.get("/own-sessions").await.body;
    for browser in [&phone, &desk] {
        assert!(!list.contains(browser.session().unwrap()));
    }
    let handle = handles(&mut desk).await.remove(0);
    let name = phone.cookie_name("logto-session");
    phone.cookies.insert(name, handle);
    assert_eq!(phone.get("/").await.body, SIGNED_OUT);
}

/// SE-20
#[tokio::test]
async fn nobody_who_is_signed_out_lists_or_ends_sessions() {
    let app = App::start().await;
    let mut phone = signed_in(&app, CHROME).await;
    let mut desk = signed_in(&app, FIREFOX).await;
    let handle = handles(&mut desk).await.remove(0);
    let copy = desk.clone();
    desk.post("/sign-out").await;
    for mut browser in [app.browser(), copy] {
        assert_eq!(browser.get("/own-sessions").await.status, 401);
        assert_eq!(end(&mut browser, &handle).await.0, 401);
        let others = browser.post("/own-sessions/end-others").await;
        assert_eq!(others.status, 401);
    }
    assert_eq!(phone.get("/").await.body, greeting(ALICE));
}

/// SE-20: Logto has one grant for all sign-ins of one of its sessions.
#[tokio::test]
async fn the_end_of_another_session_of_the_same_browser_leaves_the_tokens_of_this_one() {
    for session_required in [None, Some(true)] {
        let app = App::with(|setup| setup.backchannel_logout = session_required).await;
        let mut browser = signed_in(&app, FIREFOX).await;
        // Its cookies of this application are cleared, and those of Logto stay.
        for _ in 0..2 {
            browser.cookies.clear();
            let back = browser.come_back("/sign-in", "alice").await;
            browser.get(&back).await;
            browser.get("/").await;
        }
        let handle = handles(&mut browser).await.remove(0);
        assert_eq!(end(&mut browser, &handle).await, done(true));
        let others = browser.post("/own-sessions/end-others").await;
        assert_eq!(others.body, "1");
        // Another browser that describes itself alike is known for another one by the `sid`.
        let mut alike = signed_in(&app, FIREFOX).await;
        let handle = handles(&mut browser).await.remove(0);
        assert_eq!(end(&mut browser, &handle).await, done(true));
        assert_eq!(alike.get("/").await.body, SIGNED_OUT);
        if session_required.is_some() {
            until(|| app.provider.seen_at("/oidc/token/revocation").len() == 1).await;
        }
        app.pass(3601);
        assert_eq!(browser.get("/token").await.status, 200);
        let revocations = app.provider.controls.count("/oidc/token/revocation");
        assert_eq!(revocations, usize::from(session_required.is_some()));
    }
}

/// OU-17: nothing half done is reported as done.
#[tokio::test]
async fn while_the_store_fails_the_answer_is_503() {
    let app = App::start().await;
    let mut phone = signed_in(&app, CHROME).await;
    let mut desk = signed_in(&app, FIREFOX).await;
    let handle = handles(&mut desk).await.remove(0);
    let fail = || app.store.fail_next("find_sessions", 1);
    fail();
    assert_eq!(desk.get("/own-sessions").await.status, 503);
    fail();
    assert_eq!(end(&mut desk, &handle).await.0, 503);
    fail();
    let others = desk.post("/own-sessions/end-others").await;
    assert_eq!(others.status, 503);
    assert_eq!(phone.get("/").await.body, greeting(ALICE));
    app.store.fail_next("delete_session", 1);
    assert_eq!(end(&mut desk, &handle).await.0, 503);
    // It has ended for this process, and is deleted when the store can.
    assert_eq!(phone.get("/").await.body, SIGNED_OUT);
}

/// LO-05: the answer waits for no revocation, which is attempted again.
#[tokio::test]
async fn a_session_ends_while_logto_does_not_answer() {
    let app = App::start().await;
    let mut phone = signed_in(&app, CHROME).await;
    let token = app.refresh_token();
    let mut desk = signed_in(&app, FIREFOX).await;
    let handle = handles(&mut desk).await.remove(0);
    let revocation = "/oidc/token/revocation";
    app.provider.controls.fail_next(revocation, 503, 1);
    assert_eq!(end(&mut desk, &handle).await, done(true));
    assert_eq!(phone.get("/").await.body, SIGNED_OUT);
    until(|| app.provider.seen_at(revocation).len() == 2).await;
    assert_eq!(app.status_of_refresh_token(&token).await, 400);
}

/// SE-20: the sessions are those of all processes.
#[tokio::test]
async fn sessions_of_another_process_are_listed_and_ended() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let one = App::with(|setup| setup.store = Arc::new(Watched::over(store.clone()))).await;
    let other = one
        .beside_changed(|setup| setup.store = Arc::new(Watched::over(store)))
        .await;
    let mut phone = signed_in(&one, CHROME).await;
    let mut desk = signed_in(&one, FIREFOX).await;
    let elsewhere = |browser: &Browser| {
        let mut browser = browser.clone();
        browser.at.clone_from(&other.at);
        browser
    };
    let mut desk_elsewhere = elsewhere(&desk);
    let handle = handles(&mut desk_elsewhere).await.remove(0);
    assert_eq!(handles(&mut desk).await, std::slice::from_ref(&handle));
    assert_eq!(end(&mut desk_elsewhere, &handle).await, done(true));
    assert_eq!(phone.get("/").await.body, SIGNED_OUT);
    assert_eq!(elsewhere(&phone).get("/").await.body, SIGNED_OUT);
    assert_eq!(desk.get("/").await.body, greeting(ALICE));
}

/// SE-20: more sessions than a page shows.
#[tokio::test]
async fn a_hundred_sessions_are_listed_and_all_are_counted_and_ended() {
    let app = App::start().await;
    let mut desk = signed_in(&app, FIREFOX).await;
    for _ in 0..121 {
        let session = TestSession::new(ALICE).cookie(&app.auth).await;
        assert!(session.is_ok());
    }
    let body: Value = serde_json::from_str(&desk.get("/own-sessions").await.body).unwrap();
    assert_eq!(body["total"], 122);
    let list = body["list"].as_array().unwrap();
    assert_eq!(list.len(), 100);
    assert_eq!(list[0]["is_current"], true);
    let ended = desk.post("/own-sessions/end-others").await;
    assert_eq!(ended.body, "121");
    assert_eq!(listed(&mut desk).await.len(), 1);
}
