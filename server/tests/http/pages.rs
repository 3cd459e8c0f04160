//! The first byte of HTML: it already knows who is signed in.

use app::{Account, Site};

use crate::{
    helpers::{ALICE, Answer, BOB, TestApp, user},
    scopes::press,
};

#[tokio::test]
async fn home_offers_the_sign_in_to_a_stranger() {
    let app = TestApp::start().await;
    let page = app.browser().get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.body.starts_with("<!DOCTYPE html>"));
    assert!(page.body.contains("href=\"/sign-in"), "{}", page.body);
    assert!(page.body.contains("Create an account"));
    assert!(!page.body.contains("action=\"/sign-out\""));
    assert!(page.set_cookies().is_empty());
}

#[tokio::test]
async fn home_greets_who_is_signed_in() {
    let app = TestApp::start().await;
    let page = app.signed_in("alice").await.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Hello, ") && page.body.contains("Alice Example"));
    assert!(page.body.contains("action=\"/sign-out\""));
    assert!(!page.body.contains("Create an account"));
}

#[tokio::test]
async fn home_says_what_is_so_and_what_needs_attention() {
    let app = TestApp::start().await;
    let page = app.signed_in("alice").await.get("/").await;
    for part in [
        "alice@example.com",
        "href=\"/org/asl5guymvnj4\"",
        "Stored on the server",
        "view:invoices",
        "href=\"/scopes?scope=view%3Ainvoices#scope-view%3Ainvoices\"",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(
        !page.body.contains("Needs attention"),
        "a permission that somebody does not have is no fault"
    );
    assert!(page.body.contains("aria-label=\"Scopes not granted\""));
    let mut bob = app.signed_in("bob").await;
    let page = bob.get("/").await;
    assert!(page.body.contains("read:orders, write:orders"));
    assert!(
        page.body
            .contains("You are not a member of any organization.")
    );

    // What is held already is shown, and nothing is asked for in vain.
    app.provider.set_down(true);
    let page = bob.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("read:orders, write:orders"));
    app.provider.set_down(false);

    // Nobody is said to have no address because they turned it off.
    press(&mut bob, &["email"]).await;
    let page = bob.get("/").await.body;
    assert!(!page.contains("No email address"));
    for part in [
        "You turned your email address off.",
        "href=\"/scopes?scope=email#scope-email\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn the_menu_leads_to_the_account_settings_of_a_tenant_that_has_them() {
    const ADDRESS: &str = "https://logto.example/account/security?redirect=x";
    let without = TestApp::start().await;
    let page = without.signed_in("alice").await.get("/profile").await;
    assert!(!page.body.contains("Account settings at Logto"));
    let app = TestApp::with(|setup| setup.site.account_center = Some(ADDRESS.into())).await;
    let page = app.signed_in("alice").await.get("/profile").await;
    assert!(page.body.contains(&format!("href=\"{ADDRESS}\"")));
}

#[tokio::test]
async fn home_names_the_accounts_of_the_development_provider_only_when_there_is_one() {
    let account = Account {
        username: "alice".into(),
        password: "alices-password".into(),
        about: "admin of acme".into(),
        about_in: Vec::new(),
    };
    let app = TestApp::with(|setup| {
        setup.site = Site {
            accounts: vec![account],
            ..Site::default()
        }
    })
    .await;
    assert!(
        app.browser()
            .get("/")
            .await
            .body
            .contains("alices-password")
    );
    let app = TestApp::start().await;
    assert!(
        !app.browser()
            .get("/")
            .await
            .body
            .contains("Development identity provider")
    );
}

#[tokio::test]
async fn organizations_has_names_and_roles_in_its_first_html() {
    let app = TestApp::start().await;
    let page = app.signed_in("alice").await.get("/organizations").await;
    for part in ["acme", "globex", "admin", "member"] {
        assert!(page.body.contains(part), "{part}");
    }
    let page = app.signed_in("bob").await.get("/organizations").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("globex"));
}

/// LX-01, F8: an anonymous client reads nothing of a protected page.
#[tokio::test]
async fn a_protected_page_is_an_empty_redirect_for_a_stranger() {
    let app = TestApp::start().await;
    for (path, back) in [
        ("/profile", "%2Fprofile"),
        ("/organizations", "%2Forganizations"),
        ("/sessions", "%2Fsessions"),
        ("/profile?userinfo=true", "%2Fprofile%3Fuserinfo%3Dtrue"),
        ("/profile/nothing-here", "%2Fprofile%2Fnothing%2Dhere"),
    ] {
        let answer = app.browser().get(path).await;
        assert_eq!((answer.status, answer.body.as_str()), (303, ""), "{path}");
        assert_eq!(answer.location(), format!("/sign-in?return_to={back}"));
        assert!(answer.set_cookies().is_empty());
        let any = app
            .browser()
            .http
            .get(format!("http://{}{path}", app.address));
        let any = crate::helpers::Answer::of(any.header("accept", "*/*")).await;
        assert_eq!(
            (any.status, any.body.as_str()),
            (303, ""),
            "{path}, whatever is accepted"
        );
    }
    assert!(app.provider.seen().is_empty());
}

