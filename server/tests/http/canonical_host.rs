//! A page opened under another name of the server is opened at the base URL.

use crate::helpers::{Answer, TestApp, browser::http};

const PAGE: &str = "text/html,application/xhtml+xml";

async fn at(app: &TestApp, host: &str, method: &str, path: &str, cookie: &str) -> Answer {
    let method = method.parse().unwrap();
    let request = http()
        .request(method, format!("http://{}{path}", app.address))
        .header("host", host)
        .header("accept", PAGE)
        .header("cookie", cookie);
    Answer::of(request).await
}

fn other(app: &TestApp) -> String {
    format!("localhost:{}", app.address.port())
}

#[tokio::test]
async fn a_visit_under_another_host_is_led_to_the_same_page_at_the_base_url() {
    let app = TestApp::start().await;
    let base = &app.base;
    for (path, target) in [
        ("/", "/?canonical-host=1"),
        ("/profile", "/profile?canonical-host=1"),
        (
            "/apis?resource=https%3A%2F%2Fa&x=%20",
            "/apis?resource=https%3A%2F%2Fa&x=%20&canonical-host=1",
        ),
        ("//evil.example/", "//evil.example/?canonical-host=1"),
        ("/%5C/evil.example", "/%5C/evil.example?canonical-host=1"),
        (
            "/sign-in?return_to=/profile",
            "/sign-in?return_to=/profile&canonical-host=1",
        ),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = at(&app, &other(&app), method, path, "").await;
            assert_eq!(answer.status, 307, "{path}");
            assert_eq!(answer.location(), format!("{base}{target}"));
            assert!(answer.set_cookies().is_empty());
        }
    }
    // There, the marker goes, and what was asked for is served.
    let mut browser = app.browser();
    let arrived = browser.get("/apis?a=1&canonical-host=1&b=2").await;
    assert_eq!(arrived.status, 307);
    assert_eq!(arrived.location(), format!("{base}/apis?a=1&b=2"));
    assert_eq!(
        browser.get("/?canonical-host").await.location(),
        format!("{base}/")
    );
    assert_eq!(browser.get("/").await.status, 200);
}

/// A proxy that writes its own `Host` must not send browsers in circles, also those without cookies.
#[tokio::test]
async fn behind_a_proxy_that_writes_its_own_host_a_page_is_served_after_one_detour() {
    let app = TestApp::start().await;
    let host = "app.internal:8080";
    let name = format!("logto-canonical-host-{}", app.address.port());
    let answer = at(&app, host, "GET", "/?canonical-host=1", "").await;
    assert_eq!(answer.status, 200);
    let cookie = answer.set_cookie(&name).unwrap();
    assert!(
        cookie.contains("HttpOnly; SameSite=Lax; Path=/"),
        "{cookie}"
    );
    let answer = at(&app, host, "GET", "/", &format!("{name}=checked")).await;
    assert_eq!(answer.status, 200, "the detour is remembered");
    assert!(answer.set_cookies().is_empty());
    // A guarded page leads to the sign-in and back, without the marker.
    let answer = at(&app, host, "GET", "/profile?canonical-host=1", "").await;
    assert_eq!(
        (answer.status, answer.location()),
        (303, "/sign-in?return_to=%2Fprofile")
    );
}

#[tokio::test]
async fn what_is_no_visit_of_a_page_is_left_alone() {
    let app = TestApp::start().await;
    let host = other(&app);
    for (method, path, status) in [
        ("GET", "/healthz", 200),
        ("GET", "/shop/orders", 401),
        ("GET", "/api/organizations", 303),
        ("GET", "/pkg/nothing.js", 404),
        ("GET", "/favicon.svg", 404),
        ("GET", "/callback?state=x", 303),
        ("POST", "/sign-out", 403),
    ] {
        let answer = at(&app, &host, method, path, "").await;
        assert_eq!(answer.status, status, "{path}");
    }
    let url = format!("http://{}/", app.address);
    let program = http()
        .get(&url)
        .header("host", &host)
        .header("accept", "*/*");
    assert_eq!(Answer::of(program).await.status, 200);
    let script = http().get(&url).header("host", &host);
    let script = script
        .header("accept", PAGE)
        .header("sec-fetch-mode", "cors");
    assert_eq!(Answer::of(script).await.status, 200);
}

#[tokio::test]
async fn other_spellings_of_the_base_url_are_the_base_url() {
    let app =
        TestApp::with(|setup| setup.base_url = Some("https://app.example".parse().unwrap())).await;
    for host in ["app.example", "APP.example", "app.example:443"] {
        assert_eq!(at(&app, host, "GET", "/", "").await.status, 200, "{host}");
    }
    for host in ["www.app.example", "app.example:8443", "app.example.", "a b"] {
        let answer = at(&app, host, "GET", "/", "").await;
        let location = "https://app.example/?canonical-host=1";
        assert_eq!(
            (answer.status, answer.location()),
            (307, location),
            "{host}"
        );
    }
}
