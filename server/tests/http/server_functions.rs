//! Server functions are public endpoints: what each does to a stranger, and the flow at its plain URLs.

use leptos::server_fn::axum::server_fn_paths;
use leptos_logto::AuthError;
use serde_json::Value;

use crate::helpers::{ALICE, Answer, Browser, TestApp};

const JSON: &str = "application/json";
/// What anybody may call: the flow itself, the choice of a language, the question who is signed in, and the way to the pages
/// of an organization, which are guarded themselves.
const FOR_EVERYBODY: [(&str, &str); 6] = [
    ("GET", "/api/organization/open"),
    ("GET", "/api/session"),
    ("POST", "/language"),
    ("GET", "/sign-in"),
    ("GET", "/callback"),
    ("POST", "/sign-out"),
];

fn registered() -> Vec<(String, String)> {
    let mut all: Vec<_> = server_fn_paths()
        .map(|(path, method)| (method.to_string(), path.to_owned()))
        .collect();
    all.sort();
    all
}

/// LX-04
#[tokio::test]
async fn every_server_function_refuses_a_stranger_unless_it_is_for_everybody() {
    let app = TestApp::start().await;
    let registered = registered();
    assert!(registered.len() >= 5, "{registered:?}");
    for (method, path) in registered {
        if FOR_EVERYBODY.contains(&(method.as_str(), path.as_str())) {
            continue;
        }
        // With arguments of every kind, so that none is refused for lacking one.
        let query = "fetch=true&id=x&scope=x&name=x";
        let address = format!("{path}?{query}");
        let request = if method == "GET" {
            app.browser().request_for(JSON, "GET", &address)
        } else {
            app.browser()
                .request_for(JSON, "POST", &path)
                .header("origin", app.base.clone())
                .form(&[("fetch", "true"), ("id", "x"), ("scope", "x")])
        };
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.body);
    }
    assert!(app.provider.seen().is_empty());
}

/// What a session is enough for: it gives what the person may see of themselves, or asks an API that decides by their
/// token (what that refuses is in `orders.rs`).
const FOR_THE_SIGNED_IN: [(&str, &str); 15] = [
    ("GET", "/api/scopes"),
    ("POST", "/api/scopes/choose"),
    ("GET", "/api/access"),
    ("GET", "/api/access-tokens"),
    ("POST", "/api/access-tokens/refresh"),
    ("GET", "/api/dashboard"),
    ("GET", "/api/orders"),
    ("GET", "/api/orders/call"),
    ("POST", "/api/orders/place"),
    ("GET", "/api/organizations"),
    ("GET", "/api/user-info"),
    ("POST", "/api/session/stay"),
    ("GET", "/api/sessions"),
    ("POST", "/api/sessions/end"),
    ("POST", "/api/sessions/end-others"),
];

/// What asks for more: how it is called, what Bob gets, who has no role and is in no organization, and what Alice gets,
/// who is no admin of that one.
const FOR_SOME: [(&str, &str, &str, u16, u16); 3] = [
    (
        "GET",
        "/api/organization",
        "organization=1xld34l574eb",
        404,
        200,
    ),
    (
        "GET",
        "/api/support-contact",
        "organization=1xld34l574eb",
        404,
        200,
    ),
    (
        "GET",
        "/api/billing-contact",
        "organization=1xld34l574eb",
        404,
        403,
    ),
];

