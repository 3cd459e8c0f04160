//! Headers that every answer has, and the content policy of pages.

use std::collections::HashSet;

use crate::helpers::{Answer, TestApp, browser::http};

const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=()",
    ),
];

async fn one_of_each(app: &TestApp) -> Vec<(u16, Answer)> {
    let mut alice = app.signed_in("alice").await;
    let stranger = app.browser();
    let foreign = stranger
        .request("POST", "/sign-out")
        .header("origin", "https://evil.example");
    let big = alice.form("/sign-out").body("x".repeat(64 * 1024 + 1));
    vec![
        (200, alice.get("/").await),
        (200, alice.get("/profile").await),
        (
            200,
            Answer::of(alice.request_for("application/json", "GET", "/api/organizations")).await,
        ),
        (200, stranger.clone().get("/healthz").await),
        (303, stranger.clone().get("/profile").await),
        (303, stranger.clone().get("/sign-in").await),
        (303, stranger.clone().get("/callback").await),
        (400, stranger.clone().get("/callback?code=a&code=b").await),
        (
            401,
            Answer::of(stranger.request_for("application/json", "GET", "/api/organizations")).await,
        ),
        (403, Answer::of(foreign).await),
        (404, alice.get("/no-such-page").await),
        (404, alice.get("/pkg/nothing.js").await),
        (405, Answer::of(stranger.request("HEAD", "/callback")).await),
        (413, Answer::of(big).await),
    ]
}

/// FZ-12
#[tokio::test]
async fn a_panic_is_an_answer_with_these_headers_and_disturbs_no_other_request() {
    let app = TestApp::start().await;
    let mut alice = app.signed_in("alice").await;
    app.store.panic_next("load_session");
    let answer = alice.get("/profile").await;
    assert_eq!(answer.status, 500, "{answer:?}");
    for (name, value) in ALWAYS {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.set_cookies().is_empty() && !answer.body.contains(".rs"));
    assert_eq!(alice.get("/profile").await.status, 200);
}

/// HD-08, HD-12
#[tokio::test]
async fn every_answer_has_the_headers_that_protect_it() {
    let app = TestApp::start().await;
    for (status, answer) in one_of_each(&app).await {
        assert_eq!(answer.status, status, "{answer:?}");
        for (name, value) in ALWAYS {
            assert_eq!(answer.header(name), value, "{status}: {name}");
        }
        assert_eq!(answer.header("server"), "");
        assert_eq!(
            answer.header("strict-transport-security"),
            "",
            "not on http"
        );
    }
}

/// HD-08
#[tokio::test]
async fn on_https_every_answer_insists_on_it() {
    let app =
        TestApp::with(|setup| setup.base_url = Some("https://app.example".parse().unwrap())).await;
    for (status, answer) in one_of_each(&app).await {
        let value = answer.header("strict-transport-security");
        assert_eq!(value, "max-age=31536000", "{status}: this host alone");
    }
}

/// HD-08
#[tokio::test]
async fn https_is_insisted_on_as_the_setting_has_it() {
    let far = "max-age=63072000; includeSubDomains; preload";
    for (setting, expected) in [(Some(far.parse().unwrap()), far), (None, "")] {
        let app = TestApp::with(|setup| {
            setup.base_url = Some("https://app.example".parse().unwrap());
            setup.network.hsts = setting;
        })
        .await;
        let answer = app.browser().get("/").await;
        assert_eq!(answer.header("strict-transport-security"), expected);
    }
}

/// SE-01: of the session, of the flow, and of what a browser remembers.
#[tokio::test]
async fn every_cookie_is_for_this_site_alone_and_for_https_where_the_site_is_on_it() {
    for (base, secure) in [
        (None, ""),
        (Some("https://app.example".parse().unwrap()), " Secure;"),
    ] {
        let app = TestApp::with(|setup| setup.base_url = base).await;
        let mut browser = app.browser();
        let mut set = Vec::new();
        let mut note = |answer: &Answer| {
            set.extend(answer.set_cookies().into_iter().map(str::to_owned));
        };
        let language = browser.form("/language").form(&[("language", "ja")]);
        note(&browser.send(language).await);
        let start = browser.get("/sign-in").await;
        note(&start);
        let back = browser.at_provider(start.location(), "alice").await;
        note(&browser.get(&back).await);
        note(&browser.get("/org/asl5guymvnj4").await);
        note(&browser.post("/sign-out").await);
        note(&browser.get("/").await);
        let mut names = HashSet::new();
        for cookie in &set {
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let expected = format!(" HttpOnly; SameSite=Lax;{secure} Path=/; Max-Age=");
            let lasts = attributes.strip_prefix(&expected);
            let lasts = lasts.unwrap_or_else(|| panic!("{cookie}"));
            assert!(lasts.parse::<u32>().unwrap() <= 365 * 24 * 3600, "{cookie}");
            names.insert(pair.split_once('=').unwrap().0.to_owned());
        }
        for name in [
            "logto-language",
            "logto-organization",
            "logto-session",
            "logto-sign-in",
            "logto-signed-out",
        ] {
            let name = browser.cookie_name(name);
            let is_set = names.iter().any(|set| set.starts_with(&name));
            assert!(is_set, "{name}: {set:?}");
        }
    }
}

