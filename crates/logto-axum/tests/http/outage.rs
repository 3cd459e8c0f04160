//! The provider or the store is not there.

use crate::support::{ALICE, App, SIGNED_OUT, UNKNOWN, greeting};

/// Where a link of a page leads.
fn link(page: &str, text: &str) -> String {
    let (before, _) = page.split_once(&format!("\">{text}</a>")).unwrap();
    before
        .rsplit_once("href=\"")
        .unwrap()
        .1
        .replace("&amp;", "&")
}

/// OU-01: the page of the 503 is in the language of the request, and leads on to the page asked
/// for.
#[tokio::test]
async fn a_sign_in_that_is_not_available_says_so_in_english_or_japanese_and_leads_on() {
    let app = App::start().await;
    app.provider.set_down(true);
    let mut browser = app.browser();
    let chosen = browser.cookie_name("language");
    for (accepted, cookie, language, again, home) in [
        ("en", "", "en", "Try again", "Go to the home page"),
        ("ja, en;q=0.5", "", "ja", "再試行", "ホームに戻る"),
        ("en", "ja", "ja", "再試行", "ホームに戻る"),
        ("ja", "en", "en", "Try again", "Go to the home page"),
        ("ja", "xx", "ja", "再試行", "ホームに戻る"),
    ] {
        let mut browser = app.browser();
        browser.cookies.insert(chosen.clone(), cookie.to_owned());
        let request = browser
            .request("GET", "/sign-in?return_to=/profile%3Fa=b%26c")
            .header("accept-language", accepted);
        let page = browser.send(request).await;
        assert_eq!(page.status, 503);
        assert!(
            page.body.contains(&format!("<html lang=\"{language}\">")),
            "{accepted} {cookie}: {}",
            page.body
        );
        let try_again = "/sign-in?return_to=%2Fprofile%3Fa%3Db%26c";
        assert_eq!(link(&page.body, again), try_again);
        assert_eq!(link(&page.body, home), "/");
        let vary = page.headers.get_all("vary").iter();
        let vary: Vec<_> = vary.map(|value| value.to_str().unwrap()).collect();
        assert!(vary.join(",").contains("Accept-Language"), "{vary:?}");
    }
    let page = browser.get("/sign-in").await.body;
    assert_eq!(link(&page, "Try again"), "/sign-in");
}

/// OU-01
#[tokio::test]
async fn without_the_provider_pages_work_and_a_sign_in_says_that_it_is_not_available() {
    let app = App::start().await;
    app.provider.set_down(true);
    let mut browser = app.browser();
    assert_eq!(browser.get("/").await.body, SIGNED_OUT);
    let start = browser.get("/sign-in?return_to=/profile").await;
    let problem = "/sign-in-problem?reason=unavailable&return_to=%2Fprofile";
    assert_eq!(start.refresh(), problem);
    assert_eq!(start.header("content-type"), "text/html; charset=utf-8");
    assert!(
        start.body.contains("Try again in a moment"),
        "{}",
        start.body
    );
    assert_eq!(
        link(&start.body, "Try again"),
        "/sign-in?return_to=%2Fprofile"
    );
    assert!(start.set_cookies().is_empty());
    // The page it goes on to says the same to whoever watches the server.
    let page = browser.get(problem).await;
    assert_eq!((page.status, page.header("retry-after")), (503, "5"));
    assert_eq!(
        browser.get("/sign-in-problem?reason=expired").await.status,
        200
    );
    // A failure answers for a second, then the provider is asked again.
    app.provider.set_down(false);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    browser.sign_in("alice").await;
}

/// OU-02
#[tokio::test]
async fn who_is_signed_in_stays_so_during_an_outage_of_the_provider() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.set_down(true);
    app.pass(2 * 3600);
    let started = browser.get("/sign-in").await;
    assert_eq!(
        started.status, 303,
        "from what was read before, or not at all"
    );
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    assert_eq!(browser.get("/profile").await.body, greeting(ALICE));
}

/// OU-07
#[tokio::test]
async fn a_provider_that_fails_at_the_callback_makes_no_session_and_leaves_the_one_there_is() {
    for status in [500, 503, 429] {
        let app = App::start().await;
        let mut browser = app.signed_in("alice").await;
        let session = browser.session().unwrap().to_owned();
        let back = browser
            .come_back("/sign-in?return_to=/profile", "alice")
            .await;
        app.provider.controls.fail_next("/oidc/token", status, 1);
        let response = browser.get(&back).await;
        assert_eq!(
            response.refresh(),
            "/sign-in-problem?reason=unavailable&return_to=%2Fprofile"
        );
        assert_eq!(
            app.provider.token_requests(),
            2,
            "OU-09: a code is never sent twice"
        );
        assert_eq!(browser.session(), Some(session.as_str()));
        assert_eq!(browser.get("/").await.body, greeting(ALICE));
    }
}