/// LX-05: each server function is for everybody, for the signed-in, or known to refuse who lacks what it asks for.
#[tokio::test]
async fn every_server_function_that_asks_for_more_refuses_who_has_only_a_session() {
    let app = TestApp::start().await;
    let (bob, alice) = (app.signed_in("bob").await, app.signed_in("alice").await);
    for (method, path) in registered() {
        let key = (method.as_str(), path.as_str());
        if FOR_EVERYBODY.contains(&key) || FOR_THE_SIGNED_IN.contains(&key) {
            continue;
        }
        let row = FOR_SOME.iter().find(|row| (row.0, row.1) == key);
        let (_, _, arguments, his, hers) = row.unwrap_or_else(|| {
            panic!("{method} {path}: say whom it is for, and if not for all who are signed in, what it refuses")
        });
        for (browser, status) in [(&bob, his), (&alice, hers)] {
            let request = if method == "GET" {
                browser.request_for(JSON, "GET", &format!("{path}?{arguments}"))
            } else {
                browser
                    .request_for(JSON, "POST", &path)
                    .header("origin", app.base.clone())
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(*arguments)
            };
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, *status, "{method} {path}: {}", answer.body);
            if *status != 200 {
                let refusals = ["\"NotFound\"", "\"Forbidden\""];
                assert!(refusals.contains(&answer.body.as_str()), "{}", answer.body);
            }
        }
    }
}

/// The person may change their address or their form; nothing is wrong on the server.
#[tokio::test]
async fn arguments_that_cannot_be_read_are_the_fault_of_whoever_sends_them() {
    let app = TestApp::start().await;
    let alice = app.signed_in("alice").await;
    for address in [
        "/api/orders?organization=a&organization=b",
        "/api/orders?organization[x]=b",
        "/api/orders?before[]=b",
        "/api/user-info?fetch=perhaps",
        "/api/user-info",
        "/api/access-tokens?resource=a&resource=b",
    ] {
        let answer = Answer::of(alice.request_for(JSON, "GET", address)).await;
        assert_eq!(
            (answer.status, &*answer.body),
            (400, "\"Invalid\""),
            "{address}"
        );
    }
    for address in ["/language", "/sign-out"] {
        let form = [
            ("language", "ja"),
            ("language", "en"),
            ("extent", "x"),
            ("extent", "y"),
        ];
        let request = alice.request_for(JSON, "POST", address);
        let request = request.header("sec-fetch-site", "same-origin").form(&form);
        assert_eq!(Answer::of(request).await.status, 400, "{address}");
    }
    let form = [("item", "Coffee"), ("item", "Tea"), ("quantity", "1")];
    let doubled = alice.form("/api/orders/place").header("accept", JSON);
    let answer = Answer::of(doubled.form(&form)).await;
    assert_eq!((answer.status, &*answer.body), (400, "\"Invalid\""));
}

/// FZ-09: a client error is answered with 4xx and logs no error.
#[tokio::test]
async fn a_body_that_cannot_be_read_is_the_fault_of_whoever_sends_it() {
    let app = TestApp::start().await;
    let alice = app.signed_in("alice").await;
    let stranger = app.browser();
    let all = ["/language", "/sign-out", "/api/scopes/choose"];
    for (browser, paths) in [(&stranger, &all[..2]), (&alice, &all)] {
        for path in paths {
            for accept in [JSON, "text/html"] {
                let request = browser
                    .request_for(accept, "POST", path)
                    .header("sec-fetch-site", "same-origin")
                    .header("referer", format!("{}/", app.base))
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(b"language=\xff&extent=\xff".to_vec());
                let answer = Answer::of(request).await;
                // A form without scripts leads to a page.
                let status = if accept == JSON { 400 } else { 302 };
                assert_eq!(
                    (answer.status, &*answer.body),
                    (status, "\"Invalid\""),
                    "{path} {accept}"
                );
            }
        }
        for (accept, status) in [(JSON, 400), ("*/*", 400), ("text/html", 302)] {
            let unknown = browser
                .request_for(accept, "POST", "/language")
                .header("sec-fetch-site", "same-origin")
                .form(&[("language", "tlh")]);
            assert_eq!(Answer::of(unknown).await.status, status, "{accept}");
        }
    }
    let form = [("resource", "https://unknown.example")];
    let unknown = alice.form("/api/access-tokens/refresh").form(&form);
    assert_eq!(Answer::of(unknown).await.status, 400);
    for path in ["/language", "/sign-out"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nsec-fetch-site: same-origin\r\ntransfer-encoding: chunked\r\n\
             content-type: application/x-www-form-urlencoded"
        );
        let answer = app
            .raw_with_body(&head, "zz\r\nlanguage=ja\r\n0\r\n\r\n")
            .await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{path}: {answer}");
    }
}

