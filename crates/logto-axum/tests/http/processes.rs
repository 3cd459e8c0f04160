//! Two processes on one store: the refresh token of a session is used by one at a time.

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use logto_axum::{Lease, MemoryStore, SqliteStore, Store, StoreErrorKind};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::support::{
    ACME, ALICE, Answer, App, BILLING, Browser, GLOBEX, SHOP, SIGNED_OUT, Watched, greeting, until,
};

const HOUR: i64 = 3600;
/// How long Logto takes a replaced refresh token.
const GRACE: Duration = Duration::from_secs(3);
/// How long a lease lasts that nobody renews.
const LEASE: Duration = Duration::from_secs(2);

/// Two processes, and a browser in each that has the same session, whose access token has run out.
struct Pair {
    one: App,
    other: App,
    at_one: Browser,
    at_other: Browser,
}

impl Pair {
    /// On one store in memory.
    async fn new() -> Self {
        let store = Arc::new(MemoryStore::default());
        Self::over(store.clone(), store).await
    }

    async fn over(store: Arc<dyn Store>, same: Arc<dyn Store>) -> Self {
        let one = App::with(|setup| setup.store = Arc::new(Watched::over(store))).await;
        let same = Arc::new(Watched::over(same));
        let other = one.beside_changed(|setup| setup.store = same).await;
        let at_one = one.signed_in("alice").await;
        let mut at_other = at_one.clone();
        at_other.at.clone_from(&other.at);
        one.pass(HOUR + 1);
        Self {
            one,
            other,
            at_one,
            at_other,
        }
    }

    /// One for each kind of store: in memory, and an SQLite file that each process opens.
    async fn each(name: &str) -> [Self; 2] {
        let (folder, process) = (env!("CARGO_TARGET_TMPDIR"), std::process::id());
        let folder = format!("{folder}/processes-{name}-{process}");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        let open = async || {
            let url = format!("sqlite://{folder}/sessions.db");
            Arc::new(SqliteStore::open(&url).await.unwrap())
        };
        [
            Self::new().await,
            Self::over(open().await, open().await).await,
        ]
    }

    /// Refreshes after the sign-in.
    fn refreshes(&self) -> usize {
        self.one.provider.token_requests() - 1
    }

    /// How often each refresh token was sent to the provider, if more than once.
    fn used_again(&self) -> Vec<String> {
        let sent = self.one.provider.seen_at("/oidc/token");
        let sent = sent.iter().filter_map(|one| one.parameter("refresh_token"));
        let mut seen = HashSet::new();
        sent.filter(|token| !seen.insert(token.clone())).collect()
    }

    /// Whether the newest refresh token works, and the session in both processes.
    async fn assert_signed_in(&self) {
        for browser in [&self.at_one, &self.at_other] {
            let mut browser = browser.clone();
            assert_eq!(browser.get("/").await.body, greeting(ALICE));
            let fresh = browser.get("/obtain?fresh=now").await;
            assert_eq!(fresh.status, 200, "{}", fresh.body);
        }
    }

    /// What a process in which a refresh is running does next waits.
    async fn stall_one(&self) {
        until(|| self.refreshes() == 1).await;
        self.one.store.stall(&[]);
    }
}

/// A request in a task of its own, and how long it took.
fn ask(browser: &Browser, path: &str) -> JoinHandle<(Answer, Duration)> {
    let (mut browser, path) = (browser.clone(), path.to_owned());
    tokio::spawn(async move {
        let began = Instant::now();
        (browser.get(&path).await, began.elapsed())
    })
}

/// RF-01, RF-17: half of the requests in each process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_requests_in_two_processes_make_one_refresh() {
    for pair in Pair::each("hundred").await {
        pair.one.provider.controls.delay_next("/oidc/token", 500);
        let browsers = [&pair.at_one, &pair.at_other].into_iter().cycle();
        let asked: Vec<_> = browsers
            .take(100)
            .map(|browser| ask(browser, "/token"))
            .collect();
        let mut tokens = HashSet::new();
        for one in asked {
            let (answer, took) = one.await.unwrap();
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert!(took < LEASE, "no lease has run out: {took:?}");
            tokens.insert(answer.body);
        }
        assert_eq!((tokens.len(), pair.refreshes()), (1, 1));
    }
}

