//! The page with the sessions of the person, as browsers without scripts have it.

use crate::helpers::{ALICE, Answer, Browser, TestApp};

const PAGE: &str = "/sessions";
const AT_LOGTO: &str = "A browser that is still signed in at Logto can sign in again without a password, until you sign out there too.";
const JSON: &str = "application/json";

/// The handles in the forms of the page.
fn handles(page: &str) -> Vec<String> {
    let parts = page.split(r#"name="handle" value=""#).skip(1);
    let handles = parts.filter_map(|part| part.split('"').next());
    handles.map(str::to_owned).collect()
}

/// Sends a form of the page, and opens the page that it leads to.
async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let fields = [fields, &[("return_to", PAGE), ("viewer", ALICE)]].concat();
    let answer = browser.send(browser.form(path).form(&fields)).await;
    assert_eq!(answer.status, 302, "{}", answer.body);
    assert!(answer.location().starts_with("/sessions?sessions="));
    browser.get(answer.location()).await.body
}

/// SE-20
#[tokio::test]
async fn somebody_ends_one_session_and_then_all_others_without_scripts() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = browser.get(PAGE).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("You have no other session"),
        "{}",
        page.body
    );
    assert!(handles(&page.body).is_empty());
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(app.signed_in("alice").await);
    }
    let mut bob = app.signed_in("bob").await;
    let page = browser.get(PAGE).await.body;
    // One press ends all others: it stands above them.
    let (heading, button) = ("Other sessions (3)", "End all other sessions");
    let order = [heading, button, r#"name="handle""#].map(|part| page.find(part));
    assert!(order.is_sorted() && order[0].is_some(), "{page}");
    let all = handles(&page);
    assert_eq!(all.len(), 3);
    let ended = ("handle", all[0].as_str());
    let page = send(&mut browser, "/api/sessions/end", &[ended]).await;
    assert!(page.contains("Session ended: Unknown browser."), "{page}");
    assert!(
        page.matches(AT_LOGTO).count() == 2,
        "notice and button: {page}"
    );
    assert_eq!(handles(&page), all[1..]);
    // SE-20: twice is once.
    let page = send(&mut browser, "/api/sessions/end", &[ended]).await;
    assert!(page.contains("That session had already ended."), "{page}");
    assert!(page.matches(AT_LOGTO).count() == 1, "the button: {page}");
    let page = send(&mut browser, "/api/sessions/end-others", &[]).await;
    assert!(page.contains("2 other sessions have ended."), "{page}");
    assert!(page.contains(AT_LOGTO), "{page}");
    for other in &mut others {
        assert_eq!(other.get(PAGE).await.status, 303);
    }
    assert_eq!(bob.get(PAGE).await.status, 200);
    // The notice is shown once.
    let page = browser.get(PAGE).await.body;
    assert!(!page.contains("sessions have ended"), "{page}");
}

#[tokio::test]
async fn with_other_sessions_the_page_has_the_way_out_everywhere() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let count = |page: &str| {
        let (_, main) = page.split_once("<main").unwrap();
        main.matches("value=\"everywhere\"").count()
    };
    assert_eq!(count(&browser.get(PAGE).await.body), 0);
    app.signed_in("alice").await;
    assert_eq!(count(&browser.get(PAGE).await.body), 1);
}

/// Where the tenant has them, sessions at Logto can be ended in its account settings.
#[tokio::test]
async fn who_has_ended_a_session_is_led_to_the_account_settings_of_logto() {
    const ADDRESS: &str = "https://logto.example/account/security";
    for (site, links) in [(None, 0), (Some(ADDRESS.to_owned()), 1)] {
        let app = TestApp::with(|setup| setup.site.account_center = site).await;
        let mut browser = app.signed_in("alice").await;
        app.signed_in("alice").await;
        let page = send(&mut browser, "/api/sessions/end-others", &[]).await;
        let (_, main) = page.split_once("<main").unwrap();
        let link = format!("href=\"{ADDRESS}\"");
        assert_eq!(main.matches(&link).count(), links, "{main}");
    }
}

#[tokio::test]
async fn ten_other_sessions_are_shown_and_the_older_ones_folded() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    for _ in 0..10 {
        app.signed_in("alice").await;
    }
    let page = browser.get(PAGE).await.body;
    assert_eq!(handles(&page).len(), 10);
    assert!(!page.contains("Older sessions"), "{page}");
    app.signed_in("alice").await;
    let page = browser.get(PAGE).await.body;
    let (shown, folded) = page.split_once("Older sessions (1)").unwrap();
    assert_eq!((handles(shown).len(), handles(folded).len()), (10, 1));
}

/// SE-20: a link says nothing on the page, and a form of another person's page ends nothing.
#[tokio::test]
async fn a_link_makes_no_notice_and_another_persons_form_ends_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut other = app.signed_in("alice").await;
    let page = browser.get("/sessions?sessions=Ended").await.body;
    assert!(!page.contains("Session ended"), "{page}");
    let handle = handles(&page).remove(0);
    for path in ["/api/sessions/end", "/api/sessions/end-others"] {
        let fields = [("handle", handle.as_str()), ("viewer", "somebody-else")];
        let request = browser.form(path).header("accept", JSON).form(&fields);
        let answer = Answer::of(request).await;
        assert_eq!((answer.status, &*answer.body), (409, "\"AnotherPerson\""));
        // CS-01: from another site.
        let request = browser.request_for(JSON, "POST", path);
        let request = request.header("origin", "https://evil.example");
        assert_eq!(Answer::of(request.form(&fields)).await.status, 403);
    }
    assert_eq!(other.get(PAGE).await.status, 200);
    // RD-01
    let fields = [("handle", handle.as_str()), ("return_to", "//evil.example")];
    let answer = browser
        .send(browser.form("/api/sessions/end").form(&fields))
        .await;
    assert!(
        answer.location().starts_with("/?sessions="),
        "{}",
        answer.location()
    );
}

/// OU-17, SE-20
#[tokio::test]
async fn while_the_store_fails_the_page_says_so_and_nothing_has_ended() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut other = app.signed_in("alice").await;
    app.store.fail_next("find_sessions", 1);
    let request = browser.form("/api/sessions/end-others");
    let answer = Answer::of(request.header("accept", JSON)).await;
    assert_eq!((answer.status, &*answer.body), (503, "\"Store\""));
    assert!(!answer.header("retry-after").is_empty());
    app.store.fail_next("find_sessions", 1);
    let page = browser.get(PAGE).await.body;
    assert!(page.contains("Try again"), "{page}");
    assert_eq!(other.get(PAGE).await.status, 200);
}
