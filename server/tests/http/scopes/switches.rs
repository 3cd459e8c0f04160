//! What is switched here, without a new authorization.

use super::{APPLIED, ORGANIZATIONS, Row, SESSIONS, UNCHANGED, page_with_notice, press};
use crate::helpers::TestApp;

/// The page says it beforehand, and then it is so.
#[tokio::test]
async fn every_switch_takes_what_it_says() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = browser.get("/scopes").await.body;
    let mut switches = 0;
    let free = |row: &Row| !row.is_fixed();
    for row in Row::all(&page).into_iter().filter(free) {
        let tokens = app.provider.token_requests();
        let answer = press(&mut browser, &[&row.scope]).await;
        assert_eq!(answer.status, 303);
        if row.leads_to_logto() {
            let provider = format!("{}oidc/auth?", app.provider.endpoint);
            assert!(answer.location().starts_with(&provider), "{}", row.scope);
            assert_eq!(app.provider.token_requests(), tokens, "{}", row.scope);
        } else {
            let page = page_with_notice(&mut browser, &answer, APPLIED).await;
            assert!(app.provider.token_requests() > tokens, "{}", row.scope);
            let off = Row::of(&page, &row.scope);
            assert!(!off.is_on() && off.says(">Off<"), "{}", off.html);
            let marked = Row::all(&page).into_iter();
            let marked = marked.filter(|row| row.says(">Changed<"));
            let marked: Vec<_> = marked.map(|row| row.scope).collect();
            assert_eq!(marked, [&*row.scope]);
            let place = format!("#scope-{}", row.scope.replace(':', "%3A"));
            let location = answer.location();
            assert!(location.ends_with(&place), "{location}");
            press(&mut browser, &[&row.scope]).await;
        }
        let again = browser.get("/scopes").await.body;
        let again = Row::of(&again, &row.scope);
        assert_eq!(again.is_on(), row.is_on(), "{}", row.scope);
        switches += 1;
    }
    assert!(switches >= 14, "{switches}");
    assert_eq!(
        app.store.live().await.len(),
        1,
        "it is one session all along"
    );
}

#[tokio::test]
async fn applying_without_a_change_asks_nothing_and_says_so() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    browser.get("/scopes").await;
    let tokens = app.provider.token_requests();
    let answer = press(&mut browser, &[]).await;
    assert_eq!(app.provider.token_requests(), tokens);
    page_with_notice(&mut browser, &answer, UNCHANGED).await;
}

#[tokio::test]
async fn claims_go_with_their_scope_and_come_back_with_it() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let answer = press(&mut browser, &["email", "custom_data"]).await;
    page_with_notice(&mut browser, &answer, APPLIED).await;
    let profile = browser.get("/profile?userinfo=true").await.body;
    assert!(profile.contains("15550000001"));
    assert!(!profile.contains("alice@example.com") && !profile.contains("gold"));
    press(&mut browser, &["email", "custom_data"]).await;
    let profile = browser.get("/profile?userinfo=true").await.body;
    assert!(profile.contains("alice@example.com") && profile.contains("gold"));
    assert_eq!(
        app.provider.controls.count("/oidc/auth"),
        1,
        "only the sign-in"
    );
}

#[tokio::test]
async fn a_permission_that_is_switched_off_is_in_no_token() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    press(&mut browser, &["write:orders"]).await;
    let before = app.provider.token_requests();
    let page = browser.get("/scopes").await.body;
    assert!(Row::of(&page, "write:orders").says(">Off<"));
    assert!(Row::of(&page, "read:orders").says(">Granted<"));
    let asked = app.provider.seen_at("/oidc/token").split_off(before);
    assert!(!asked.is_empty());
    for request in asked {
        let scope = request.parameter("scope").unwrap();
        assert!(!scope.contains("write:orders"), "{scope}");
    }
}

