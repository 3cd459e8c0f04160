//! The table of guards: each page is in it or for everybody, and each row is kept.

use app::App;
use leptos_logto::{Requirement, server::generate_guarded_route_list};

use crate::helpers::{Answer, TestApp};

/// The pages that anybody may see.
const FOR_EVERYBODY: [&str; 2] = ["/", "/sign-in-problem"];
const ACME: &str = "asl5guymvnj4";

/// LX-02: a new page is for nobody until it is decided whom it is for.
#[tokio::test]
async fn every_page_is_guarded_unless_it_is_for_everybody() {
    let app = TestApp::start().await;
    let (routes, guards) = generate_guarded_route_list(App);
    for route in routes {
        let path = route.path();
        if FOR_EVERYBODY.contains(&path) {
            continue;
        }
        assert!(
            guards.iter().any(|guard| guard.path.as_str() == path),
            "the route {path} has no guard and is not for everybody"
        );
    }
    for guard in guards.iter() {
        let answer = app.browser().get(&guard.path.href(ACME)).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (303, ""),
            "{}",
            guard.path.as_str()
        );
        assert!(answer.location().starts_with("/sign-in?return_to="));
    }
    assert!(app.provider.seen().is_empty());
}

/// LX-05: Bob has no role and is in no organization.
#[tokio::test]
async fn every_page_that_asks_for_more_refuses_who_has_only_a_session() {
    let app = TestApp::start().await;
    let mut bob = app.signed_in("bob").await;
    for guard in generate_guarded_route_list(App).1.iter() {
        let expected = match guard.requires {
            Requirement::SignedIn => 200,
            Requirement::Role(_) | Requirement::Permission { .. } => 403,
            _ => 404,
        };
        let page = bob.get(&guard.path.href(ACME)).await;
        assert_eq!(page.status, expected, "{}", guard.path.as_str());
        assert!(!page.body.contains("Acme"), "{}", guard.path.as_str());
    }
}

/// LX-03, for paths with an organization in them.
#[tokio::test]
async fn no_spelling_of_a_guarded_path_shows_more() {
    let app = TestApp::start().await;
    for path in [
        "/org/asl5guymvnj4/billing/",
        "//org/asl5guymvnj4/billing",
        "/org//asl5guymvnj4/billing",
        "/ORG/asl5guymvnj4/billing",
        "/org/asl5guymvnj4/BILLING",
        "/%6frg/asl5guymvnj4/billing",
        "/org/asl5guymvnj4/%62illing",
        "/org/asl5guymvnj4/billing;x",
        "/org/asl5guymvnj4%2fbilling",
        "/org/x/../asl5guymvnj4/billing",
        "/org/asl5guymvnj4/./billing",
    ] {
        let answer = app.raw(&format!("GET {path} HTTP/1.1")).await;
        assert!(answer.starts_with("HTTP/1.1 303"), "{path}: {answer}");
        let alice = app.signed_in("carol").await;
        let cookies: Vec<_> = alice
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let head = format!("GET {path} HTTP/1.1\r\ncookie: {}", cookies.join("; "));
        let answer = app.raw(&head).await;
        assert!(!answer.contains("accounts@shop.example"), "{path}");
        assert!(!answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
}

/// What the browser asks before it draws a page.
#[tokio::test]
async fn the_answer_about_access_is_about_who_asks() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.signed_in("alice").await, app.signed_in("bob").await);
    for (query, hers, his) in [
        ("requires=signed-in", "Granted", "Granted"),
        ("requires=role%20shop-reader", "Granted", "Forbidden"),
        ("requires=role%20shop", "Forbidden", "Forbidden"),
        (
            "requires=permission%20https://shop.example/api%20read:orders",
            "Granted",
            "Forbidden",
        ),
        ("requires=member", "NotFound", "NotFound"),
        (
            "requires=member&organization=asl5guymvnj4",
            "Granted",
            "NotFound",
        ),
        (
            "requires=organization-role%20admin&organization=asl5guymvnj4",
            "Granted",
            "NotFound",
        ),
        (
            "requires=organization-role%20admin&organization=1xld34l574eb",
            "Forbidden",
            "NotFound",
        ),
        (
            "requires=organization-permission%20manage:billing&organization=1xld34l574eb",
            "Forbidden",
            "NotFound",
        ),
        (
            "requires=permission%20https://shop.example/api%20write:orders&organization=1xld34l574eb",
            "Forbidden",
            "NotFound",
        ),
    ] {
        for (browser, expected) in [(&alice, hers), (&bob, his)] {
            let request =
                browser.request_for("application/json", "GET", &format!("/api/access?{query}"));
            let answer = Answer::of(request).await;
            assert_eq!(
                (answer.status, answer.body),
                (200, format!("\"{expected}\"")),
                "{query}"
            );
        }
    }
}

#[tokio::test]
async fn nobody_can_make_the_server_ask_about_what_it_does_not_know() {
    let app = TestApp::start().await;
    let alice = app.signed_in("alice").await;
    let asked = app.provider.token_requests();
    for query in [
        "requires=",
        "requires=owner",
        "requires=role",
        "requires=permission%20https://evil.example/api%20read",
        "requires=permission%20https://shop.example/api",
        "requires=member%20x",
    ] {
        let request = alice.request_for("application/json", "GET", &format!("/api/access?{query}"));
        let answer = Answer::of(request).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (400, "\"Invalid\""),
            "{query}"
        );
    }
    assert_eq!(app.provider.token_requests(), asked);
}

/// A person who is sent back and forth to what is not theirs costs Logto one question, whichever way they come.
#[tokio::test]
async fn asking_again_about_what_was_refused_asks_nobody() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = app.provider.token_requests();
    for _ in 0..3 {
        let page = browser.get("/org/no-such-organization").await;
        assert_eq!(page.status, 404);
        let asked = "/api/access?requires=member&organization=no-such-organization";
        let answer = Answer::of(browser.request_for("application/json", "GET", asked)).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "\"NotFound\""));
        let page = browser
            .get("/orders?organization=no-such-organization")
            .await;
        assert!(
            page.body
                .contains("You are not a member of this organization")
        );
    }
    // The organization, and the API in it.
    assert_eq!(app.provider.token_requests(), before + 2);
}