/// RF-04, RF-16: every refresh replaces the refresh token, and the tokens for several APIs run out
/// at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_refresh_token_is_used_again_while_each_refresh_replaces_it() {
    let audiences = [
        "resource=none".to_owned(),
        format!("resource={SHOP}"),
        format!("resource={BILLING}"),
        format!("organization={ACME}"),
        format!("organization={GLOBEX}"),
    ];
    for grace in [GRACE, Duration::ZERO] {
        for pair in Pair::each(&format!("rotation-{}", grace.as_secs())).await {
            pair.one.provider.controls.rotate_refresh_tokens(grace);
            for _ in 0..3 {
                let mut asked = Vec::new();
                for _ in 0..4 {
                    for audience in &audiences {
                        let query = if audience.ends_with("none") {
                            ""
                        } else {
                            audience
                        };
                        for browser in [&pair.at_one, &pair.at_other] {
                            asked.push(ask(browser, &format!("/token?{query}")));
                        }
                    }
                }
                for one in asked {
                    let (answer, _) = one.await.unwrap();
                    assert_eq!(answer.status, 200, "{}", answer.body);
                }
                pair.one.pass(HOUR + 1);
            }
            assert_eq!(pair.refreshes(), 3 * audiences.len());
            pair.assert_signed_in().await;
            assert_eq!(pair.used_again(), [""; 0]);
        }
    }
}

/// RF-17: nobody renews the lease. Who waits has it in time for the provider's grace, and asks
/// once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_died_is_waited_for_two_seconds() {
    for pair in Pair::each("died").await {
        let session = pair.one.store.live().await[0];
        let lease = pair.one.store.lease_tokens(&session, &[9; 16], LEASE).await;
        assert_eq!(lease.unwrap(), Lease::Held);
        let browsers = [&pair.at_one, &pair.at_other].into_iter().cycle();
        let asked: Vec<_> = browsers
            .take(20)
            .map(|browser| ask(browser, "/token"))
            .collect();
        for one in asked {
            let (answer, took) = one.await.unwrap();
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert!(took > Duration::from_millis(1700), "{took:?}");
            assert!(took < GRACE, "{took:?}");
        }
        assert_eq!(pair.refreshes(), 1);
        pair.assert_signed_in().await;
    }
}

/// RF-17: the holder works on for longer than a lease lasts.
#[tokio::test]
async fn a_slow_refresh_keeps_its_lease() {
    for mut pair in Pair::each("slow").await {
        pair.one.provider.controls.delay_next("/oidc/token", 3500);
        let first = ask(&pair.at_one, "/token");
        until(|| pair.refreshes() == 1).await;
        let second = pair.at_other.get("/token").await;
        assert_eq!(second.body, first.await.unwrap().0.body);
        assert_eq!(pair.refreshes(), 1);
    }
}

/// RF-17, RF-10: a failed refresh does not hold up the next one.
#[tokio::test]
async fn a_failed_refresh_gives_the_lease_back() {
    for mut pair in Pair::each("failed").await {
        pair.one.provider.controls.fail_next("/oidc/token", 503, 1);
        assert_eq!(pair.at_one.get("/token").await.status, 502);
        let (answer, took) = ask(&pair.at_other, "/token").await.unwrap();
        assert_eq!(answer.status, 200);
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
}

/// RF-21: a panic between the provider and the store. The lease is free at once, and the refresh
/// token still works.
#[tokio::test]
async fn a_panic_in_a_refresh_holds_nobody_up() {
    let mut pair = Pair::new().await;
    pair.one.provider.controls.delay_next("/oidc/token", 300);
    pair.one.store.panic_next("save_tokens");
    let panics = ask(&pair.at_one, "/token");
    until(|| pair.refreshes() == 1).await;
    let waiting = [ask(&pair.at_one, "/token"), ask(&pair.at_other, "/token")];
    assert_eq!(panics.await.unwrap().0.status, 500);
    for one in waiting {
        let (answer, took) = one.await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(took < LEASE, "{took:?}");
    }
    assert_eq!(pair.refreshes(), 2);
    assert_eq!(pair.at_one.get("/").await.body, greeting(ALICE));
}

/// RF-16, OR-05: what the provider said to one process it need not say to the other.
#[tokio::test]
async fn a_refusal_serves_the_process_that_waits_for_it() {
    let mut pair = Pair::new().await;
    let path = "/token?organization=not-one-of-hers";
    pair.one.provider.controls.delay_next("/oidc/token", 500);
    let first = ask(&pair.at_one, path);
    until(|| pair.refreshes() == 1).await;
    assert_eq!(pair.at_other.get(path).await.status, 403);
    assert_eq!(first.await.unwrap().0.status, 403);
    assert_eq!(pair.refreshes(), 1);
}

/// RF-18: a process stands still, and another one refreshes meanwhile. What the first one brings
/// late is refused while the other has the lease, and changes no refresh token afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_late_holder_brings_replaces_nothing() {
    let pair = Pair::new().await;
    pair.one.provider.controls.rotate_refresh_tokens(GRACE);
    pair.one.provider.controls.delay_next("/oidc/token", 500);
    let late = ask(&pair.at_one, "/token");
    pair.stall_one().await;
    let next = ask(&pair.at_other, "/token");
    // The other one has it, and its answer is there but not stored.
    pair.other.store.stall(&["save_tokens"]);
    until(|| pair.one.provider.seen_at("/oidc/token").len() == 3).await;
    let saved = pair.one.store.calls("save_tokens");
    pair.one.store.go_on();
    until(|| pair.one.store.calls("save_tokens") > saved + 1).await;
    pair.other.store.go_on();
    let (late, next) = (late.await.unwrap().0, next.await.unwrap().0);
    assert_eq!((late.status, next.status), (200, 200));
    assert_ne!(late.body, next.body);
    assert_eq!(pair.refreshes(), 2);

    // The refresh token that is stored is the one that the other process got.
    let seen = pair.one.provider.seen_at("/oidc/token");
    let kept = seen.last().unwrap().member("refresh_token").unwrap();
    pair.assert_signed_in().await;
    let sent = pair.one.provider.seen_at("/oidc/token")[3].parameter("refresh_token");
    assert_eq!(sent, Some(kept));
    assert_eq!(pair.one.provider.seen_at("/oidc/token/revocation").len(), 0);
}