/// FZ-10: two lengths for one body, of which a proxy may read another one than this server.
#[tokio::test]
async fn a_body_whose_length_is_ambiguous_is_refused_or_ends_the_connection() {
    let app = TestApp::start().await;
    let chunks = "b\r\nlanguage=ja\r\n0\r\n\r\n";
    for (lengths, body) in [
        ("content-length: 11\r\ncontent-length: 12", "language=ja"),
        ("content-length: 11, 12", "language=ja"),
        ("content-length: +11", "language=ja"),
        ("transfer-encoding: chunked, identity", chunks),
        (
            "transfer-encoding: chunked",
            "b;a=\"\n\"\r\nlanguage=ja\r\n0\r\n\r\n",
        ),
        ("transfer-encoding: chunked", "fffffffffffffffff\r\n"),
        ("transfer-encoding: chunked", "-1\r\n"),
    ] {
        let head = format!(
            "POST /language HTTP/1.1\r\nsec-fetch-site: same-origin\r\n{lengths}\r\n\
             content-type: application/x-www-form-urlencoded"
        );
        let answer = app.raw_with_body(&head, body).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{lengths}: {answer}");
    }
    // The chunks count, and not the length (RFC 9112 section 6.3): this form is whole.
    let both = "POST /language HTTP/1.1\r\nsec-fetch-site: same-origin\r\ncontent-length: 4\r\n\
        content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked";
    let answer = app.raw_with_body(both, chunks).await;
    let is_refused = answer.starts_with("HTTP/1.1 400");
    assert!(is_refused || answer.contains("=ja;"), "{answer}");
}

/// A form that was drawn for Alice and is sent after Bob has signed in does nothing for Bob.
#[tokio::test]
async fn a_form_of_another_persons_page_is_refused() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let field = format!("name=\"viewer\" value=\"{}\"", crate::helpers::ALICE);
    for page in ["/orders", "/scopes", "/apis"] {
        assert!(browser.get(page).await.body.contains(&field), "{page}");
    }
    browser.post("/sign-out").await;
    browser.provider_cookies.clear();
    browser.sign_in("bob").await;
    let order = [
        ("item", "Coffee"),
        ("quantity", "1"),
        ("viewer", crate::helpers::ALICE),
    ];
    let sent = browser.form("/api/orders/place").form(&order);
    let answer = Answer::of(sent).await;
    assert_eq!((answer.status, &*answer.body), (409, "\"AnotherPerson\""));
    // Without scripts: back to the page, which says so.
    let referer = format!("{}/orders", app.base);
    let sent = browser.form("/api/orders/place").form(&order);
    let answer = Answer::of(sent.header("referer", &referer)).await;
    assert_eq!(answer.status, 302);
    let page = answer.location().to_owned();
    let request = browser
        .request("GET", &page)
        .header("sec-fetch-site", "same-origin");
    let page = browser.send(request).await.body;
    assert!(
        page.contains("This form belongs to another account"),
        "{page}"
    );
    assert!(page.contains("This page now shows your account"), "{page}");
    let refresh = [
        ("resource", crate::helpers::person::SHOP),
        ("viewer", crate::helpers::ALICE),
    ];
    let sent = browser.form("/api/access-tokens/refresh").form(&refresh);
    assert_eq!(Answer::of(sent).await.status, 409);
    let asked = app.provider.token_requests();
    let choice = [("return_to", "/scopes"), ("viewer", crate::helpers::ALICE)];
    let sent = browser.form("/api/scopes/choose").form(&choice);
    let answer = browser.send(sent).await;
    let now = app.provider.token_requests();
    assert_eq!(now, asked, "nothing is switched off");
    let page = browser.get(answer.location()).await.body;
    assert!(
        page.contains("This form belongs to another account"),
        "{page}"
    );
    assert!(page.contains("This page now shows your account"), "{page}");
    // Bob's own does what it says.
    let own = [
        ("item", "Coffee"),
        ("quantity", "1"),
        ("viewer", crate::helpers::BOB),
    ];
    let sent = browser.form("/api/orders/place").form(&own);
    assert_eq!(Answer::of(sent).await.status, 302);
}