/// LX-03
#[tokio::test]
async fn no_spelling_of_a_protected_path_renders_it() {
    let app = TestApp::start().await;
    for path in [
        "/profile/",
        "//profile",
        "/PROFILE",
        "/%70rofile",
        "/profile;x",
        "/profile%2f",
        "/profile%23",
        "/a/../profile",
        "/./profile",
        "/organizations/",
        "/%6frganizations",
    ] {
        let answer = app.raw(&format!("GET {path} HTTP/1.1")).await;
        assert!(
            answer.starts_with("HTTP/1.1 303") && answer.ends_with("\r\n\r\n"),
            "{path}: {answer}"
        );
    }
}

#[tokio::test]
async fn an_unknown_page_is_not_found_and_says_so() {
    let app = TestApp::start().await;
    for mut browser in [app.browser(), app.signed_in("alice").await] {
        let page = browser.get("/no-such-page/at-all").await;
        assert_eq!(page.status, 404);
        assert!(page.body.contains("Page not found"));
        assert!(page.body.contains("href=\"/\""));
    }
}

/// CB-15: the page shows only texts of its own.
#[tokio::test]
async fn the_problem_page_shows_nothing_of_its_link_but_the_way_back() {
    let app = TestApp::start().await;
    let page = app
        .browser()
        .get("/sign-in-problem?reason=cancelled&return_to=/profile")
        .await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Sign-in cancelled"));
    assert!(page.body.contains("/sign-in?return_to="));
    let link = "/sign-in-problem?reason=%3Cscript%3Eevil()%3C/script%3E&error_description=evil&return_to=//evil.example";
    let page = app.browser().get(link).await;
    assert!(page.body.contains("Could not sign in"));
    let links: Vec<_> = page
        .body
        .match_indices("href=\"")
        .map(|(at, _)| &page.body[at + 6..])
        .collect();
    assert!(links.iter().all(|link| !link.starts_with("//")));
    // The form of the languages leads back to this address; nobody reads it.
    let field = "<input type=\"hidden\" name=\"return_to\" value=\"/sign-in-problem?";
    let (before, after) = page.body.split_once(field).unwrap();
    let drawn = format!("{before}{}", after.split_once('"').unwrap().1);
    assert!(!drawn.contains("evil()"), "{drawn}");
}

/// The bar's way in leads back to the page that was asked for, as the page's own does.
#[tokio::test]
async fn both_ways_in_on_the_problem_page_keep_the_page_asked_for() {
    let app = TestApp::start().await;
    let link = "/sign-in-problem?reason=expired&return_to=%2Fprofile%3Fa%3Db";
    let page = app.browser().get(link).await.body;
    let way = "href=\"/sign-in?return_to=/profile%3Fa%3Db\"";
    assert_eq!(page.matches(way).count(), 2, "{page}");
}

/// OU-01, L3: a monitor that looks at the status learns of it too.
#[tokio::test]
async fn a_sign_in_without_the_provider_is_503_and_goes_on_to_the_page_of_words() {
    let app = TestApp::start().await;
    app.provider.set_down(true);
    let mut browser = app.browser();
    for accept in ["text/html", "*/*", "application/json"] {
        let request = browser.request_for(accept, "GET", "/sign-in?return_to=/profile");
        let request = request.header("referer", format!("{}/", app.base));
        let answer = Answer::of(request).await;
        let problem = "/sign-in-problem?reason=unavailable&return_to=%2Fprofile";
        assert_eq!(answer.refresh(), problem, "{accept}");
        assert!(
            answer.body.starts_with("<!doctype html>"),
            "{}",
            answer.body
        );
    }
    let page = browser
        .get("/sign-in-problem?reason=unavailable&return_to=%2Fprofile")
        .await;
    assert_eq!((page.status, page.header("retry-after")), (503, "5"));
    assert!(page.body.contains("Sign-in is unavailable right now"));
    assert!(page.body.contains("href=\"/sign-in?return_to=/profile\""));
}