/// RF-18: the other process got nothing, so what comes late is what there is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_late_holder_brings_counts_when_the_next_one_failed() {
    let mut pair = Pair::new().await;
    pair.one.provider.controls.rotate_refresh_tokens(GRACE);
    pair.one.provider.controls.delay_next("/oidc/token", 500);
    let late = ask(&pair.at_one, "/token");
    pair.stall_one().await;
    until(|| pair.one.provider.seen_at("/oidc/token").len() == 2).await;
    pair.one.provider.controls.fail_next("/oidc/token", 503, 1);
    assert_eq!(pair.at_other.get("/token").await.status, 502);
    pair.one.store.go_on();
    let (late, _) = late.await.unwrap();
    assert_eq!(late.status, 200);
    assert_eq!(pair.at_other.get("/token").await.body, late.body);
    pair.one.pass(4);
    pair.assert_signed_in().await;
}

/// RF-16: the provider refuses the refresh token to a process that stood still, because another one
/// has used it and not stored yet what replaced it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_holder_ends_no_session() {
    let pair = Pair::new().await;
    pair.one.provider.controls.rotate_refresh_tokens(GRACE);
    pair.one.provider.controls.delay_next("/oidc/token", 4500);
    let late = ask(&pair.at_one, "/token");
    pair.stall_one().await;
    pair.other.store.stall(&["save_tokens"]);
    let next = ask(&pair.at_other, "/token");
    until(|| pair.one.provider.seen_at("/oidc/token").len() == 2).await;
    pair.one.store.go_on();
    let refusal = r#"{"error":"invalid_grant"}"#;
    pair.one.provider.answer_next("/oidc/token", 400, refusal);
    until(|| pair.one.provider.seen_at("/oidc/token").len() == 3).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    pair.other.store.go_on();
    let (late, next) = (late.await.unwrap().0, next.await.unwrap().0);
    assert_eq!((late.status, next.status), (200, 200));
    assert_eq!(late.body, next.body);
    pair.assert_signed_in().await;
}

/// RF-07: the refresh token in the store was replaced, and the one process that knows the new one
/// stores it in a moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_that_could_not_be_stored_yet_is_waited_for() {
    let mut pair = Pair::new().await;
    pair.one
        .provider
        .controls
        .rotate_refresh_tokens(Duration::ZERO);
    let auth = pair.one.auth.clone();
    tokio::spawn(async move { auth.sweep().await });
    until(|| pair.one.store.calls("sweep") == 1).await;
    pair.one.store.fail_next("save_tokens", 1);
    let token = pair.at_one.get("/token").await.body;
    assert_eq!(pair.at_other.get("/token").await.body, token);
    pair.assert_signed_in().await;
    assert_eq!(pair.used_again(), [""; 0]);
}

/// RF-07: a store that has too much to do is asked again, for the lease and for the tokens.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_store_gets_the_tokens_before_another_process_asks() {
    let pair = Pair::new().await;
    pair.one
        .provider
        .controls
        .rotate_refresh_tokens(Duration::ZERO);
    for call in ["lease_tokens", "save_tokens"] {
        let store = &pair.one.store;
        store.fail_next_as(call, 3, StoreErrorKind::Busy);
    }
    let first = ask(&pair.at_one, "/token");
    until(|| pair.refreshes() == 1).await;
    let second = ask(&pair.at_other, "/token");
    let (first, second) = (first.await.unwrap().0, second.await.unwrap().0);
    assert_eq!((first.status, first.body), (200, second.body));
    pair.assert_signed_in().await;
    assert_eq!(pair.used_again(), [""; 0]);
}

