//! What takes a new authorization.

use super::{Row, SESSIONS, UNCHANGED, page_with_notice, press, press_and_sign_in};
use crate::helpers::TestApp;

#[tokio::test]
async fn what_was_never_granted_takes_a_new_authorization_that_asks_for_all_that_is_on() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let session = browser.session().unwrap().to_owned();
    let answer = press(&mut browser, &[SESSIONS, "phone"]).await;
    let asked = answer.sent("scope").unwrap();
    let asked: Vec<_> = asked.split(' ').collect();
    for scope in [
        "openid",
        "offline_access",
        "profile",
        "email",
        SESSIONS,
        "read:orders",
    ] {
        assert!(asked.contains(&scope), "{scope}");
    }
    for scope in ["phone", "view:invoices"] {
        assert!(!asked.contains(&scope), "{scope} is off");
    }
    assert_eq!(
        browser.session(),
        Some(&*session),
        "the session stays until then"
    );
    assert!(browser.get("/profile").await.body.contains("15550000001"));

    let back = browser.at_provider(answer.location(), "alice").await;
    let landed = browser.get(&back).await;
    assert_ne!(browser.session(), Some(&*session));
    let page = browser.get(landed.location()).await.body;
    assert!(page.contains("All requested scopes were granted"));
    assert!(Row::of(&page, SESSIONS).says(">Granted<"));
    for scope in ["phone", "view:invoices"] {
        assert!(Row::of(&page, scope).says("Not requested"), "{scope}");
    }
    assert!(!browser.get("/profile").await.body.contains("15550000001"));

    // Nobody else sees the notice (CB-15).
    let mut bob = app.signed_in("bob").await;
    let page = bob.get(landed.location()).await.body;
    assert!(
        !page.contains("All requested scopes were granted")
            && !page.contains("Requested, not granted:")
    );
}

#[tokio::test]
async fn cancelling_leaves_everything_as_it_was_and_leads_back() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = browser.get("/scopes").await.body;
    let session = browser.session().unwrap().to_owned();
    press(&mut browser, &[SESSIONS]).await;
    // Logto sends the browser to the bare address (`third-party-consent.json`).
    let landed = browser.get("/callback").await;
    assert!(
        landed.location().starts_with("/scopes?scopes="),
        "{}",
        landed.location()
    );
    let page = browser.get(landed.location()).await.body;
    assert!(page.contains("Authorization cancelled. Nothing changed."));
    assert_eq!(browser.session(), Some(&*session));
    for (row, earlier) in Row::all(&page).iter().zip(Row::all(&before)) {
        assert_eq!(row.is_on(), earlier.is_on(), "{}", row.scope);
    }
}

/// Unknown scopes and permissions that somebody lacks are dropped silently (`unknown scope is dropped silently`).
#[tokio::test]
async fn what_logto_leaves_out_is_named_with_who_can_grant_it() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("bob").await;
    let devices = "urn:logto:scope:trusted_devices";
    let page = press_and_sign_in(&mut browser, &["write:orders", devices], "bob").await;
    assert!(page.contains("Requested, not granted:"));
    let notice = page.split_once("Requested, not granted:").unwrap().1;
    let notice = notice.split_once("</div>").unwrap().0;
    assert!(
        notice.contains("write:orders") && notice.contains(devices),
        "{notice}"
    );
    assert!(
        !notice.contains("view:invoices"),
        "it was not asked for again: {notice}"
    );
    assert!(
        notice.contains("Ask an administrator for a role"),
        "{notice}"
    );
    for (scope, who) in [
        ("write:orders", "Ask an administrator for one"),
        (devices, "in Logto Console"),
    ] {
        let row = Row::of(&page, scope);
        assert!(
            !row.is_on() && row.says("Requested, not granted") && row.says(who),
            "{}",
            row.html
        );
    }
    assert!(Row::of(&page, "view:invoices").says("Not requested"));
    // To apply again without pressing them is no change, and they stay what they are.
    let answer = press(&mut browser, &[]).await;
    page_with_notice(&mut browser, &answer, UNCHANGED).await;
    press(&mut browser, &["email"]).await;
    let page = browser.get("/scopes").await.body;
    assert!(Row::of(&page, "write:orders").says("Requested, not granted"));
}
