//! The page of all components.

use leptos::config::Env;

use crate::helpers::{Answer, TestApp};

#[tokio::test]
async fn every_component_is_shown_in_its_states_with_the_snippet_that_makes_it() {
    let app = TestApp::start().await;
    let page = app.browser().get("/components").await;
    assert_eq!(page.status, 200);
    for part in [
        "<html lang=\"en\"",
        "<code>&lt;OrganizationList organizations=two()/&gt;",
        "You are not a member of any organization.",
        "<code>&lt;SessionList",
        "End all other sessions",
        "Discard",
        "Your session ends in 2 minutes.",
        "Your session has ended.",
        "role=\"status\" class=\"logto-copy-button__said\">Copied.",
        "<details open class=\"logto logto-organization-switcher\"",
        "<span hidden class=\"logto-copy-button\"",
    ] {
        assert!(page.body.contains(part), "{part}");
    }
    // The browser loads no code for it. Leptos writes the values of components into scripts of the page itself.
    assert!(!page.body.contains("/pkg/leptos-logto.js") && !page.body.contains(".wasm"));
    let home = app.browser().get("/").await.body;
    assert!(home.contains("/pkg/leptos-logto.js") && home.contains(".wasm"));
    let style = app.browser().get("/components.css").await;
    assert_eq!(style.header("content-type"), "text/css");
}

#[tokio::test]
async fn the_query_chooses_language_theme_and_component() {
    let app = TestApp::start().await;
    let address = "/components?language=ja&theme=dark&only=Refused";
    let page = app.browser().get(address).await.body;
    assert!(page.contains("<html lang=\"ja\"") && page.contains("components--dark"));
    assert!(page.contains("必要な組織の権限：") && !page.contains("logto-session"));
    let odd = app.browser();
    let request = odd.request("GET", "/components?language=xx&theme=%22%3E&only=None");
    let page = Answer::of(request).await.body;
    assert!(page.contains("<html lang=\"en\"") && !page.contains("&quot;&gt;"));
    assert!(!page.contains("components__component"));
}

#[tokio::test]
async fn production_has_no_page_of_components() {
    let app = TestApp::with(|setup| setup.env = Env::PROD).await;
    for path in ["/components", "/components.css"] {
        assert_eq!(app.browser().get(path).await.status, 404, "{path}");
    }
}
