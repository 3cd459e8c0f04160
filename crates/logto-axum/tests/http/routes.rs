//! The routes of the flow that the crate brings, in an application that has nothing of its own for
//! it.

use axum::{Router, routing::get};
use logto_axum::{Auth, CurrentUser, SignInRequest, Who};

use crate::support::{ALICE, Answer, App, Setup};

async fn name(auth: Auth) -> String {
    match auth.who() {
        Who::SignedIn(person) => person.claims.sub.clone(),
        Who::SignedOut => "nobody".into(),
        Who::Unknown => "unknown".into(),
    }
}

async fn private(person: CurrentUser) -> String {
    format!("Hello, {}", person.display_name())
}

async fn greeting(person: Option<CurrentUser>) -> String {
    person.map_or("Hello".into(), |person| {
        format!("Hello, {}", person.display_name())
    })
}

/// An application with the routes of the crate and some pages.
pub fn ready_made(setup: &mut Setup) {
    setup.routes = |auth, _| {
        let application = auth.routes().route("/", get(name));
        let application = application.route("/profile", get(name));
        let application = application.route("/private", get(private).post(private));
        application.route("/greeting", get(greeting))
    };
}

#[tokio::test]
async fn an_application_without_handlers_of_its_own_signs_people_in_and_out() {
    let app = App::with(ready_made).await;
    let mut browser = app.browser();
    let guarded = browser.get("/profile?tab=1").await;
    assert_eq!((guarded.status, guarded.body.as_str()), (303, ""));
    let back = browser.come_back(guarded.location(), "alice").await;
    let answer = browser.get(&back).await;
    assert_eq!(
        (answer.status, answer.location(), answer.body.as_str()),
        (303, "/profile?tab=1", "")
    );
    assert_eq!(browser.get("/profile").await.body, ALICE);

    let out = browser.post("/sign-out").await;
    let expected = format!("{}oidc/session/end?", app.provider.endpoint);
    assert!(out.location().starts_with(&expected), "{}", out.location());
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn the_form_of_the_sign_out_says_what_ends_and_for_whom() {
    let app = App::with(ready_made).await;
    let mut browser = app.signed_in("alice").await;
    let form = |browser: &crate::support::Browser, fields: &[(&str, &str)]| {
        let request = browser.request("POST", "/sign-out").form(fields);
        request.header("origin", browser.base.clone())
    };
    let another = form(&browser, &[("viewer", "somebody-else")]);
    let answer = browser.send(another).await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-out"));
    assert_eq!(browser.get("/").await.body, ALICE, "still signed in");

    let mut other = app.signed_in("alice").await;
    let here = form(&browser, &[("viewer", ALICE), ("extent", "application")]);
    let answer = browser.send(here).await;
    assert_eq!((answer.status, answer.location()), (303, "/"));
    assert_eq!(browser.get("/").await.body, "nobody");
    assert_eq!(app.provider.controls.count("/oidc/session/end"), 0);
    assert_eq!(other.get("/").await.body, ALICE);

    // A value that is not known is the default.
    let mut third = app.signed_in("alice").await;
    let device = form(&third, &[("extent", "the moon")]);
    let answer = third.send(device).await;
    assert!(answer.location().contains("/oidc/session/end?"));
    assert_eq!(other.get("/").await.body, ALICE);

    let mut fourth = app.signed_in("alice").await;
    let everywhere = form(&fourth, &[("extent", "everywhere")]);
    let answer = fourth.send(everywhere).await;
    assert!(answer.location().contains("/oidc/session/end?"));
    assert_eq!(other.get("/").await.body, "nobody");
}

/// SE-20: nothing says that other sessions have ended when it is not known whose.
#[tokio::test]
async fn signing_out_everywhere_in_a_session_that_has_ended_leads_to_the_sign_in() {
    let app = App::with(ready_made).await;
    let (mut browser, mut other) = (app.signed_in("alice").await, app.signed_in("alice").await);
    let ended = browser.cookies.clone();
    browser.post("/sign-out").await;
    let without = browser.cookies.clone();
    for cookies in [without, ended] {
        browser.cookies = cookies;
        let everywhere = browser.request("POST", "/sign-out");
        let everywhere = everywhere
            .form(&[("extent", "everywhere"), ("viewer", ALICE)])
            .header("origin", browser.base.clone());
        let answer = browser.send(everywhere).await;
        assert_eq!((answer.status, answer.location()), (303, "/sign-in"));
        assert!(answer.set_cookie("logto-signed-out").is_none());
    }
    assert_eq!(other.get("/").await.body, ALICE);
}

/// What somebody reads there, in the language of their browser.
async fn problem(app: &App, path: &str, language: &str) -> Answer {
    let mut browser = app.browser();
    let request = browser.request("GET", path);
    browser
        .send(request.header("accept-language", language))
        .await
}

/// CB-14
#[tokio::test]
async fn a_cancelled_sign_in_ends_at_a_page_that_says_so_and_leads_on() {
    let app = App::with(ready_made).await;
    let mut browser = app.browser();
    let start = browser.get("/sign-in?return_to=%2Fprofile").await;
    let state = start.sent("state").unwrap();
    let issuer = format!("{}oidc", app.provider.endpoint);
    let cancelled = format!("/callback?error=access_denied&state={state}&iss={issuer}");
    let answer = browser.get(&cancelled).await;
    assert_eq!(answer.status, 303);
    let address = answer.location().to_owned();

    let english = problem(&app, &address, "en").await;
    assert_eq!(
        (english.status, english.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    assert!(
        english.body.contains("<html lang=\"en\">"),
        "{}",
        english.body
    );
    assert!(
        english.body.contains("<h1>Sign-in cancelled</h1>"),
        "{}",
        english.body
    );
    let again = "<a href=\"/sign-in?return_to=%2Fprofile\">Try again</a>";
    assert!(english.body.contains(again), "{}", english.body);
    let japanese = problem(&app, &address, "ja,en;q=0.5").await;
    assert!(
        japanese
            .body
            .contains("<h1>サインインをキャンセルしました</h1>"),
        "{}",
        japanese.body
    );
    app.assert_nothing_happened().await;
}

/// CB-15: a link makes the page say nothing.
#[tokio::test]
async fn the_problem_page_has_texts_of_its_own_only() {
    let app = App::with(ready_made).await;
    for query in [
        "",
        "?reason=%3Cscript%3Ealert(1)%3C/script%3E",
        "?reason=expired&return_to=%22%3E%3Cb%3E&detail=evil",
        "?reason=expired&return_to=//evil.example",
    ] {
        let page = problem(&app, &format!("/sign-in-problem{query}"), "en").await;
        assert_eq!(page.status, 200, "{query}");
        for evil in ["<script>", "<b>", "evil"] {
            assert!(!page.body.contains(evil), "{query}: {}", page.body);
        }
        assert!(page.body.contains("<a href=\"/sign-in"), "{}", page.body);
    }
}

/// Developers see the error, as the log has it, and which setting to look at.
#[tokio::test]
async fn developers_see_more() {
    let app = App::with(|setup| {
        ready_made(setup);
        setup.secret = Some("wrong");
        setup.show_errors = true;
    })
    .await;
    let mut browser = app.browser();
    let back = browser.come_back("/sign-in", "alice").await;
    let answer = browser.get(&back).await;
    let page = browser.get(answer.location()).await;
    assert!(page.body.contains("invalid_client"), "{}", page.body);
    assert!(page.body.contains("LOGTO_APP_SECRET"), "{}", page.body);
}

/// LX-01, LX-04: a handler that asks for somebody who is signed in is for nobody else.
#[tokio::test]
async fn a_handler_guards_itself_by_what_it_asks_for() {
    let app = App::with(ready_made).await;
    let mut browser = app.browser();
    let page = browser.get("/private?a=b").await;
    assert_eq!(
        (page.status, page.location(), page.body.as_str()),
        (303, "/sign-in?return_to=%2Fprivate%3Fa%3Db", "")
    );
    let form = browser.post("/private").await;
    assert_eq!(
        (form.status, form.location()),
        (303, "/sign-in?return_to=%2F")
    );
    let call = browser.request_for("application/json", "GET", "/private");
    let call = browser.send(call).await;
    assert_eq!(
        (call.status, call.location(), call.body.as_str()),
        (401, "", "")
    );
    assert_eq!(browser.get("/greeting").await.body, "Hello");

    let back = browser.come_back(page.location(), "alice").await;
    assert_eq!(browser.get(&back).await.location(), "/private?a=b");
    assert_eq!(browser.get("/private").await.body, "Hello, Alice Example");
    assert_eq!(browser.get("/greeting").await.body, "Hello, Alice Example");
}

/// OU-11: while it is not known who is signed in, nobody is taken for signed out.
#[tokio::test]
async fn a_handler_that_asks_for_a_person_is_503_while_the_store_does_not_say() {
    let app = App::with(ready_made).await;
    let mut alice = app.signed_in("alice").await;
    app.store.set_failing(true);
    for path in ["/private", "/greeting"] {
        let answer = alice.get(path).await;
        assert_eq!((answer.status, answer.location()), (503, ""), "{path}");
        assert!(!answer.body.contains("Hello"), "{}", answer.body);
    }
    app.store.set_failing(false);
    assert_eq!(alice.get("/private").await.body, "Hello, Alice Example");
}

/// CB-18, CB-23
#[tokio::test]
async fn a_callback_at_another_path_is_protected_as_well() {
    // Also below a closed prefix and below a guarded page.
    for path in ["/auth/callback", "/api/auth/callback", "/profile/callback"] {
        callback_at(path).await;
    }
}

async fn callback_at(path: &'static str) {
    let app = App::with(|setup| {
        ready_made(setup);
        setup.callback = path;
    })
    .await;
    let mut browser = app.browser();
    let to_sign_in = browser.get("/sign-in?return_to=%2Fprivate").await;
    let back = browser.at_provider(to_sign_in.location(), "alice").await;
    let back = back.strip_prefix(&app.base).unwrap_or(&back);
    assert!(back.starts_with(&format!("{path}?")), "{back}");
    for (request, status) in [
        (browser.request("HEAD", back), 405),
        (browser.form(back), 405),
        (
            browser.request("GET", back).header("purpose", "prefetch"),
            204,
        ),
        (browser.request("GET", &format!("{back}&state=again")), 400),
        (browser.request("GET", "/callback"), 404),
    ] {
        assert_eq!(Answer::of(request).await.status, status);
    }
    assert_eq!(app.provider.token_requests(), 0);
    let answer = browser.get(back).await;
    assert_eq!(
        (answer.status, answer.location(), answer.body.as_str()),
        (303, "/private", "")
    );
    assert!(browser.get("/private").await.body.starts_with("Hello, "));
    // RD-06
    let again = browser
        .get(&format!("/sign-in?return_to={path}%2F%3Fa=b"))
        .await;
    let back = browser.at_provider(again.location(), "alice").await;
    let back = back.strip_prefix(&app.base).unwrap_or(&back);
    assert_eq!(browser.get(back).await.location(), "/");
}

/// For an application with handlers of its own, or server functions, for the rest of the flow.
#[tokio::test]
async fn the_callback_has_a_route_of_its_own() {
    let app = App::with(|setup| {
        setup.callback = "/auth/callback";
        setup.routes = |auth, _| {
            let begin = async |auth: Auth| auth.begin_sign_in(SignInRequest::default()).await;
            Router::new()
                .route("/sign-in", get(begin))
                .route("/private", get(private))
                .merge(auth.callback_route())
        };
    })
    .await;
    let mut browser = app.browser();
    let to_sign_in = browser.get("/sign-in").await;
    let back = browser.at_provider(to_sign_in.location(), "alice").await;
    let back = back.strip_prefix(&app.base).unwrap_or(&back);
    assert!(back.starts_with("/auth/callback?"), "{back}");
    assert_eq!(browser.get(back).await.location(), "/");
    assert!(browser.get("/private").await.body.starts_with("Hello, "));
}

/// A handler in a nested router sees the rest of its path only.
#[tokio::test]
async fn the_sign_in_leads_back_into_a_nested_router() {
    let app = App::with(|setup| {
        setup.routes = |auth, _| {
            let private = Router::new().route("/users", get(private));
            auth.routes().nest("/admin", private)
        };
    })
    .await;
    let answer = app.browser().get("/admin/users?page=2").await;
    let expected = "/sign-in?return_to=%2Fadmin%2Fusers%3Fpage%3D2";
    assert_eq!((answer.status, answer.location()), (303, expected));
}

/// Somebody opens `127.0.0.1`, and the base URL says `localhost`: the cookies of the sign-in belong to one of them.
#[tokio::test]
async fn a_sign_in_under_another_name_of_this_machine_begins_at_the_base_url() {
    let app = App::with(ready_made).await;
    let port = app.address.port();
    let ask = async |path: &str, host: &str| {
        let mut browser = app.browser();
        browser.base = format!("http://{host}");
        browser.get(path).await
    };
    let at = |path: &str| format!("{}{path}", app.base);
    for host in ["127.0.0.1", "localhost", "[::1]", "app.localhost"] {
        let answer = ask("/sign-in?return_to=%2Fprofile", &format!("{host}:{port}")).await;
        let elsewhere = at("/sign-in?return_to=%2Fprofile");
        if app.base.contains(host) {
            assert_eq!(answer.status, 303, "{host}");
        } else {
            assert_eq!(
                (answer.status, answer.location()),
                (307, &*elsewhere),
                "{host}"
            );
        }
    }
    // A proxy may write its own Host: the sign-in goes on, at Logto.
    for host in ["127.0.0.1:1", "backend:3000", "app.example"] {
        let answer = ask("/sign-in", host).await;
        assert_eq!(answer.status, 303, "{host}");
        assert!(
            answer
                .location()
                .starts_with(app.provider.endpoint.as_str()),
            "{host}"
        );
    }
    // A page that is not of the sign-in stays.
    assert_eq!(ask("/", &format!("localhost:{port}")).await.status, 200);
}
