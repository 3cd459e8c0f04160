//! Writes from another site.

use crate::support::{ALICE, App, Browser, greeting};

async fn post(
    browser: &mut Browser,
    path: &str,
    headers: &[(&str, &str)],
) -> crate::support::Answer {
    let mut request = browser.request("POST", path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request).await
}

/// CS-01, CS-02, CS-03, CS-07, CS-09, CS-11, CS-14
#[tokio::test]
async fn a_write_that_another_site_started_is_refused_and_changes_nothing() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let deletions = app.store.calls("delete_session");
    let base = app.base.clone();
    let almost = format!("{base}.evil.example");
    let slash = format!("{base}/");
    let foreign_headers: Vec<Vec<(&str, &str)>> = vec![
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("origin", "")],
        vec![("origin", almost.as_str())],
        vec![("origin", slash.as_str())],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "none")],
        vec![("sec-fetch-site", "cross-site"), ("origin", base.as_str())],
        vec![("sec-fetch-site", "SAME-ORIGIN ")],
        vec![],
        vec![("referer", base.as_str())],
        vec![
            ("origin", "https://evil.example"),
            ("referer", "https://evil.example/"),
            ("accept", "text/html"),
        ],
        vec![
            ("origin", "https://evil.example"),
            ("x-http-method-override", "GET"),
        ],
        vec![("origin", "https://evil.example"), ("host", "evil.example")],
    ];
    for headers in foreign_headers {
        for path in ["/sign-out", "/cart", "/profile"] {
            let answer = post(&mut browser, path, &headers).await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
            assert_eq!(answer.location(), "", "{headers:?}");
            assert!(answer.set_cookies().is_empty());
        }
    }
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    assert_eq!(browser.get("/cart").await.body, "");
    assert_eq!(app.provider.controls.count("/oidc/token/revocation"), 0);
    assert_eq!(app.store.calls("delete_session"), deletions);
}

/// CS-01: what is no POST and still writes.
#[tokio::test]
async fn other_writing_methods_are_judged_alike() {
    let app = App::start().await;
    let browser = app.browser();
    for method in ["PUT", "PATCH", "DELETE", "PROPFIND"] {
        let request = browser
            .request(method, "/cart")
            .header("origin", "https://evil.example");
        assert_eq!(
            crate::support::Answer::of(request).await.status,
            403,
            "{method}"
        );
    }
}

/// CS-08
#[tokio::test]
async fn a_form_of_our_own_page_may_write() {
    let app = App::start().await;
    let base = app.base.clone();
    for headers in [
        vec![("sec-fetch-site", "same-origin"), ("origin", base.as_str())],
        vec![("sec-fetch-site", "same-origin")],
        vec![("origin", base.as_str())],
    ] {
        let mut browser = app.signed_in("alice").await;
        assert_eq!(
            post(&mut browser, "/cart", &headers).await.status,
            200,
            "{headers:?}"
        );
        assert_eq!(browser.get("/cart").await.body, "apples");
        assert_eq!(post(&mut browser, "/sign-out", &headers).await.status, 303);
        assert!(browser.session().is_none());
    }
}

/// A form on a guarded page whose session has ended meanwhile: a browser gets a way on, a script
/// the status.
#[tokio::test]
async fn a_form_of_a_guarded_page_leads_a_stranger_to_the_sign_in_and_back_to_that_page() {
    let app = App::start().await;
    let ours = format!("{}/profile?a=b", app.base);
    for (referer, back) in [
        (ours.as_str(), "%2Fprofile%3Fa%3Db"),
        ("https://evil.example/profile", "%2F"),
    ] {
        let request = app.browser().form("/profile").header("referer", referer);
        let answer = crate::support::Answer::of(request).await;
        assert_eq!((answer.status, answer.body.as_str()), (303, ""));
        assert_eq!(answer.location(), format!("/sign-in?return_to={back}"));
    }
    let call = app
        .browser()
        .request_for("application/json", "POST", "/profile");
    let call = call.header("origin", app.base.clone());
    assert_eq!(crate::support::Answer::of(call).await.status, 401);
}

/// CS-12
#[tokio::test]
async fn a_preflight_of_another_site_gets_no_permission() {
    let app = App::start().await;
    let request = app
        .browser()
        .request("OPTIONS", "/sign-out")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST");
    let answer = crate::support::Answer::of(request).await;
    assert!(
        answer
            .headers
            .keys()
            .all(|name| !name.as_str().starts_with("access-control-"))
    );
}

/// A sibling host is the same site, so the session's cookie comes along with its pictures.
#[tokio::test]
async fn a_read_that_another_site_started_is_answered_only_when_somebody_comes_here() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = app.provider.token_and_user_info_requests();
    let mut read = async |mode: &str, destination: &str| {
        let request = browser
            .request("GET", "/org/nowhere")
            .header("sec-fetch-site", "same-site")
            .header("sec-fetch-mode", mode)
            .header("sec-fetch-dest", destination);
        browser.send(request).await
    };
    for (mode, destination) in [
        ("no-cors", "image"),
        ("navigate", "iframe"),
        ("cors", "empty"),
    ] {
        let answer = read(mode, destination).await;
        assert_eq!(answer.status, 403, "{destination}");
        assert!(answer.body.contains("may not load it"), "{}", answer.body);
        assert!(answer.set_cookies().is_empty());
    }
    assert_eq!(app.provider.token_and_user_info_requests(), before);
    assert_eq!(read("navigate", "document").await.status, 404);
    assert_eq!(app.provider.token_and_user_info_requests(), before + 1);
}