/// Organization tokens need it (`refresh organization_id=acme without urn:logto:scope:organizations in the granted scope`).
#[tokio::test]
async fn memberships_stay_on_while_a_permission_inside_organizations_is_on() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = browser.get("/scopes").await.body;
    let memberships = Row::of(&page, ORGANIZATIONS);
    assert!(memberships.is_fixed() && memberships.is_kept());
    assert!(
        memberships.says("Turn those off and apply first"),
        "{}",
        memberships.html
    );
    // Whoever sends the form without them changes nothing.
    let others = Row::all(&page)
        .into_iter()
        .filter(|row| row.is_on() && row.scope != ORGANIZATIONS);
    let form: Vec<_> = others
        .map(|row| ("scopes[]".to_owned(), row.scope))
        .collect();
    let form = browser.form("/api/scopes/choose").form(&form);
    let answer = browser.send(form).await;
    let page = browser.get(answer.location()).await;
    assert_eq!(page.status, 200);
    let page = browser.get("/scopes").await.body;
    assert!(Row::of(&page, ORGANIZATIONS).is_on());

    let inside = ["manage:billing", "invite:member"];
    let answer = press(&mut browser, &inside).await;
    let page = page_with_notice(&mut browser, &answer, APPLIED).await;
    for scope in inside {
        assert!(Row::of(&page, scope).says(">Off<"), "{scope}");
    }
    let memberships = Row::of(&page, ORGANIZATIONS);
    assert!(
        memberships.is_on() && !memberships.is_fixed(),
        "nobody switched them off"
    );
    let answer = press(&mut browser, &[ORGANIZATIONS]).await;
    let page = page_with_notice(&mut browser, &answer, APPLIED).await;
    assert!(Row::of(&page, ORGANIZATIONS).says(">Off<"));
    press(&mut browser, &["manage:billing"]).await;
    let page = browser.get("/scopes").await.body;
    assert!(Row::of(&page, ORGANIZATIONS).is_on() && Row::of(&page, "manage:billing").is_on());
    assert!(!Row::of(&page, "invite:member").is_on());
}

#[tokio::test]
async fn a_choice_holds_for_the_session_that_made_it() {
    let app = TestApp::start().await;
    let mut one = app.signed_in("alice").await;
    let mut other = app.signed_in("alice").await;
    press(&mut one, &["email"]).await;
    assert!(!one.get("/profile").await.body.contains("alice@example.com"));
    assert!(
        other
            .get("/profile")
            .await
            .body
            .contains("alice@example.com")
    );
    let page = other.get("/scopes").await.body;
    assert!(Row::of(&page, "email").is_on());
}

#[tokio::test]
async fn a_permission_in_organizations_says_that_it_brings_memberships() {
    const BRINGS: &str = "Also turns on organization memberships.";
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let answer = press(&mut browser, &["manage:billing", "invite:member"]).await;
    let page = page_with_notice(&mut browser, &answer, APPLIED).await;
    assert!(!page.contains(BRINGS), "it is on already");
    press(&mut browser, &[ORGANIZATIONS]).await;
    let page = browser.get("/scopes").await.body;
    for row in Row::all(&page) {
        let is_inside = ["manage:billing", "invite:member"].contains(&&*row.scope);
        assert_eq!(row.says(BRINGS), is_inside, "{}", row.html);
    }
}

/// It is said once: whoever reloads the page has applied nothing.
#[tokio::test]
async fn what_came_of_a_choice_is_said_once() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let answer = press(&mut browser, &["email"]).await;
    page_with_notice(&mut browser, &answer, APPLIED).await;
    let again = browser.get(answer.location()).await.body;
    assert!(!again.contains(APPLIED));
    let answer = press(&mut browser, &[]).await;
    page_with_notice(&mut browser, &answer, UNCHANGED).await;
    assert!(
        !browser
            .get(answer.location())
            .await
            .body
            .contains(UNCHANGED)
    );
    // After an authorization, too.
    let granted = format!("Granted: <code>{SESSIONS}");
    let answer = press(&mut browser, &[SESSIONS]).await;
    let back = browser.at_provider(answer.location(), "alice").await;
    let landed = browser.get(&back).await;
    assert!(browser.get(landed.location()).await.body.contains(&granted));
    assert!(!browser.get(landed.location()).await.body.contains(&granted));
}