/// HD-01, HD-06
#[tokio::test]
async fn nothing_that_depends_on_the_person_is_for_a_shared_cache() {
    let app = TestApp::start().await;
    for (status, answer) in one_of_each(&app).await {
        if answer.body == "ok\n" || status == 413 || answer.header("cache-control") == "no-store" {
            continue;
        }
        assert_eq!(
            answer.header("cache-control"),
            "private, no-store",
            "{status}"
        );
        assert!(
            answer
                .headers
                .get_all("vary")
                .iter()
                .any(|value| value == "Cookie"),
            "{status}"
        );
    }
}

fn nonce(policy: &str) -> String {
    let (_, rest) = policy.split_once("'nonce-").unwrap();
    rest.split_once('\'').unwrap().0.to_owned()
}

/// HD-05, HD-06
#[tokio::test]
async fn every_page_has_a_policy_with_a_nonce_of_its_own() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut seen = HashSet::new();
    for _ in 0..30 {
        for path in ["/", "/profile", "/no-such-page", "/sign-in-problem"] {
            let page = browser.get(path).await;
            let policy = page.header("content-security-policy");
            let nonce = nonce(policy);
            assert!(nonce.len() >= 22, "128 bits: {nonce}");
            assert!(seen.insert(nonce.clone()), "{nonce} came before");
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains(" 'unsafe-eval'"),
                "{policy}"
            );
            for scripts in page.body.split("<script").skip(1) {
                let tag = scripts.split_once('>').unwrap().0;
                assert!(
                    tag.contains(&format!("nonce=\"{nonce}\"")),
                    "{path}: <script{tag}>"
                );
            }
            assert!(!page.body.contains("<style"), "style-src has no nonce");
        }
    }
}

/// HD-05, HD-07
#[tokio::test]
async fn the_policy_allows_what_pages_need_and_no_more() {
    let app = TestApp::start().await;
    let page = app.browser().get("/").await;
    let policy = page.header("content-security-policy");
    let provider = app.provider.endpoint.trim_end_matches('/');
    let expected = format!(
        "default-src 'none'; script-src 'nonce-[NONCE]' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' https: http://localhost:* http://127.0.0.1:*; font-src 'self'; connect-src 'self'; \
         form-action 'self' {provider}; base-uri 'none'; frame-ancestors 'none'"
    );
    assert_eq!(policy.replace(&nonce(policy), "[NONCE]"), expected);
}

/// HD-07: browsers hold the redirect after the form of a sign-out to the policy, too.
#[tokio::test]
async fn the_policy_lets_forms_lead_to_where_the_provider_signs_out() {
    let app = TestApp::start().await;
    let path = "/oidc/.well-known/openid-configuration";
    let provider = app.provider.endpoint.trim_end_matches('/');
    let document = Answer::of(http().get(format!("{provider}{path}"))).await;
    let elsewhere = "http://localhost:9";
    let own = format!("{provider}/oidc/session/end");
    let document = document.body.replace(&own, &format!("{elsewhere}/end"));
    assert!(document.contains(elsewhere));
    app.provider.answer_next(path, 200, &document);
    let mut alice = app.signed_in("alice").await;
    let page = alice.get("/").await;
    let policy = page.header("content-security-policy");
    let forms = format!("form-action 'self' {elsewhere};");
    assert!(policy.contains(&forms), "{policy}");
    let out = alice.post("/sign-out").await;
    assert!(out.location().starts_with(elsewhere), "{}", out.location());
}

/// HD-11
#[tokio::test]
async fn methods_that_pages_do_not_have_are_refused() {
    let app = TestApp::start().await;
    for method in ["TRACE", "OPTIONS", "DELETE", "PROPFIND"] {
        let request = app
            .browser()
            .request(method, "/")
            .header("origin", app.base.clone());
        assert_eq!(Answer::of(request).await.status, 405, "{method}");
    }
}
