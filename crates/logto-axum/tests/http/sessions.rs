//! What a session promises: its cookie, its id, its end.

use std::{sync::Arc, time::Duration};

use dev_idp::Fixture;
use logto_axum::SqliteStore;

use crate::support::{ALICE, App, BOB, SIGNED_OUT, Watched, greeting};

const HOUR: i64 = 3600;

/// SE-01: on https the cookie is bound to this host; F7: Lax, because the way back from Logto is
/// from another site.
#[tokio::test]
async fn on_https_the_cookies_are_bound_to_the_host() {
    let app =
        App::with(|setup| setup.base_url = Some("https://app.example".parse().unwrap())).await;
    let mut browser = app.browser();
    let start = browser.get("/sign-in").await;
    let cookie = start.set_cookie("__Host-logto-sign-in").unwrap();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600"
    );
    assert!(value.len() < 2000, "{}", value.len());

    let address = start.location().to_owned();
    let back = browser.at_provider(&address, "alice").await;
    assert!(back.starts_with("https://app.example/callback?"));
    let response = browser.get(&back).await;
    let cookie = response.set_cookie("__Host-logto-session").unwrap();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    let (rest, seconds) = attributes.rsplit_once('=').unwrap();
    assert_eq!(rest, "HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age");
    let seconds: i64 = seconds.parse().unwrap();
    assert!(
        (7 * 24 * HOUR - 60..=7 * 24 * HOUR).contains(&seconds),
        "{seconds}"
    );
    assert!(
        value.len() >= "__Host-logto-session=".len() + 22,
        "128 bits"
    );
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// SE-01: on http there is neither the prefix nor `Secure`, which browsers would refuse there.
#[tokio::test]
async fn on_http_the_cookies_are_plain_and_else_the_same() {
    let app = App::start().await;
    let mut browser = app.browser();
    let response = browser.sign_in("alice").await;
    let cookie = response.set_cookie("logto-session").unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    for attribute in ["Secure", "Domain", "__Host-"] {
        assert!(!cookie.contains(attribute), "{cookie}");
    }
}

/// F5: browsers ignore a removal without the attributes of a `__Host-` cookie.
#[tokio::test]
async fn the_cookie_is_taken_away_with_the_attributes_it_was_set_with() {
    let app =
        App::with(|setup| setup.base_url = Some("https://app.example".parse().unwrap())).await;
    let mut browser = app.signed_in("alice").await;
    let stale = browser.clone();
    let removal = "__Host-logto-session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0";
    let out = browser.post("/sign-out").await;
    assert_eq!(out.set_cookie("__Host-logto-session"), Some(removal));
    // Another tab with the old cookie gets the removal too.
    let later = stale.clone().get("/").await;
    assert_eq!(later.body, SIGNED_OUT);
    assert_eq!(later.set_cookie("__Host-logto-session"), Some(removal));
}

/// SE-21
#[tokio::test]
async fn anonymous_visits_leave_no_cookie_and_no_row() {
    let app = App::start().await;
    for path in ["/", "/sign-in-problem", "/profile", "/token", "/nowhere"] {
        let answer = app.browser().get(path).await;
        assert!(
            answer.set_cookies().is_empty(),
            "{path}: {:?}",
            answer.set_cookies()
        );
    }
    assert!(app.store.live().await.is_empty());
    assert_eq!(app.store.calls("spend"), 0);
    assert_eq!(app.store.calls("create_session"), 0);
}

/// SE-02
#[tokio::test]
async fn every_sign_in_brings_a_new_id_and_kills_the_old_one() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.clone();
    browser.sign_in("alice").await;
    assert_ne!(browser.session(), before.session());
    assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    assert_eq!(app.store.live().await.len(), 1);
}

/// SE-02: a session without a person, planted before the sign-in, does not become hers.
#[tokio::test]
async fn an_anonymous_session_planted_before_the_sign_in_dies_in_it() {
    let app = App::start().await;
    let mut attacker = app.browser();
    attacker.post("/cart").await;
    let planted = attacker.session().unwrap().to_owned();
    let mut victim = app.browser();
    victim
        .cookies
        .insert(victim.cookie_name("logto-session"), planted.clone());
    victim.sign_in("alice").await;
    assert_ne!(victim.session(), Some(planted.as_str()));
    assert_eq!(attacker.get("/").await.body, SIGNED_OUT);
    assert_eq!(attacker.get("/cart").await.body, "");
    assert_eq!(app.store.live().await.len(), 1);
}

