//! What the page says.

use super::{APPLIED, ORGANIZATIONS, Row, SESSIONS, press, told};
use crate::helpers::{Answer, TestApp};

#[tokio::test]
async fn every_scope_stands_there_with_its_state_its_cost_and_what_it_brings() {
    let app = TestApp::start().await;
    let page = app.signed_in("alice").await.get("/scopes").await;
    assert_eq!(page.status, 200);
    for (scope, on, state, cost, more) in [
        (
            "openid",
            true,
            "granted",
            "always on",
            "without it nobody is signed in",
        ),
        (
            "offline_access",
            true,
            "granted",
            "always on",
            "signed out after an hour",
        ),
        ("profile", true, "granted", "always on", "given_name"),
        (
            "email",
            true,
            "granted",
            "a new token",
            "At hand, in your ID token",
        ),
        (
            "custom_data",
            true,
            "granted",
            "a new token",
            "A userinfo request shows it",
        ),
        (
            ORGANIZATIONS,
            true,
            "granted",
            "a new token",
            "stay on while",
        ),
        (
            SESSIONS,
            false,
            "not asked",
            "asking Logto again",
            "list your sessions",
        ),
        (
            "read:orders",
            true,
            "granted",
            "a new token",
            "A permission of this API",
        ),
        (
            "view:invoices",
            false,
            "asked, not granted",
            "asking Logto again",
            "None of your roles",
        ),
        (
            "manage:billing",
            true,
            "granted",
            "a new token",
            "A permission inside organizations",
        ),
    ] {
        let row = Row::of(&page.body, scope);
        assert_eq!(row.is_on(), on, "{scope}");
        assert_eq!(row.is_fixed(), cost == "always on", "{scope}");
        for words in [state, cost, more] {
            assert!(row.says(words), "{scope}, {words}: {}", row.html);
        }
    }
    assert!(page.body.contains("https://shop.example/api"));
    assert!(page.body.contains("https://billing.example/api"));
}

#[tokio::test]
async fn every_scope_has_its_words_in_every_language() {
    let app = TestApp::start().await;
    let browser = app.signed_in("alice").await;
    let read = async |language: &str| {
        let request = browser
            .request("GET", "/scopes")
            .header("accept-language", language);
        Row::all(&Answer::of(request).await.body)
    };
    let (english, japanese) = (read("en").await, read("ja").await);
    assert_eq!(english.len(), japanese.len());
    assert!(english.len() >= 13);
    let is_japanese = |text: &str| {
        text.chars()
            .any(|letter| ('\u{3040}'..'\u{a000}').contains(&letter))
    };
    for (english, japanese) in english.iter().zip(&japanese) {
        assert_eq!(english.scope, japanese.scope);
        assert!(!is_japanese(&english.html), "{}", english.scope);
        let about = japanese.html.split_once("scope-toggle__about").unwrap().1;
        assert!(
            is_japanese(about.split_once("</p>").unwrap().0),
            "{}",
            japanese.scope
        );
        if !english.scope.contains(':') || english.scope.starts_with("urn:") {
            let title = japanese.html.split_once("scope-toggle__title").unwrap().1;
            assert!(
                is_japanese(title.split_once("</span>").unwrap().0),
                "{}",
                japanese.scope
            );
        }
    }
}

#[tokio::test]
async fn while_logto_does_not_answer_it_is_said_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.set_down(true);
    let page = browser.get("/scopes").await;
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains("it is not known which permissions you have")
    );
    for scope in ["read:orders", "view:invoices", "manage:billing"] {
        let row = Row::of(&page.body, scope);
        assert!(row.is_on() && row.says("not known"), "{}", row.html);
    }
    assert!(Row::of(&page.body, "email").says(">granted<"));
    let answer = press(&mut browser, &["email"]).await;
    let words = "so nothing was changed. Try again";
    let page = told(&mut browser, &answer, words).await;
    assert!(Row::of(&page, "email").is_on());
    app.provider.set_down(false);
    let page = browser.get("/scopes").await.body;
    assert!(!page.contains("it is not known which permissions you have"));
    assert!(Row::of(&page, "email").is_on());
    assert!(
        browser
            .get("/profile")
            .await
            .body
            .contains("alice@example.com")
    );
}

/// CB-15: what is told after a choice comes of that choice, in that session, and of no link.
#[tokio::test]
async fn no_link_puts_text_on_the_page() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let notices = |page: &str| page.matches("class=\"notice").count();
    let plain = notices(&browser.get("/scopes").await.body);
    let note = press(&mut browser, &["phone"])
        .await
        .sent("scopes")
        .unwrap();
    let mut cut = note.clone();
    cut.pop();
    let order = browser.form("/api/orders/place").form(&[("item", "")]);
    let about_an_order = browser.send(order).await.sent("told").unwrap();
    for word in [
        "%3Cb%3Eevil%3C/b%3E",
        "evil",
        "asked",
        "refused%20evil",
        "",
        "applied",
        "unchanged",
        "refused",
        "unavailable",
        "%22Applied%22",
        &cut,
        &about_an_order,
    ] {
        let page = browser.get(&format!("/scopes?scopes={word}")).await;
        assert_eq!((page.status, notices(&page.body)), (200, plain), "{word}");
        assert!(!page.body.contains("<b>evil"), "{word}");
    }
    let address = format!("/scopes?scopes={note}");
    assert!(browser.get(&address).await.body.contains(APPLIED));
    for username in ["alice", "bob"] {
        let mut other = app.signed_in(username).await;
        let page = other.get(&address).await.body;
        assert!(!page.contains(APPLIED), "{username}");
    }
    for word in ["asked-evil", "asked-", &format!("asked-{note}")] {
        let page = browser.get(&format!("/scopes?scopes={word}")).await.body;
        assert_eq!(notices(&page), plain, "{word}");
    }
}