/// Each problem has a text of its own, in each language.
#[tokio::test]
async fn every_problem_is_told_in_words() {
    let app = TestApp::start().await;
    for (language, other) in [
        ("en", "Could not sign in"),
        ("ja", "サインインできませんでした"),
    ] {
        for problem in logto_axum::ProblemReason::ALL {
            let address = format!("/sign-in-problem?reason={}", problem.as_str());
            let request = app.browser().request("GET", &address);
            let page = Answer::of(request.header("accept-language", language)).await;
            assert!(page.body.contains("sign-in-problem__ways"));
            let other = format!("<h1>{other}");
            assert!(!page.body.contains(&other), "{language} {problem:?}");
        }
    }
}

/// The wrong secret: outside production the page says what the log says, and which setting to look at.
#[tokio::test]
async fn developers_are_told_why_a_sign_in_was_refused() {
    for show_errors in [true, false] {
        let app = TestApp::with(|setup| {
            setup.show_errors = show_errors;
            setup.secret = Some("wrong-secret");
        })
        .await;
        let mut browser = app.browser();
        let back = browser.come_back("/sign-in", "alice").await;
        let landed = browser.get(&back).await;
        let address = landed.location().to_owned();
        assert_eq!(address, "/sign-in-problem?reason=refused");
        let page = browser.get(&address).await.body;
        for text in ["For developers", "invalid_client", "LOGTO_APP_SECRET"] {
            assert_eq!(page.contains(text), show_errors, "{text}: {page}");
        }
        let stranger = app.browser().get(&address).await.body;
        assert!(!stranger.contains("For developers"), "no link shows it");
    }
}

/// LX-09
#[tokio::test]
async fn markup_in_a_name_is_inert() {
    let name = "</script><script>evil()</script>\u{2028}<!--evil--><img src=x onerror=evil()> \"'&";
    let app = TestApp::with(|setup| setup.fixture.users.push(user("eve", name))).await;
    let mut browser = app.signed_in("eve").await;
    for path in [
        "/",
        "/profile",
        "/profile?userinfo=true",
        "/organizations",
        "/no-such-page",
    ] {
        let page = browser.get(path).await;
        for markup in [
            "<script>evil",
            "</script><script>e",
            "<!--evil",
            "<img src=x",
        ] {
            assert!(!page.body.contains(markup), "{path}: {markup}");
        }
        assert!(
            page.body.contains("&lt;/script"),
            "{path}: it is shown as text"
        );
    }
}

/// The store does not answer: never shown as signed out.
#[tokio::test]
async fn when_the_store_fails_pages_say_that_they_do_not_know() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    app.store.set_failing(true);
    let home = browser.get("/").await;
    assert_eq!(home.status, 200);
    assert!(home.body.contains("Sign-in status is unavailable"));
    assert!(!home.body.contains("Create an account"));
    let profile = browser.get("/profile").await;
    assert_eq!(profile.status, 503);
    assert_eq!(browser.get("/api/user-info?fetch=false").await.status, 503);
    let call = browser.request_for("application/json", "GET", "/api/scopes");
    let call = Answer::of(call).await;
    assert_eq!((call.status, &*call.body), (503, "\"Store\""));
    app.store.set_failing(false);
    assert!(browser.get("/").await.body.contains("Alice Example"));
}

/// LX-16: nothing of one request is seen in another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_at_once_never_see_each_other() {
    let app = TestApp::start().await;
    let people = [
        ("alice", ALICE, "Alice Example"),
        ("bob", BOB, "Bob Example"),
    ];
    let mut visits = Vec::new();
    for (index, (username, ..)) in people.iter().enumerate() {
        let browser = app.signed_in(username).await;
        let (_, own, own_name) = people[index];
        let (_, other, other_name) = people[1 - index];
        for lane in 0..4 {
            let mut browser = browser.clone();
            visits.push(tokio::spawn(async move {
                for turn in 0..25 {
                    let path = [
                        "/",
                        "/profile",
                        "/api/user-info?fetch=false",
                        "/no-such-page",
                    ][(turn + lane) % 4];
                    let page = browser.get(path).await;
                    assert!(
                        page.body.contains(own) || page.body.contains(own_name),
                        "{path}"
                    );
                    assert!(
                        !page.body.contains(other) && !page.body.contains(other_name),
                        "{path}"
                    );
                }
            }));
        }
    }
    for visit in visits {
        visit.await.unwrap();
    }
}