/// SE-03
#[tokio::test]
async fn an_id_that_somebody_made_up_is_never_adopted() {
    let app = App::start().await;
    let mut browser = app.browser();
    let chosen = "AAAAAAAAAAAAAAAAAAAAAA";
    let name = browser.cookie_name("logto-session");
    browser.cookies.insert(name.clone(), chosen.into());
    browser.post("/cart").await;
    assert_ne!(browser.session(), Some(chosen));
    browser.cookies.insert(name.clone(), chosen.into());
    browser.sign_in("alice").await;
    assert_ne!(browser.session(), Some(chosen));
    let mut other = app.browser();
    other.cookies.insert(name, chosen.into());
    assert_eq!(other.get("/").await.body, SIGNED_OUT);
}

/// SE-05
#[tokio::test]
async fn a_session_nobody_uses_ends() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.pass(23 * HOUR);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    app.pass(24 * HOUR - 1);
    assert_eq!(
        browser.get("/").await.body,
        greeting(ALICE),
        "its use was noted"
    );
    app.pass(24 * HOUR);
    let requests = app.provider.token_requests();
    let ended = browser.get("/").await;
    assert_eq!(ended.body, SIGNED_OUT);
    assert!(
        ended
            .set_cookie("logto-session")
            .unwrap()
            .contains("Max-Age=0")
    );
    assert!(
        app.store.live().await.is_empty(),
        "the row is gone, and its tokens with it"
    );
    assert_eq!(app.provider.token_requests(), requests);
}

/// SE-06
#[tokio::test]
async fn use_does_not_prolong_a_session_past_its_limit() {
    let app = App::with(|setup| setup.lifetime = Duration::from_hours(3)).await;
    let mut browser = app.signed_in("alice").await;
    for _ in 0..17 {
        app.pass(10 * 60);
        assert_eq!(browser.get("/").await.body, greeting(ALICE));
        assert_eq!(browser.get("/token").await.status, 200);
        browser.post("/cart").await;
    }
    app.pass(10 * 60);
    assert_eq!(browser.get("/").await.body, SIGNED_OUT);
    assert!(app.store.live().await.is_empty());
}

/// SE-24
#[tokio::test]
async fn the_use_of_a_session_is_noted_once_a_minute() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    let updates = app.store.calls("update_session");
    let everybody = async || {
        let mut visits = Vec::new();
        for _ in 0..50 {
            let mut tab = browser.clone();
            visits.push(tokio::spawn(async move { tab.get("/").await.body }));
        }
        for visit in visits {
            assert_eq!(visit.await.unwrap(), greeting(ALICE));
        }
    };
    assert_eq!(app.store.calls("touch_session"), 1, "the first use");
    everybody().await;
    assert_eq!(app.store.calls("touch_session"), 1, "it is fresh");
    app.pass(61);
    everybody().await;
    assert_eq!(app.store.calls("touch_session"), 2);
    assert_eq!(
        app.store.calls("update_session"),
        updates,
        "nothing else is written"
    );
}

/// F2, SE-09
#[tokio::test]
async fn a_slow_request_does_not_bring_an_ended_session_back() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut slow = browser.clone();
    let before = browser.clone();
    let slow = tokio::spawn(async move { slow.get("/slow").await.status });
    app.latch.entered.notified().await;
    browser.post("/sign-out").await;
    app.latch.leave.notify_one();
    assert_eq!(slow.await.unwrap(), 200);
    assert_eq!(before.clone().get("/").await.body, SIGNED_OUT);
    assert_eq!(before.clone().get("/token").await.status, 401);
    assert!(app.store.live().await.is_empty());
}

/// CB-22
#[tokio::test]
async fn signing_in_as_somebody_else_leaves_nothing_of_the_first() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    browser.post("/cart").await;
    let alices = app.refresh_token();
    let mut before = browser.clone();
    // Another person at the provider: as after "switch account" there.
    browser.provider_cookies.clear();
    browser.sign_in("bob").await;
    assert_eq!(browser.get("/").await.body, greeting(BOB));
    assert_eq!(browser.get("/cart").await.body, "");
    assert_eq!(before.get("/").await.body, SIGNED_OUT);
    assert_eq!(app.store.live().await.len(), 1);
    crate::support::until(|| app.provider.controls.count("/oidc/token/revocation") == 1).await;
    crate::support::until(|| !app.provider.seen_at("/oidc/token/revocation").is_empty()).await;
    assert_eq!(app.status_of_refresh_token(&alices).await, 400);
    assert_eq!(app.status_of_refresh_token(&app.refresh_token()).await, 200);
}

