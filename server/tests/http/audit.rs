//! The audit log, line by line.

use std::time::Duration;

use logto_axum::SessionKeys;
use serde_json::{Value, json};
use server::{
    audit,
    settings::{AuditAddresses, AuditSettings, AuditSubjects},
};
use test_support::log::Lines;

use crate::helpers::{ALICE, BOB, TestApp};

/// A server whose audit log a test reads.
async fn audited(settings: AuditSettings) -> (TestApp, Lines, SessionKeys) {
    let (lines, keys) = (Lines::default(), SessionKeys::ephemeral());
    let hooks = audit::hooks(&settings, keys.clone(), lines.clone(), || ());
    let app = TestApp::with(|setup| setup.hooks = hooks).await;
    (app, lines, keys)
}

/// The next lines, without their times and sessions.
async fn next(lines: &Lines, before: &mut usize, count: usize) -> Vec<Value> {
    for _ in 0..400 {
        if lines.text().lines().count() >= *before + count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let text = lines.text();
    let found: Vec<_> = text.lines().skip(*before).map(str::to_owned).collect();
    assert_eq!(found.len(), count, "{text}");
    *before += count;
    let read = found.iter().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let members = line.as_object_mut().unwrap();
        let time = members.remove("time").unwrap();
        assert!(time.as_str().unwrap().ends_with('Z'), "{time}");
        if let Some(session) = members.remove("session") {
            assert_eq!(session.as_str().unwrap().len(), 16);
        }
        line
    });
    read.collect()
}

#[tokio::test]
async fn each_event_is_a_line_with_who_what_and_from_where() {
    let (app, lines, keys) = audited(AuditSettings::default()).await;
    let [alice, bob] = [ALICE, BOB].map(|subject| keys.pseudonym(subject));
    let mut before = 0;

    let mut browser = app.browser();
    let back = browser.come_back("/sign-in", "bob").await;
    let request = browser.request("GET", &back).header("user-agent", "Test/1");
    browser.send(request).await;
    assert_eq!(
        next(&lines, &mut before, 1).await,
        [
            json!({ "event": "sign_in", "outcome": "success", "subject": bob, "address": "127.0.0.0/24", "user_agent": "Test/1" })
        ]
    );

    let page = browser.get("/org/unknown12345?x=private").await;
    assert_eq!(page.status, 404);
    assert_eq!(
        next(&lines, &mut before, 1).await,
        [
            json!({ "event": "access", "outcome": "denied", "reason": "not-found", "subject": bob, "path": "/org/unknown12345",
                "requirement": "member", "organization": "unknown12345", "address": "127.0.0.0/24" })
        ]
    );

    browser.post("/sign-out").await;
    assert_eq!(
        next(&lines, &mut before, 1).await,
        [
            json!({ "event": "sign_out", "outcome": "success", "reason": "device", "subject": bob, "address": "127.0.0.0/24" })
        ]
    );

    app.browser().get("/callback?code=x&state=y").await;
    assert_eq!(
        next(&lines, &mut before, 1).await,
        [
            json!({ "event": "sign_in", "outcome": "failure", "reason": "expired", "address": "127.0.0.0/24" })
        ]
    );

    let mut browser = app.signed_in("alice").await;
    browser.get("/").await;
    app.pass(3601);
    app.provider.controls.suspend("alice");
    browser.get("/api/user-info?fetch=true").await;
    let [_, refresh, revocation] = &next(&lines, &mut before, 3).await[..] else {
        panic!("three lines");
    };
    let (refresh, revocation) = match refresh["event"].as_str() {
        Some("refresh") => (refresh, revocation),
        _ => (revocation, refresh),
    };
    assert_eq!(
        *refresh,
        json!({ "event": "refresh", "outcome": "failure", "reason": "revoked", "subject": alice, "audience": "the provider" })
    );
    assert_eq!(
        *revocation,
        json!({ "event": "revocation", "outcome": "success", "reason": "revoked", "subject": alice })
    );
}

#[tokio::test]
async fn people_and_addresses_are_plain_when_configured() {
    let settings = AuditSettings {
        subjects: AuditSubjects::Plain,
        addresses: AuditAddresses::Plain,
        ..AuditSettings::default()
    };
    let (app, lines, _) = audited(settings).await;
    app.signed_in("alice").await;
    let line = next(&lines, &mut 0, 1).await.remove(0);
    assert_eq!(
        (&line["subject"], &line["address"]),
        (&json!(ALICE), &json!("127.0.0.1"))
    );
}

#[tokio::test]
async fn one_browser_cannot_fill_the_audit_log() {
    let (app, lines, _) = audited(AuditSettings::default()).await;
    let mut browser = app.signed_in("alice").await;
    let mut before = 0;
    next(&lines, &mut before, 1).await;
    let agent = "ä".repeat(151);
    for _ in 0..14 {
        let request = browser.request("GET", "/org/unknown12345");
        let request = request.header("user-agent", agent.as_str());
        browser.send(request).await;
    }
    let refused = next(&lines, &mut before, 10).await;
    for line in refused {
        assert_eq!(line["event"], "access");
        assert_eq!(line["user_agent"].as_str().unwrap(), "ä".repeat(150));
    }
    // Another session has its own limit.
    app.signed_in("alice").await.get("/org/unknown12345").await;
    let events = next(&lines, &mut before, 2).await;
    let names: Vec<_> = events.iter().map(|line| &line["event"]).collect();
    assert_eq!(names, ["sign_in", "access"]);
}

/// SL-02: nor is the person, their address or what they looked at.
#[tokio::test]
async fn no_secret_of_a_whole_run_is_in_the_audit_log() {
    let (app, lines, _) = audited(AuditSettings::default()).await;
    let mut browser = app.signed_in("alice").await;
    let mut held = browser.cookies.clone();
    browser.get("/profile?userinfo=true").await;
    browser.get("/org/unknown12345?x=page-secret").await;
    let other = browser.come_back("/sign-in", "alice").await;
    held.extend(browser.cookies.clone());
    app.provider.controls.tamper(dev_idp::Tamper::WrongNonce);
    browser.get(&other).await;
    app.pass(3601);
    app.provider.controls.fail_next("/oidc/token", 500, 9);
    browser.get("/api/user-info?fetch=true").await;
    browser.post("/sign-out").await;
    let mut before = 0;
    next(&lines, &mut before, 5).await;
    let text = lines.text();
    let mut secrets: Vec<_> = app.provider.secrets();
    secrets.extend(held.into_values().map(|value| ("cookie", value)));
    for known in [
        ALICE,
        "alice@example.com",
        "page-secret",
        "127.0.0.1",
        "unknown-secret",
    ] {
        secrets.push(("known", known.to_owned()));
    }
    for (name, value) in secrets {
        assert!(
            !text.contains(&value),
            "{name} is in the audit log:\n{text}"
        );
    }
}