/// RD-04: the slash at the end goes, and nobody else's address comes of it.
#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page_without_it() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let answer = browser.get("/profile/?userinfo=true").await;
    assert_eq!(
        (answer.status, answer.location()),
        (308, "/profile?userinfo=true")
    );
    for path in [
        "//evil.example/",
        "/\\evil.example/",
        "/a//evil.example/",
        "/%2fevil.example/",
    ] {
        let answer = browser.get(path).await;
        assert!(!answer.location().starts_with("//"), "{path}");
        assert!(!answer.location().contains('\\'), "{path}");
    }
}

/// What no page may have: HTML does not keep it.
fn is_kept_by_html(page: &str) -> bool {
    !page.contains(|letter: char| letter.is_control() && letter != '\n' && letter != '\t')
}

/// Whether an escape of JSON is in a string of JavaScript: after two backslashes, and not the four of a text that holds the
/// escape itself, as the claims do that are there to be copied.
fn is_held_as_json(page: &str, escape: &str) -> bool {
    let mut found = page.match_indices(escape);
    found.any(|(at, _)| {
        let before = page[..at].bytes().rev();
        before.take_while(|byte| *byte == b'\\').count() == 2
    })
}

/// LX-09: characters that HTML does not keep would leave the browser with other nodes than the server wrote. They are replaced
/// in what is drawn and in what the page is hydrated with alike; a name that shows nothing is no name.
#[tokio::test]
async fn text_that_html_does_not_keep_is_on_no_page() {
    for (name, greeting) in [
        ("\u{0}", "odd"),
        ("\u{200b}\u{2060}", "odd"),
        (" \u{3164}\u{a0}", "odd"),
        ("\r\n", "odd"),
        ("A\u{0}B\rC\u{1}", "A\u{fffd}B\nC\u{fffd}"),
    ] {
        let app = TestApp::with(|setup| {
            let mut odd = user("odd", name);
            odd.organizations = setup.fixture.users[0].organizations.clone();
            let data = serde_json::json!({ "\u{0}": "\u{0}", "a": ["\r", "b\u{0}c"] });
            odd.custom_data = data.as_object().unwrap().clone();
            setup.fixture.users.push(odd);
            setup.fixture.organizations[0].name = name.into();
            setup.fixture.organizations[0].description = Some("\u{0}\r".into());
        })
        .await;
        let mut browser = app.signed_in("odd").await;
        let home = browser.get("/").await.body;
        assert!(home.contains(&format!("Hello, {greeting}")), "{name:?}");
        for path in [
            "/",
            "/profile",
            "/profile?userinfo=true",
            "/scopes",
            "/apis",
            "/orders",
            "/sessions",
            "/organizations",
            "/org/asl5guymvnj4",
        ] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(is_kept_by_html(&page.body), "{name:?} {path}");
            // What the page is hydrated with is JSON in a string of JavaScript.
            for escape in ["u0000", "u0001", "r"] {
                let held = is_held_as_json(&page.body, escape);
                assert!(!held, "{name:?} {path}: {escape}");
            }
        }
    }
}

/// Logto's own session lives on, and the next sign-in may ask nothing: that looks like a failed sign-out unless it is said.
#[tokio::test]
async fn the_page_after_a_sign_out_says_so_once() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let form = browser.form("/sign-out").form(&[("extent", "application")]);
    let out = browser.send(form).await;
    assert_eq!(out.location(), "/");
    let home = browser.get("/").await.body;
    assert!(
        home.contains("You are signed out of this app. Your Logto session may still be active")
    );
    assert!(!browser.get("/").await.body.contains("You are signed out"));

    let mut browser = app.signed_in("alice").await;
    let form = browser.form("/sign-out").form(&[("extent", "device")]);
    let out = browser.send(form).await;
    assert!(out.location().starts_with(&app.provider.endpoint));
    let home = browser.get("/").await.body;
    assert!(home.contains("You are signed out.") && !home.contains("of this app"));

    let mut elsewhere = app.signed_in("alice").await;
    let request = elsewhere
        .form("/sign-out")
        .form(&[("extent", "everywhere")]);
    elsewhere.send(request).await;
    let home = elsewhere.get("/").await.body;
    assert!(home.contains("You are signed out of this app on all your devices. A device that is still signed in to Logto can sign in again without a password."));

    // A cookie of somebody else's making says nothing of their own.
    let (name, _) = out
        .set_cookie("logto-signed-out")
        .unwrap()
        .split_once('=')
        .unwrap();
    let request = app.browser().request("GET", "/");
    let page = Answer::of(request.header("cookie", format!("{name}=evil-text")))
        .await
        .body;
    assert!(!page.contains("evil-text") && !page.contains("You are signed out"));
}