/// Logto puts all sign-ins of one person in one browser under one grant, and revoking any token of
/// a grant revokes it whole. So the old tokens of the same person are let go, not revoked.
#[tokio::test]
async fn signing_in_again_does_not_revoke_what_was_just_given() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    browser.sign_in("alice").await;
    browser.sign_in("alice").await;
    browser.get("/").await;
    app.pass(3601);
    assert_eq!(browser.get("/user-info").await.status, 200);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    assert_eq!(app.provider.controls.count("/oidc/token/revocation"), 0);
}

/// SE-06: also a session that nobody signed in to.
#[tokio::test]
async fn an_anonymous_session_ends_too() {
    let app = App::with(|setup| setup.lifetime = Duration::from_hours(3)).await;
    let mut browser = app.browser();
    browser.post("/cart").await;
    assert_eq!(browser.get("/cart").await.body, "apples");
    app.pass(3 * HOUR);
    assert_eq!(browser.get("/cart").await.body, "");
}

/// SE-12: whatever stands in the cookies, the answer is the anonymous page.
#[tokio::test]
async fn malformed_cookies_make_an_anonymous_visitor() {
    let app = App::start().await;
    let long = "a".repeat(8 * 1024);
    let values: [&[u8]; 12] = [
        b"",
        b"x",
        b"\"quoted\"",
        b"%00%ff",
        b"AAAAAAAAAAAAAAAAAAAAA",
        b"AAAAAAAAAAAAAAAAAAAAAAA",
        b"../../etc/passwd",
        b"\xff\xfe\x80",
        "日本".as_bytes(),
        b"==;;=;",
        b"{\"appId\":\"x\"}",
        long.as_bytes(),
    ];
    let browser = app.browser();
    for name in ["logto-session", "logto-sign-in"] {
        let name = match name {
            "logto-sign-in" => format!("{}-{}", browser.cookie_name(name), "0".repeat(32)),
            name => browser.cookie_name(name),
        };
        for value in values {
            for path in ["/", "/token", "/callback?code=c&state=s", "/profile"] {
                let head = format!("GET {path} HTTP/1.1\r\ncookie: {name}=");
                let answer = app.raw(&[head.as_bytes(), value].concat()).await;
                let status = &answer[9..12];
                let fine = matches!(
                    (path, status),
                    ("/", "200")
                        | ("/token", "401")
                        | ("/callback?code=c&state=s" | "/profile", "303")
                );
                assert!(fine, "{path} {value:?}: {answer}");
            }
        }
    }
    app.assert_nothing_happened().await;
}

/// SE-12: random ones, for what nobody thought of.
#[tokio::test]
async fn a_thousand_random_cookies_make_no_error() {
    let app = App::start().await;
    let browser = app.browser();
    let mut seed = 11_u64;
    for _ in 0..1000 {
        let mut value = Vec::new();
        for _ in 0..22 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695);
            let byte = u8::try_from(seed >> 56).unwrap();
            value.push(if byte < 0x20 || byte == 0x7f {
                b'_'
            } else {
                byte
            });
        }
        let request = browser.request("GET", "/");
        let cookie = [
            browser.cookie_name("logto-session").as_bytes(),
            b"=",
            &value,
        ]
        .concat();
        let value = reqwest::header::HeaderValue::from_bytes(&cookie).unwrap();
        let answer = crate::support::Answer::of(request.header("cookie", value)).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, SIGNED_OUT));
    }
}

/// SE-13: two session cookies are ambiguous.
#[tokio::test]
async fn a_request_with_two_session_cookies_is_refused() {
    let app = App::start().await;
    let (alice, bob) = (app.signed_in("alice").await, app.signed_in("bob").await);
    let (alice, bob) = (alice.session().unwrap(), bob.session().unwrap());
    let name = app.browser().cookie_name("logto-session");
    for (first, second) in [(alice, bob), (bob, alice), (alice, alice)] {
        let cookies = format!("{name}={first}; {name}={second}");
        let request = app.browser().request("GET", "/").header("cookie", cookies);
        let answer = crate::support::Answer::of(request).await;
        assert_eq!(answer.status, 400);
        assert!(
            answer.body.contains("Delete the cookies"),
            "{}",
            answer.body
        );
    }
}