/// RF-07, OU-11: a lease that cannot be written stops no refresh.
#[tokio::test]
async fn without_a_lease_tokens_are_refreshed_all_the_same() {
    let mut pair = Pair::new().await;
    pair.one.store.fail_next("lease_tokens", 1);
    let token = pair.at_one.get("/token").await;
    assert_eq!(token.status, 200);
    assert_eq!(pair.at_other.get("/token").await.body, token.body);
    assert_eq!(pair.refreshes(), 1);
}

/// RF-20: a sign-out in one process while the other one refreshes.
#[tokio::test]
async fn a_sign_out_in_another_process_during_a_refresh_leaves_nothing_alive() {
    for mut pair in Pair::each("sign-out").await {
        pair.one.provider.controls.rotate_refresh_tokens(GRACE);
        pair.one.provider.controls.delay_next("/oidc/token", 500);
        let before = pair.at_one.clone();
        let (refreshing, waiting) = (ask(&pair.at_one, "/token"), ask(&before, "/user-info"));
        until(|| pair.refreshes() == 1).await;
        let third = ask(&pair.at_other, &format!("/token?resource={SHOP}"));
        pair.at_other.post("/sign-out").await;
        for one in [refreshing, waiting, third] {
            assert_eq!(one.await.unwrap().0.status, 401);
        }
        assert!(pair.one.store.live().await.is_empty());
        assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);
        let newest = pair.one.refresh_token();
        assert_eq!(pair.one.status_of_refresh_token(&newest).await, 400);
    }
}

/// The scopes in a token that the browser shows.
fn scope(answer: &Answer) -> String {
    let token: Value = serde_json::from_str(&answer.body).unwrap();
    token["scope"].as_str().unwrap().to_owned()
}

/// F17, RF-18: scopes are switched off in one process while the other one refreshes, or wants to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_process_gets_a_token_with_a_scope_that_another_one_switches_off() {
    let pair = Pair::new().await;
    pair.one
        .provider
        .controls
        .rotate_refresh_tokens(Duration::ZERO);
    for (scopes, has_email) in [("phone", false), ("phone email", true), ("phone", false)] {
        // It is running when the scopes are switched; the other one begins while they are.
        pair.one.provider.controls.delay_next("/oidc/token", 300);
        pair.one.provider.controls.delay_next("/oidc/token", 300);
        let running = pair.refreshes() + 1;
        let first = ask(&pair.at_one, "/obtain?fresh=now");
        until(|| pair.refreshes() == running).await;
        let other = pair.at_other.clone();
        let switch = tokio::spawn(async move {
            let request = other.form("/scopes").form(&[("scope", scopes)]);
            other.clone().send(request).await
        });
        until(|| pair.refreshes() == running + 1).await;
        let during = ask(&pair.at_one, "/obtain?fresh=now");
        assert_eq!(first.await.unwrap().0.status, 200);
        let switched = switch.await.unwrap();
        assert_eq!(switched.body, r#"{"changed":true}"#);
        let (during, _) = during.await.unwrap();
        assert_eq!(during.status, 200);
        assert_eq!(scope(&during).contains("email"), has_email);
    }
    pair.assert_signed_in().await;
    assert_eq!(pair.used_again(), [""; 0]);
}

/// F17: the scopes are switched after a request has read them, while it waits for its turn.
#[tokio::test]
async fn a_request_that_waits_for_a_switch_of_scopes_asks_for_those_in_use_afterwards() {
    let pair = Pair::new().await;
    pair.other.store.stall(&["update_session"]);
    let request = pair.at_other.form("/scopes").form(&[("scope", "phone")]);
    let mut other = pair.at_other.clone();
    let switch = tokio::spawn(async move { other.send(request).await });
    until(|| pair.other.store.calls("lease_tokens") == 1).await;
    let waiting = ask(&pair.at_one, "/obtain?fresh=now");
    until(|| pair.one.store.calls("lease_tokens") > 1).await;
    assert_eq!(pair.refreshes(), 0);
    pair.other.store.go_on();
    assert_eq!(switch.await.unwrap().body, r#"{"changed":true}"#);
    let (waiting, _) = waiting.await.unwrap();
    assert_eq!(waiting.status, 200);
    assert!(!scope(&waiting).contains("email"), "{}", waiting.body);
}