#[tokio::test]
async fn what_is_not_there_for_one_account_may_be_there_for_another() {
    let app = TestApp::start().await;
    let mut bob = app.signed_in("bob").await;
    for path in ["/org/asl5guymvnj4/billing", "/no-such-page"] {
        let page = bob.get(path).await;
        assert_eq!(page.status, 404);
        assert!(
            page.body.contains("You are signed in as Bob Example."),
            "{path}"
        );
        let link = format!("href=\"/sign-in?return_to={path}&amp;prompt=login\"");
        assert!(page.body.contains(&link), "{path}: {}", page.body);
    }
    let page = app.browser().get("/no-such-page").await.body;
    assert!(!page.contains("Use another account"));
}

/// Nothing reads a result there.
#[tokio::test]
async fn the_redirects_of_the_flow_have_no_body() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let start = browser.get("/sign-in").await;
    let address = start.location().to_owned();
    let back = browser.at_provider(&address, "alice").await;
    let callback = browser.get(&back).await;
    let sign_out = browser.post("/sign-out").await;
    for answer in [start, callback, sign_out] {
        assert_eq!(answer.status, 303);
        assert_eq!(answer.body, "", "{}", answer.location());
        assert_eq!(answer.header("content-type"), "");
    }
}

/// A page of Alice's stays open while Bob signs in. Its button signs nobody out, and leads to where Bob's name is.
#[tokio::test]
async fn the_sign_out_button_of_another_persons_page_signs_nobody_out() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let home = browser.get("/").await.body;
    let field = format!("name=\"viewer\" value=\"{ALICE}\"");
    let forms = home
        .split("<form")
        .filter(|form| form.contains("\"/sign-out\""));
    assert!(forms.clone().count() > 0);
    assert!(forms.clone().all(|form| form.contains(&field)), "{home}");

    browser.provider_cookies.clear();
    browser.sign_in("bob").await;
    for extent in [&[][..], &[("extent", "application")]] {
        let form = [&[("viewer", ALICE)][..], extent].concat();
        let request = browser.form("/sign-out").form(&form);
        let answer = browser.send(request).await;
        assert_eq!((answer.status, answer.location()), (303, "/sign-out"));
        assert_eq!(browser.get("/sign-out").await.location(), "/");
        assert!(browser.get("/").await.body.contains(BOB));
    }
    // Bob's own button works, and so does a form that does not say whose it is.
    for form in [&[("viewer", BOB)][..], &[("viewer", "")], &[]] {
        let request = browser.form("/sign-out").form(form);
        let answer = browser.send(request).await;
        assert!(answer.location().contains("/oidc/session/end?"), "{form:?}");
        assert_eq!(browser.session(), None);
        browser.sign_in("bob").await;
    }
    // Nor does the button of an old page fail when nobody is signed in, or the store does not say who is.
    app.store.set_failing(true);
    let request = browser.form("/sign-out").form(&[("viewer", ALICE)]);
    assert_eq!(browser.send(request).await.location(), "/");
    assert_eq!(browser.session(), None);
    app.store.set_failing(false);
    let request = browser.form("/sign-out").form(&[("viewer", ALICE)]);
    assert_eq!(browser.send(request).await.location(), "/");
}

/// The page leads to itself and home, and to a new sign-in for a session that this process cannot read.
#[tokio::test]
async fn the_page_for_a_failing_store_leads_on() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    app.store.set_failing(true);
    let page = browser.get("/apis?resource=a&x=%22%3E%3Cb").await;
    assert_eq!(page.status, 503);
    for part in [
        "<a href=\"/apis?resource=a&amp;x=%22%3E%3Cb\">Reload</a>",
        "<a href=\"/\">Go to the home page</a>",
        "<a href=\"/sign-in\">sign in again</a>",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    // What was sent is not sent again by a link.
    let sent = browser.form("/api/orders/place").form(&[("item", "Tea")]);
    let page = Answer::of(sent).await;
    assert_eq!(page.status, 503);
    assert!(!page.body.contains("/api/"), "{}", page.body);
    assert!(page.body.contains("Go to the home page"), "{}", page.body);
}

/// A person who is signed in does not see that the browser does not stay signed in.
#[tokio::test]
async fn a_signed_in_person_is_not_told_the_cause_of_a_loop() {
    let app = TestApp::start().await;
    let cause = "You signed in twice within a minute";
    let address = "/sign-in-problem?reason=loop";
    assert!(app.browser().get(address).await.body.contains(cause));
    let mut alice = app.signed_in("alice").await;
    let page = alice.get(address).await.body;
    assert!(!page.contains(cause) && page.contains("Nothing changed"));
}