/// SE-13, SE-01: tower-sessions reads names percent-decoded, and a sibling host may set
/// `%5F%5FHost-…` for all of its domain.
#[tokio::test]
async fn a_cookie_under_a_disguised_name_is_no_session() {
    for base in [None, Some("https://app.example")] {
        let app = App::with(|setup| {
            setup.base_url = base.map(|base| base.parse().unwrap());
        })
        .await;
        let (alice, bob) = (app.signed_in("alice").await, app.signed_in("bob").await);
        let (hers, his) = (alice.session().unwrap(), bob.session().unwrap());
        let name = app.browser().cookie_name("logto-session");
        let look = async |cookies: String| {
            let value = reqwest::header::HeaderValue::from_bytes(cookies.as_bytes()).unwrap();
            let request = app.browser().request("GET", "/").header("cookie", value);
            crate::support::Answer::of(request).await
        };
        for disguised in [
            name.replace('_', "%5F").replace('l', "%6C"),
            name.replace('l', "%6c"),
            name.replace('-', "%2D"),
        ] {
            let answer = look(format!("{disguised}={his}")).await;
            assert_eq!(answer.body, SIGNED_OUT, "{disguised}");
            for cookies in [
                format!("{name}={hers}; {disguised}={his}"),
                format!("{disguised}={his}; {name}={hers}"),
                format!("{name}={hers}; {disguised}=AAAAAAAAAAAAAAAAAAAAAA"),
            ] {
                let answer = look(cookies.clone()).await;
                assert_eq!(answer.body, greeting(ALICE), "{cookies}");
                assert!(answer.set_cookies().is_empty(), "{cookies}");
            }
        }
        // What is beside it hides neither that there are two nor that there is one.
        let answer = look(format!("x=é; {name}={hers}; {name}={his}")).await;
        assert_eq!(answer.status, 400);
        let answer = look(format!("x=é; {name}={hers}; y=%41")).await;
        assert_eq!(answer.body, greeting(ALICE));
    }
}

/// SE-16
#[tokio::test]
async fn two_sealed_sessions_that_were_exchanged_open_nothing() {
    let app = App::start().await;
    let (mut alice, mut bob) = (app.signed_in("alice").await, app.signed_in("bob").await);
    let live = app.store.live().await;
    app.store.swap(&live[0], &live[1]).await;
    for browser in [&mut alice, &mut bob] {
        assert_eq!(browser.get("/").await.body, SIGNED_OUT);
        assert_eq!(browser.get("/token").await.status, 401);
    }
}

/// SE-16
#[tokio::test]
async fn tokens_that_were_exchanged_give_nobody_a_token() {
    let app = App::start().await;
    let (mut alice, mut bob) = (app.signed_in("alice").await, app.signed_in("bob").await);
    let requests = app.provider.token_requests();
    let live = app.store.live().await;
    app.store.swap_tokens(&live[0], &live[1]).await;
    for browser in [&mut alice, &mut bob] {
        assert_eq!(browser.get("/token").await.status, 401);
    }
    assert_eq!(app.provider.token_requests(), requests);
}

/// SE-17, SE-19: the row stays, for whoever can read it.
#[tokio::test]
async fn a_sealed_session_with_a_flipped_bit_opens_nothing() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let live = app.store.live().await;
    app.store.flip(&live[0]).await;
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, SIGNED_OUT));
    assert_eq!(app.store.live().await, live);
    // And she can sign in again.
    browser.sign_in("alice").await;
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// HD-01
#[tokio::test]
async fn no_answer_is_for_a_shared_cache() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let anonymous = app.browser();
    let answers = [
        browser.get("/").await,
        browser.get("/profile").await,
        browser.get("/token").await,
        browser.get("/nowhere").await,
        browser.get("/sign-in").await,
        browser.get("/sign-in?a=1&a=2").await,
        browser.get("/callback").await,
        browser.send(browser.request("POST", "/sign-out")).await,
        browser.send(browser.request("HEAD", "/callback")).await,
        browser.post("/sign-out").await,
        anonymous.clone().get("/").await,
        anonymous.clone().get("/profile").await,
    ];
    for answer in answers {
        assert_eq!(
            answer.header("cache-control"),
            "private, no-store",
            "{answer:?}"
        );
        let vary = answer.headers.get_all("vary");
        assert!(vary.iter().any(|value| value == "Cookie"), "{answer:?}");
    }
}

