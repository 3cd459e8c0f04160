//! Endpoints are closed to strangers unless they are named.

use axum::{body::Body, http::Request};
use logto_axum::{Endpoints, Guard, Guards, Requirement, paths};
use tower::ServiceExt as _;

use crate::support::{ALICE, Answer, App, greeting, ran};

const JSON: &str = "application/json";

/// LX-04
#[tokio::test]
async fn a_stranger_is_refused_before_an_endpoint_runs() {
    let app = App::start().await;
    let browser = app.browser();
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
        for path in [
            "/api/closed",
            "/api/closed?x=y",
            "/api/nowhere",
            "/api",
            "/api/",
        ] {
            for accept in [JSON, "*/*", ""] {
                let request = browser
                    .request_for(accept, method, path)
                    .header("origin", app.base.clone());
                let answer = Answer::of(request).await;
                assert_eq!(answer.status, 401, "{method} {path}");
                let body = if method == "HEAD" {
                    ""
                } else {
                    r#""SignedOut""#
                };
                assert_eq!(answer.body, body);
                assert_eq!(answer.header("content-type"), JSON);
                assert_eq!(answer.header("cache-control"), "private, no-store");
                assert!(answer.set_cookies().is_empty());
            }
        }
    }
    assert_eq!(ran(), 0);
    assert!(app.provider.seen().is_empty());
}

/// LX-03
#[tokio::test]
async fn a_closed_endpoint_is_closed_in_every_spelling() {
    let app = App::start().await;
    for path in [
        "//api/closed",
        "/API/closed",
        "/%61pi/closed",
        "/x/../api/closed",
        "/api%2fclosed",
        "/api/x/../../closed",
        "/a%70i/..",
        "/%5capi%5cclosed",
    ] {
        let head = format!("GET {path} HTTP/1.1");
        let answer = app.raw(head.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{path}: {answer}");
    }
    assert_eq!(ran(), 0);
}

#[tokio::test]
async fn what_is_named_is_open_to_strangers_and_nothing_beside_it() {
    let app = App::start().await;
    let open = async |path: &str| Answer::of(app.browser().request_for(JSON, "GET", path)).await;
    assert_eq!(open("/api/open").await.body, "open");
    assert_eq!(open("/api/open?x=y").await.body, "open");
    for path in [
        "/api/open/",
        "/api/open/more",
        "/api/opened",
        "/API/OPEN",
        "/api//open",
    ] {
        assert_eq!(open(path).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn somebody_who_is_signed_in_gets_through() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    assert_eq!(browser.get("/api/closed").await.body, greeting(ALICE));
    assert_eq!(browser.post("/api/closed").await.body, greeting(ALICE));
}

/// OU-12: not known is not signed out.
#[tokio::test]
async fn while_the_store_fails_a_closed_endpoint_says_so() {
    let app = App::start().await;
    let browser = app.signed_in("alice").await;
    app.store.set_failing(true);
    let answer = Answer::of(browser.request_for(JSON, "GET", "/api/closed")).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (503, r#""Upstream""#)
    );
    assert_eq!(answer.header("retry-after"), "5");
    let page = Answer::of(browser.request("GET", "/api/closed")).await;
    assert_eq!(page.status, 503);
    assert!(page.body.contains("cannot be shown right now"));
    assert_eq!(ran(), 0);
}

/// CS-08, HD-09, F12: a form without JavaScript leads to the sign-in, and from there to the page it was
/// on; never to another site.
#[tokio::test]
async fn a_form_of_a_stranger_leads_to_the_sign_in_and_back_to_its_page() {
    let app = App::start().await;
    let base = app.base.clone();
    for (referer, page) in [
        (format!("{base}/orders?page=2"), "%2Forders%3Fpage%3D2"),
        (format!("{base}/sign-in"), "%2F"),
        ("https://evil.example/orders".to_owned(), "%2F"),
        (format!("{base}.evil.example/orders"), "%2F"),
        (String::new(), "%2F"),
    ] {
        let request = app
            .browser()
            .form("/api/closed")
            .header("referer", &referer);
        let answer = Answer::of(request).await;
        let expected = format!("/sign-in?return_to={page}");
        assert_eq!(
            (answer.status, answer.location()),
            (303, expected.as_str()),
            "{referer}"
        );
    }
    assert_eq!(ran(), 0);
}

/// CS-01: another site's write is refused as such, whoever is signed in.
#[tokio::test]
async fn a_write_of_another_site_is_refused_first() {
    let app = App::start().await;
    let request = app
        .browser()
        .request_for(JSON, "POST", "/api/closed")
        .header("origin", "https://evil.example");
    assert_eq!(Answer::of(request).await.status, 403);
}

/// LX-04: nobody could sign in where a guard or a closed prefix covered the sign-in.
#[tokio::test]
async fn the_flow_is_never_closed() {
    let app = App::start().await;
    let flow = [
        paths::SIGN_IN,
        paths::CALLBACK,
        paths::SIGN_OUT,
        paths::PROBLEM,
    ];
    let closed = flow
        .iter()
        .fold(Endpoints::none(), |closed, path| closed.and_below(path));
    let guards = Guards::new([Guard::new("/sign-in", Requirement::SignedIn)]);
    for (guards, endpoints) in [(Guards::default(), closed), (guards, Endpoints::none())] {
        let router = app.auth.protect_with(app.auth.routes(), guards, endpoints);
        let status = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            (
                response.status().as_u16(),
                response.headers().get("location").cloned(),
            )
        };
        for path in flow {
            let (status, location) = status(path).await;
            assert!([200, 303].contains(&status), "{path}: {status}");
            let location = location.as_ref().map(|location| location.to_str().unwrap());
            let to_sign_in = location.is_some_and(|to| to.starts_with("/sign-in?"));
            assert!(!to_sign_in, "{path}");
        }
        let (status, _) = status("/sign-in/below").await;
        assert!([401, 303].contains(&status), "{status}");
    }
}