/// CS-05: what is registered answers to its own method only.
#[tokio::test]
async fn every_server_function_answers_to_its_own_method_only() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    for (own, path) in registered() {
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
        ] {
            let is_read = path.starts_with("/api/");
            let reads_only = own == "GET" && method == "HEAD" && is_read;
            if method == own || reads_only {
                continue;
            }
            let request = browser
                .request(method, &path)
                .header("origin", app.base.clone());
            let answer = browser.send(request).await;
            // Typed in, they lead to the home page, which has the button and the form.
            let typed = matches!(
                (method, &*path),
                ("GET", "/sign-out" | "/language") | ("HEAD", "/language")
            );
            let status = if typed { 303 } else { 405 };
            assert_eq!(answer.status, status, "{method} {path}");
        }
    }
    assert!(
        browser.get("/").await.body.contains("Alice Example"),
        "nothing happened"
    );
}

/// CS-01, CS-14, F11: each of them that writes.
#[tokio::test]
async fn every_writing_server_function_refuses_another_site() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    for (method, path) in registered() {
        if method == "GET" {
            continue;
        }
        for kind in [
            "application/x-www-form-urlencoded",
            "application/json",
            "text/plain",
        ] {
            let request = browser
                .request(&method, &path)
                .header("origin", "https://evil.example")
                .header("referer", "https://evil.example/page")
                .header("content-type", kind);
            let answer = browser.send(request).await;
            assert_eq!(
                (answer.status, answer.location()),
                (403, ""),
                "{path} {kind}"
            );
        }
    }
    assert!(browser.get("/").await.body.contains("Alice Example"));
}

#[tokio::test]
async fn a_stranger_gets_the_typed_error_with_401() {
    let app = TestApp::start().await;
    for path in [
        "/api/user-info?fetch=false",
        "/api/user-info?fetch=true",
        "/api/organizations",
    ] {
        for accept in ["application/json", "*/*"] {
            let request = app
                .browser()
                .http
                .get(format!("http://{}{path}", app.address));
            let answer = Answer::of(request.header("accept", accept)).await;
            assert_eq!(answer.status, 401, "{path}");
            assert_eq!(
                serde_json::from_str::<Value>(&answer.body).unwrap(),
                "SignedOut",
                "{path}"
            );
            assert_eq!(answer.header("cache-control"), "private, no-store");
        }
    }
    assert!(app.provider.seen().is_empty());
}