/// LX-03, F8: made before anything renders, so there is nothing in it to read.
#[tokio::test]
async fn a_protected_page_is_an_empty_redirect_in_every_spelling() {
    let app = App::start().await;
    let spellings = [
        "/profile",
        "/profile/",
        "//profile",
        "/PROFILE",
        "/%70rofile",
        "/%2570rofile",
        "/profile;x",
        "/profile%2f",
        "/profile%23",
        "/a/../profile",
        "/./profile",
        "/profile/deep",
        "/profile?x=1",
        "/profile/%2e%2e/profile",
        "/profile.",
        "/x/%2e%2e/profile",
    ];
    for path in spellings {
        let answer = app.raw(format!("GET {path} HTTP/1.1").as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 303"), "{path}: {answer}");
        assert!(
            head.contains("location: /sign-in?return_to="),
            "{path}: {head}"
        );
        assert_eq!(body, "", "{path}");
    }
    let head = app.browser().request("HEAD", "/profile");
    assert_eq!(crate::support::Answer::of(head).await.status, 303);
}

/// RD-09
#[tokio::test]
async fn after_the_redirect_one_lands_on_the_page_asked_for() {
    let app = App::start().await;
    let mut browser = app.browser();
    let sent = browser.get("/profile?tab=a%20b&x=1").await;
    let back = browser.come_back(sent.location(), "alice").await;
    let response = browser.get(&back).await;
    assert_eq!(response.location(), "/profile?tab=a%20b&x=1");
    assert_eq!(
        browser.get("/profile?tab=a%20b&x=1").await.body,
        greeting(ALICE)
    );
}

/// SE-18, OU-16: sessions are in the file, and the keys decide who can read them.
#[tokio::test]
async fn sessions_outlive_the_process_when_store_and_keys_do() {
    let path = format!(
        "{}/sessions-{}.db",
        env!("CARGO_TARGET_TMPDIR"),
        std::process::id()
    );
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{path}{suffix}"));
    }
    let store = SqliteStore::open(&format!("sqlite://{path}"))
        .await
        .unwrap();
    let app = App::with(|setup| {
        setup.store = Arc::new(Watched::over(Arc::new(store)));
        setup.fixture = Fixture::default();
    })
    .await;
    let browser = app.signed_in("alice").await;
    let next = app.beside().await;
    let mut later = browser.clone();
    later.at = next.at.clone();
    assert_eq!(later.get("/").await.body, greeting(ALICE));
    assert_eq!(later.get("/token").await.status, 200);
}

/// `GET x HTTP/1.1` has no path; Leptos would panic over it.
#[tokio::test]
async fn a_request_without_a_path_is_refused() {
    let app = App::start().await;
    let answer = app.raw(b"GET x HTTP/1.1").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

/// Browsers send the cookies of one port of a host to all of its ports.
#[tokio::test]
async fn the_cookies_of_a_server_on_another_port_are_left_alone() {
    let (one, other) = (App::start().await, App::start().await);
    let mut browser = one.signed_in("alice").await;
    browser.get("/sign-in").await;
    browser.post("/sign-out-here").await;
    browser.sign_in("alice").await;
    let mut elsewhere = other.signed_in("bob").await;
    elsewhere.cookies.extend(browser.cookies.clone());
    for path in ["/", "/profile", "/sign-in", "/callback"] {
        let held: Vec<_> = browser.cookies.keys().collect();
        let answer = elsewhere.get(path).await;
        for name in held {
            assert_eq!(answer.set_cookie(name), None, "{path}");
        }
    }
    assert_eq!(elsewhere.get("/").await.body, greeting(BOB));
    elsewhere.post("/sign-out").await;
    elsewhere.get("/").await;
    (elsewhere.at, elsewhere.base) = (browser.at, browser.base);
    assert_eq!(elsewhere.get("/").await.body, greeting(ALICE));
}
