//! The languages: which one a page is in, and what a choice does.

use crate::helpers::TestApp;

#[tokio::test]
async fn a_page_is_in_the_language_the_browser_asks_for() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let request = browser
        .request("GET", "/")
        .header("accept-language", "ja-JP,ja;q=0.9,en;q=0.8");
    let page = browser.send(request).await;
    assert!(page.body.contains("<html lang=\"ja\" dir=\"ltr\">"));
    assert!(page.body.contains("サインイン"), "{}", page.body);
    assert!(!page.body.contains("Create an account"));
    let page = browser.get("/").await;
    assert!(page.body.contains("<html lang=\"en\" dir=\"ltr\">"));
}

#[tokio::test]
async fn a_choice_is_kept_and_counts_before_what_the_browser_says() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let request = browser
        .form("/language")
        .header("referer", format!("{}/", app.base))
        .form(&[("language", "ja")]);
    let answer = browser.send(request).await;
    assert_eq!(answer.status, 302);
    let name = browser.cookie_name("logto-language");
    assert_eq!(
        answer.header("set-cookie"),
        format!("{name}=ja; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000")
    );
    let request = browser.request("GET", "/").header("accept-language", "en");
    let page = browser.send(request).await;
    assert!(page.body.contains("<html lang=\"ja\""), "{}", page.body);
}

/// Not every browser tells the page that a form was on.
#[tokio::test]
async fn a_choice_without_a_referer_stays_on_the_page() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for (page, lands) in [
        ("/?a=b", "/?a=b"),
        (
            "/sign-in-problem?reason=expired&return_to=%2Fprofile",
            "/sign-in-problem?reason=expired&return_to=%2Fprofile",
        ),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/sign-out", "/"),
    ] {
        let form = [("language", "ja"), ("return_to", page)];
        let request = browser.form("/language").form(&form);
        let answer = browser.send(request).await;
        assert_eq!((answer.status, answer.location()), (303, lands), "{page}");
        assert!(answer.set_cookie("logto-language").is_some());
    }
    let page = browser.get("/sign-in-problem?reason=expired").await.body;
    let field = "name=\"return_to\" value=\"/sign-in-problem?reason=expired\"";
    assert!(page.contains(field), "{page}");
}

#[tokio::test]
async fn a_language_that_is_not_here_is_refused_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let request = browser
        .form("/language")
        .form(&[("language", "xx; Path=/x")]);
    let answer = browser.send(request).await;
    assert!(answer.set_cookies().is_empty());
    let cookie = format!("{}=xx", browser.cookie_name("logto-language"));
    let request = browser.request("GET", "/").header("cookie", cookie);
    let page = browser.send(request).await;
    assert!(page.body.contains("<html lang=\"en\""));
}

/// Somebody opens the address of the form: a bookmark, or a reload after an error.
#[tokio::test]
async fn the_address_of_the_form_leads_home() {
    let app = TestApp::start().await;
    let answer = app.browser().get("/language").await;
    assert_eq!((answer.status, answer.location()), (303, "/"));
}