/// LX-04: it is closed before anybody has written it.
#[tokio::test]
async fn what_nobody_registered_is_closed_to_strangers_too() {
    let app = TestApp::start().await;
    let ask = async |browser: &Browser| {
        let answer = Answer::of(browser.request_for(JSON, "GET", "/api/not/yet")).await;
        (answer.status, answer.body)
    };
    assert_eq!(ask(&app.browser()).await, (401, r#""SignedOut""#.into()));
    assert_eq!(ask(&app.signed_in("alice").await).await.0, 404);
}

#[tokio::test]
async fn a_signed_in_person_gets_the_answers() {
    let app = TestApp::start().await;
    let browser = app.signed_in("alice").await;
    let ask = async |path: &str| {
        let answer = Answer::of(browser.request_for(JSON, "GET", path)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("content-type"), "application/json");
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let info = ask("/api/user-info?fetch=false").await;
    let claim = |name: &str| {
        let claims = info["claims"].as_array().unwrap();
        claims
            .iter()
            .find(|claim| claim["name"] == name)
            .cloned()
            .unwrap()
    };
    assert_eq!(claim("sub")["value"]["Text"], ALICE);
    assert_eq!(info["fetch"], "NotAsked");
    let info = ask("/api/user-info?fetch=true").await;
    assert_eq!(info["fetch"], "Answered");
    let copied: Value = serde_json::from_str(info["json"].as_str().unwrap()).unwrap();
    assert_eq!(copied["custom_data"]["plan"], "gold");
    let organizations = ask("/api/organizations").await;
    assert_eq!(organizations["list"].as_array().unwrap().len(), 2);
}

/// The browser's half of a server function reads the body of a success as its result and of any other status as an error.
#[tokio::test]
async fn while_logto_does_not_answer_the_status_says_what_the_body_is() {
    let app = TestApp::start().await;
    let browser = app.signed_in("alice").await;
    app.provider.set_down(true);
    let mut results = 0;
    for (method, path) in registered() {
        if method != "GET" || FOR_EVERYBODY.contains(&(method.as_str(), path.as_str())) {
            continue;
        }
        let address = format!("{path}?fetch=true&requirement=signed-in&organization=1xld34l574eb");
        let answer = Answer::of(browser.request_for(JSON, "GET", &address)).await;
        let is_error = serde_json::from_str::<AuthError>(&answer.body).is_ok();
        let is_success = answer.status == 200;
        assert_ne!(
            is_success, is_error,
            "{path}: {} {}",
            answer.status, answer.body
        );
        results += usize::from(is_success);
    }
    assert!(results >= 5, "{results}");
}

/// F12: a browser that navigates to a read is sent on, as Leptos does for forms without JavaScript. What is in the body is
/// still for nobody else.
#[tokio::test]
async fn a_navigation_to_a_read_leads_back_and_is_not_kept() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let answer = browser.get("/api/user-info?fetch=false").await;
    assert_eq!((answer.status, answer.location()), (302, "/"));
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let stranger = app.browser().get("/api/user-info?fetch=false").await;
    assert!(!stranger.body.contains(ALICE) && stranger.status != 200);
}

/// F12, RD-04: Leptos sends a navigation back to its `Referer`, which may be anybody's page.
#[tokio::test]
async fn a_navigation_to_a_read_never_leads_to_another_site() {
    let app = TestApp::start().await;
    let signed_in = app.signed_in("alice").await;
    for browser in [&signed_in, &app.browser()] {
        for path in [
            "/api/user-info?fetch=false",
            "/api/user-info?fetch=x",
            "/api/organizations",
        ] {
            for referer in [
                "https://evil.example/a",
                "javascript:alert(1)",
                "//evil.example/",
            ] {
                let request = browser.request("GET", path).header("referer", referer);
                let answer = Answer::of(request).await;
                assert!(
                    answer.location().starts_with('/'),
                    "{path} {}",
                    answer.location()
                );
                assert!(
                    !answer.location().contains("evil"),
                    "{path} {}",
                    answer.location()
                );
            }
        }
    }
}

/// FZ-09
#[tokio::test]
async fn arguments_of_the_wrong_kind_are_a_client_error() {
    let app = TestApp::start().await;
    let browser = app.signed_in("alice").await;
    for query in [
        "",
        "fetch=maybe",
        "fetch=true&fetch=false",
        "fetch[]=1",
        "fetch[a][b][c]=1",
        "%ff=%fe",
        "fetch=%00",
    ] {
        let request = browser.request_for(JSON, "GET", &format!("/api/user-info?{query}"));
        let answer = Answer::of(request).await;
        assert_ne!(answer.status, 200, "{query}");
        assert!(!answer.body.contains(ALICE), "{query}");
        assert!(
            !answer.body.contains("panicked") && !answer.body.contains(".rs:"),
            "{query}: {}",
            answer.body
        );
    }
}

/// The sign-in at its plain URL, for a browser and for whatever accepts anything.
#[tokio::test]
async fn the_flow_redirects_whatever_the_client_accepts() {
    let app = TestApp::start().await;
    for accept in ["text/html,application/xhtml+xml", "*/*", "application/json"] {
        let get = async |path: &str| {
            let request = app
                .browser()
                .http
                .get(format!("http://{}{path}", app.address));
            Answer::of(request.header("accept", accept)).await
        };
        let start = get("/sign-in?return_to=/profile").await;
        assert_eq!(start.status, 303, "{accept}");
        assert!(
            start
                .location()
                .starts_with(&format!("{}oidc/auth?", app.provider.endpoint))
        );
        assert!(start.set_cookie("logto-sign-in").is_some());
        let bare = get("/callback").await;
        assert_eq!(
            (bare.status, bare.location()),
            (303, "/sign-in-problem?reason=cancelled")
        );
        let unknown = get("/callback?code=x&state=y&iss=z").await;
        assert_eq!(
            (unknown.status, unknown.location()),
            (303, "/sign-in-problem?reason=expired")
        );
        for answer in [start, bare, unknown] {
            assert_eq!(answer.header("cache-control"), "private, no-store");
        }
    }
    assert_eq!(app.provider.token_requests(), 0);
}

/// F12: at the callback the `Referer` is the identity provider's page, or an attacker's.
#[tokio::test]
async fn the_flow_never_leads_to_the_referer() {
    let app = TestApp::start().await;
    for path in [
        "/sign-in?return_to=https://evil.example/",
        "/callback?code=x&state=y",
        "/callback?error=x&error_description=evil",
        "/callback?code=a&code=b",
        "/sign-in?return_to=/a&return_to=/b",
        "/sign-in?return_to[]=x",
        "/callback?%ff",
        "/sign-in?first_screen=evil",
    ] {
        let request = app
            .browser()
            .request("GET", path)
            .header("referer", "https://evil.example/page");
        let answer = Answer::of(request).await;
        assert!(
            matches!(answer.status, 303 | 400),
            "{path}: {}",
            answer.status
        );
        assert!(
            !answer.location().contains("evil"),
            "{path}: {}",
            answer.location()
        );
        assert!(
            !answer.location().contains("__err"),
            "{path}: {}",
            answer.location()
        );
    }
    assert_eq!(app.provider.token_requests(), 0);
}

/// CB-18
#[tokio::test]
async fn a_head_request_uses_no_code_up() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let back = browser
        .come_back("/sign-in?return_to=/profile", "alice")
        .await;
    for method in ["HEAD", "OPTIONS"] {
        assert_eq!(Answer::of(browser.request(method, &back)).await.status, 405);
    }
    let landed = browser.get(&back).await;
    assert_eq!((landed.status, landed.location()), (303, "/profile"));
    assert!(browser.get("/profile").await.body.contains("Alice Example"));
}

/// CS-08: the form of the page, as a browser without scripts posts it.
#[tokio::test]
async fn the_sign_out_form_signs_out() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let out = browser.post("/sign-out").await;
    assert_eq!(out.status, 303);
    assert!(
        out.location()
            .starts_with(&format!("{}oidc/session/end?", app.provider.endpoint))
    );
    assert!(
        out.set_cookie("logto-session")
            .unwrap()
            .contains("Max-Age=0")
    );
    assert!(browser.get("/").await.body.contains("Create an account"));
    assert!(app.store.live().await.is_empty());
}

/// LX-15
#[tokio::test]
async fn a_body_of_more_than_64_kilobytes_is_refused() {
    let app = TestApp::start().await;
    let browser = app.signed_in("alice").await;
    let big = "a=".to_owned() + &"x".repeat(64 * 1024);
    let answer = Answer::try_of(browser.form("/sign-out").body(big)).await;
    assert_eq!(answer.unwrap().status, 413);
    // The longest form of these pages has a field for each scope.
    let scopes = "scopes%5B%5D=write%3Aorders&".repeat(2000);
    let answer = Answer::of(browser.form("/api/scopes/choose").body(scopes)).await;
    assert_eq!(answer.status, 303);
    assert!(
        browser
            .clone()
            .get("/")
            .await
            .body
            .contains("Alice Example")
    );
}