/// F12: Leptos puts the error of a form into the address of its page, and draws it whoever made the
/// address.
#[tokio::test]
async fn an_error_in_an_address_is_for_our_own_pages_alone() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let error = "__path=/api/orders/place&__err=IlNpZ25lZE91dCI%3D";
    let coded = error.replace("__err", "%5F_e%72r");
    for (address, clean) in [
        (format!("/profile?{error}"), "/profile"),
        (format!("/profile?{coded}"), "/profile"),
        (format!("/profile?a=b&{error}&c=%26"), "/profile?a=b&c=%26"),
        (format!("/?{error}"), "/"),
    ] {
        for site in [None, Some("cross-site"), Some("same-site"), Some("none")] {
            let mut request = browser.request("GET", &address);
            if let Some(site) = site {
                request = request
                    .header("sec-fetch-site", site)
                    .header("sec-fetch-mode", "navigate")
                    .header("sec-fetch-dest", "document");
            }
            let answer = browser.send(request).await;
            assert_eq!(
                (answer.status, answer.location()),
                (303, clean),
                "{address} {site:?}"
            );
        }
        let ours = browser
            .request("GET", &address)
            .header("sec-fetch-site", "same-origin");
        assert_eq!(browser.send(ours).await.status, 200, "{address}");
    }
    assert_eq!(browser.get("/profile?errand=__err").await.status, 200);
}

/// Chromium says `none` of what speculation rules of a sibling host had it fetch, and sends the
/// cookie along.
#[tokio::test]
async fn a_page_is_not_fetched_beforehand_for_another_site() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let before = app.provider.token_and_user_info_requests();
    for (site, status) in [
        ("none", 204),
        ("same-site", 204),
        ("cross-site", 204),
        ("same-origin", 404),
    ] {
        for purpose in ["prefetch", "prefetch;prerender"] {
            let request = browser
                .request("GET", "/org/nowhere")
                .header("sec-purpose", purpose)
                .header("sec-fetch-site", site)
                .header("sec-fetch-mode", "navigate")
                .header("sec-fetch-dest", "document");
            assert_eq!(
                browser.send(request).await.status,
                status,
                "{site} {purpose}"
            );
        }
        if status == 204 {
            assert_eq!(
                app.provider.token_and_user_info_requests(),
                before,
                "{site}"
            );
        }
    }
}

/// LX-15: what has thousands of names is no address of a page, and takes nobody's time.
#[tokio::test]
async fn an_address_with_very_many_parameters_is_refused() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let of = |count: usize| {
        let names: Vec<_> = (0..count).map(|number| format!("n{number}")).collect();
        format!("/profile?{}", names.join("&"))
    };
    assert_eq!(browser.get(&of(256)).await.status, 200);
    assert_eq!(browser.get(&of(257)).await.status, 414);
    assert_eq!(browser.get(&of(9000)).await.status, 414);
    assert_eq!(app.browser().get(&of(9000)).await.status, 414);
}

/// SE-13's twin: which of two counts would depend on who reads them.
#[tokio::test]
async fn a_header_that_says_where_a_request_comes_from_is_there_once() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    let base = app.base.clone();
    for headers in [
        [
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "cross-site"),
        ],
        [
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "same-origin"),
        ],
        [
            ("origin", base.as_str()),
            ("origin", "https://evil.example"),
        ],
    ] {
        let answer = post(&mut browser, "/cart", &headers).await;
        assert_eq!(answer.status, 400, "{headers:?}");
        let mut request = browser.request("GET", "/");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        assert_eq!(browser.send(request).await.status, 400, "{headers:?}");
    }
    assert_eq!(browser.get("/cart").await.body, "");
}

/// CS-04: a form can send `text/plain` across sites without being asked, and nothing here reads it.
#[tokio::test]
async fn a_body_that_is_neither_a_form_nor_json_is_refused() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    for (content, status) in [
        (Some("text/plain"), 415),
        (Some("text/plain; charset=utf-8"), 415),
        (Some("application/octet-stream"), 415),
        (Some("application/json-seq"), 415),
        (Some(""), 415),
        (None, 415),
        (
            Some("Application/X-WWW-Form-Urlencoded; charset=utf-8"),
            200,
        ),
        (Some("application/json"), 200),
        (Some("multipart/form-data; boundary=x"), 200),
    ] {
        let mut request = browser
            .request("POST", "/cart")
            .header("origin", app.base.clone())
            .body("a=b");
        if let Some(content) = content {
            request = request.header("content-type", content);
        }
        assert_eq!(browser.send(request).await.status, status, "{content:?}");
    }
}
