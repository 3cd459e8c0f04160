//! What the form refuses, and where it leads then.

use super::{Row, page_with_notice};
use crate::helpers::{Answer, TestApp};

/// CB-20
#[tokio::test]
async fn a_scope_that_is_not_offered_is_refused_with_everything_else() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    browser.get("/scopes").await;
    let tokens = app.provider.token_requests();
    for unknown in [
        "admin",
        "all",
        "email phone",
        "write:orders\u{0}",
        "read:order",
        "EMAIL",
    ] {
        let form = [
            ("scopes[]", "phone"),
            ("scopes[]", unknown),
            ("return_to", "/scopes"),
        ];
        let request = browser.form("/api/scopes/choose").form(&form);
        let answer = browser.send(request).await;
        let text = "a scope this app does not offer";
        let page = page_with_notice(&mut browser, &answer, text).await;
        assert!(Row::of(&page, "email").is_on(), "{unknown:?}");
    }
    assert_eq!(app.provider.token_requests(), tokens);
    assert_eq!(
        app.provider.controls.count("/oidc/auth"),
        1,
        "only the sign-in"
    );
}

/// RD-04, F12: whatever comes, the answer is a redirect to a page of ours, and nothing else in the form counts.
#[tokio::test]
async fn a_form_that_cannot_be_read_changes_nothing_and_leads_nowhere_else() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    for body in [
        "scopes=email",
        "scopes[a]=email",
        "scopes[][b]=email",
        "scopes[]=%ff",
        "scopes[]=email&return_to=a&return_to=b",
        "return_to[]=/scopes",
        "%00",
    ] {
        let request = browser
            .request("POST", "/api/scopes/choose")
            .header("origin", app.base.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("referer", "https://evil.example/page")
            .body(body);
        let answer = browser.send(request).await;
        // There is no page of ours to lead back to, so a form that cannot be read is answered with 400.
        assert!(
            matches!(answer.status, 303 | 400),
            "{body}: {}",
            answer.status
        );
        assert!(
            answer.location().starts_with('/'),
            "{body}: {}",
            answer.location()
        );
        assert!(!format!("{:?}", answer.headers).contains("evil"), "{body}");
    }
    for target in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/sign-out",
    ] {
        let form = [("scopes[]", "email"), ("return_to", target)];
        let request = browser.form("/api/scopes/choose").form(&form);
        let location = browser.send(request).await.location().to_owned();
        assert!(location.starts_with("/?scopes="), "{target}: {location}");
    }
}

#[tokio::test]
async fn somebody_whose_session_has_ended_signs_in_and_is_back_at_the_switches() {
    let app = TestApp::start().await;
    let stranger = app.browser();
    let request = stranger
        .form("/api/scopes/choose")
        .header("referer", format!("{}/scopes?scopes=applied", app.base))
        .form(&[("scopes[]", "email"), ("return_to", "/scopes")]);
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 303);
    assert_eq!(
        answer.location(),
        "/sign-in?return_to=%2Fscopes%3Fscopes%3Dapplied"
    );
    assert!(app.provider.seen().is_empty());
    let call = stranger
        .request_for("application/json", "POST", "/api/scopes/choose")
        .header("origin", app.base.clone())
        .form(&[("scopes[]", "email")]);
    assert_eq!(Answer::of(call).await.status, 401);
}
