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
    let name = format!("logto-canonical-host-{}", app.address.port());
    for (path, target) in [
        ("/", "/?"),
        ("/profile", "/profile?"),
        (
            "/apis?resource=https%3A%2F%2Fa&x=%20",
            "/apis?resource=https%3A%2F%2Fa&x=%20&",
        ),
        ("//evil.example/", "//evil.example/?"),
        ("/%5C/evil.example", "/%5C/evil.example?"),
        (
            "/sign-in?return_to=/profile",
            "/sign-in?return_to=/profile&",
        ),
        ("/callback?state=x", "/callback?state=x&"),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = at(&app, &other(&app), method, path, "").await;
            assert_eq!(answer.status, 307, "{path}");
            let marker = marker(answer.location());
            assert_eq!(
                answer.location(),
                format!("{base}{target}canonical-host={marker}")
            );
            let cookie = answer.set_cookie(&name).unwrap();
            let expected = format!("{name}={marker}; HttpOnly; SameSite=Lax; Path=/");
            assert!(cookie.starts_with(&expected), "{cookie}");
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

/// A proxy that writes its own `Host` must not send browsers in circles.
#[tokio::test]
async fn behind_a_proxy_that_writes_its_own_host_a_page_is_served_after_one_redirect() {
    let app = TestApp::start().await;
    let host = "app.internal:8080";
    let name = format!("logto-canonical-host-{}", app.address.port());
    let first = at(&app, host, "GET", "/sign-in", "").await;
    let marker = marker(first.location());
    let cookie = format!("{name}={marker}");
    // A second page that is opened meanwhile has the same marker.
    let second = at(&app, host, "GET", "/", &cookie).await;
    assert!(second.location().ends_with(marker), "{}", second.location());
    let path = format!("/sign-in?canonical-host={marker}");
    let answer = at(&app, host, "GET", &path, &cookie).await;
    assert_eq!(answer.status, 303);
    assert!(answer.location().contains("/oidc/auth"));
    let kept = answer.set_cookie(&name).unwrap();
    assert!(
        kept.starts_with(&format!("{name}=confirmed; HttpOnly; SameSite=Lax; Path=/")),
        "{kept}"
    );
    let cookie = format!("{name}=confirmed");
    for (path, status) in [("/", 200), ("/sign-in", 303), ("/callback?state=x", 303)] {
        let answer = at(&app, host, "GET", path, &cookie).await;
        assert_eq!(answer.status, status, "{path} is not redirected again");
        assert_eq!(answer.set_cookie(&name), None);
    }
    // A guarded page leads to the sign-in and back, without the marker.
    let path = format!("/profile?canonical-host={marker}");
    let answer = at(&app, host, "GET", &path, &cookie).await;
    assert_eq!(
        (answer.status, answer.location()),
        (303, "/sign-in?return_to=%2Fprofile")
    );
}

/// A browser without cookies is not redirected in a loop either; to sign in it needs them, and a page says so.
#[tokio::test]
async fn behind_such_a_proxy_a_browser_without_cookies_gets_pages() {
    let app = TestApp::start().await;
    let host = "app.internal:8080";
    for path in ["/", "/sign-in-problem?reason=expired"] {
        let led = at(&app, host, "GET", path, "").await;
        let path = led.location().strip_prefix(&app.base).unwrap().to_owned();
        let answer = at(&app, host, "GET", &path, "").await;
        assert_eq!(answer.status, 200, "{path}");
    }
    for path in ["/sign-in", "/callback?state=x"] {
        let led = at(&app, host, "GET", path, "").await;
        let path = led.location().strip_prefix(&app.base).unwrap().to_owned();
        let answer = at(&app, host, "GET", &path, "").await;
        let problem = format!("{}/sign-in-problem?reason=expired", app.base);
        assert_eq!((answer.status, answer.location()), (307, &*problem));
    }
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
        let location = answer.location();
        assert_eq!(answer.status, 307, "{host}");
        assert!(
            location.starts_with("https://app.example/?canonical-host="),
            "{host}: {location}"
        );
    }
}

/// The value of the marker in an address.
fn marker(location: &str) -> &str {
    let (_, marker) = location.rsplit_once("canonical-host=").unwrap();
    marker.split('&').next().unwrap()
}

/// A link of a stranger must not keep a browser on another name of the server, where its sign-ins fail.
#[tokio::test]
async fn a_marker_of_a_stranger_switches_nothing_off() {
    let app = TestApp::start().await;
    let name = format!("logto-canonical-host-{}", app.address.port());
    let stranger = at(&app, &other(&app), "GET", "/", "").await;
    let foreign = marker(stranger.location()).to_owned();
    let led = at(&app, &other(&app), "GET", "/", "").await;
    let own = format!("{name}={}", marker(led.location()));
    for marker in ["1", "checked", "confirmed", &foreign] {
        for cookie in ["", &own] {
            let path = format!("/apis?canonical-host={marker}");
            let page = at(&app, &other(&app), "GET", &path, cookie).await;
            let kept = page.set_cookie(&name).unwrap_or_default();
            assert!(
                !kept.contains("checked") && !kept.contains("confirmed"),
                "{marker}: {kept}"
            );
            for path in ["/sign-in", "/callback"] {
                let path = format!("{path}?canonical-host={marker}");
                let flow = at(&app, &other(&app), "GET", &path, cookie).await;
                assert_eq!(flow.status, 307, "{path} with {cookie:?}");
                let leads = flow.location();
                assert!(leads.starts_with(&app.base), "{path}: {leads}");
            }
        }
    }
    // The next visit without a marker is led to the base URL as ever.
    let next = at(&app, &other(&app), "GET", "/", &own).await;
    assert_eq!(next.status, 307);
}