/// OU-07
#[tokio::test]
async fn a_provider_that_is_gone_at_the_callback_leads_to_the_problem_page() {
    let app = App::start().await;
    let mut browser = app.browser();
    let back = browser.come_back("/sign-in", "alice").await;
    app.provider.set_down(true);
    let response = browser.get(&back).await;
    assert_eq!(response.refresh(), "/sign-in-problem?reason=unavailable");
    assert!(app.store.live().await.is_empty());
}

/// A store that does not answer is never shown as signed out.
#[tokio::test]
async fn when_the_store_fails_nobody_is_called_signed_out() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    app.store.set_failing(true);
    let home = browser.get("/").await;
    assert_eq!((home.status, home.body.as_str()), (200, UNKNOWN));
    let profile = browser.get("/profile").await;
    assert_eq!(profile.status, 503);
    assert_eq!(profile.header("retry-after"), "5");
    assert_eq!(profile.location(), "");
    assert!(
        !profile.body.contains("stored") && !profile.body.contains("a test asked"),
        "no internals"
    );
    assert_eq!(browser.get("/token").await.status, 503);
    assert!(browser.session().is_some(), "the cookie stays");
    app.store.set_failing(false);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    assert_eq!(browser.get("/token").await.status, 200);
}

/// SE-21: a sign-in that begins needs no store.
#[tokio::test]
async fn when_the_store_fails_a_sign_in_can_be_started() {
    let app = App::start().await;
    app.store.set_failing(true);
    let mut browser = app.browser();
    let back = browser
        .come_back("/sign-in?return_to=/profile", "alice")
        .await;
    app.store.set_failing(false);
    assert_eq!(browser.get(&back).await.location(), "/profile");
}

/// OU-12: the code is not sent, so that the person can try the same address again.
#[tokio::test]
async fn when_the_store_fails_at_the_callback_the_code_is_kept() {
    let app = App::start().await;
    let mut browser = app.browser();
    let back = browser
        .come_back("/sign-in?return_to=/profile", "alice")
        .await;
    app.store.set_failing(true);
    let response = browser.get(&back).await;
    assert_eq!(
        response.refresh(),
        "/sign-in-problem?reason=unavailable&return_to=%2Fprofile"
    );
    app.assert_nothing_happened_while_failing().await;
    assert_eq!(browser.get(&back).await.location(), "/profile");
}

/// A sign-in is whole or not at all: after an error page nobody is half signed in.
#[tokio::test]
async fn a_session_that_could_not_be_stored_whole_is_not_there() {
    for (call, times) in [
        ("create_session", 1),
        ("create_session", 2),
        ("save_tokens", 1),
        ("save_tokens", 9),
    ] {
        let app = App::start().await;
        let mut browser = app.browser();
        let back = browser.come_back("/sign-in", "alice").await;
        app.store.fail_next(call, times);
        let response = browser.get(&back).await;
        app.store.fail_next(call, 0);
        assert_eq!(
            response.refresh(),
            "/sign-in-problem?reason=unavailable",
            "{call}"
        );
        assert_eq!(browser.get("/").await.body, SIGNED_OUT, "{call} {times}");
        assert!(app.store.live().await.is_empty(), "{call} {times}");
        // What the provider gave is taken back.
        crate::support::until(|| !app.provider.seen_at("/oidc/token/revocation").is_empty()).await;
        assert_eq!(app.status_of_refresh_token(&app.refresh_token()).await, 400);
        browser.sign_in("alice").await;
    }
}

/// RF-18: Logto says how long to wait.
#[tokio::test]
async fn a_callback_passes_on_how_long_logto_wants_to_be_left_alone() {
    let app = App::start().await;
    let mut browser = app.browser();
    let back = browser.come_back("/sign-in", "alice").await;
    app.provider.limit_next("/oidc/token", 30);
    let response = browser.get(&back).await;
    assert_eq!(
        (response.status, response.header("retry-after")),
        (503, "30")
    );
}

/// OU-13: the page without the store is in the language of the browser.
#[tokio::test]
async fn a_page_without_the_store_is_in_english_or_japanese() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    app.store.set_failing(true);
    for (accepted, language) in [
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("fr, ja;q=0.5", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("ja;q=0.2, en;q=0.7", "en"),
        ("ja;q=0", "en"),
        ("", "en"),
        ("fr", "en"),
    ] {
        let request = browser
            .request("GET", "/profile")
            .header("accept-language", accepted);
        let page = browser.clone().send(request).await;
        assert_eq!(page.status, 503);
        let text = match language {
            "ja" => "再読み込みしてください",
            _ => "Reload the page in a moment",
        };
        assert!(
            page.body.contains(&format!("<html lang=\"{language}\">")),
            "{accepted}"
        );
        assert!(page.body.contains(text), "{accepted}: {}", page.body);
        assert!(
            page.header("vary")
                .to_ascii_lowercase()
                .contains("accept-language"),
            "{accepted}"
        );
    }
}
