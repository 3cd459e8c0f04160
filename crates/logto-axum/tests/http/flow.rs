//! Starting a sign-in, and landing after it.

use crate::routes::ready_made;
use crate::support::{ALICE, Answer, App, BOB, Browser, greeting, parameter};

const PREFETCHES: [(&str, &str); 6] = [
    ("sec-purpose", "prefetch"),
    ("sec-purpose", "prefetch;prerender"),
    ("purpose", "prefetch"),
    ("sec-fetch-dest", "image"),
    ("sec-fetch-dest", "empty"),
    ("sec-fetch-dest", "iframe"),
];

/// RP-01: one of each, and no more.
#[tokio::test]
async fn a_sign_in_asks_the_provider_for_each_thing_once() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    for path in [
        "/oidc/.well-known/openid-configuration",
        "/oidc/jwks",
        "/oidc/auth",
        "/oidc/token",
    ] {
        assert_eq!(app.provider.controls.count(path), 1, "{path}");
    }
    assert_eq!(app.provider.controls.count("/oidc/me"), 0);
}

/// CB-01, CB-02
#[tokio::test]
async fn every_authorization_request_has_its_own_state_nonce_and_challenge() {
    let app = App::start().await;
    let mut browser = app.browser();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..50 {
        let start = browser.get("/sign-in").await;
        assert_eq!(start.sent("response_type").as_deref(), Some("code"));
        assert_eq!(start.sent("code_challenge_method").as_deref(), Some("S256"));
        for name in ["state", "nonce", "code_challenge"] {
            let value = start.sent(name).unwrap();
            assert!(value.len() >= 43, "{name}: {value}");
            assert!(seen.insert(value), "{name} came before");
        }
        assert_eq!(start.sent("code_verifier"), None);
    }
}

fn names(answer: &Answer) -> Vec<String> {
    let query = answer.location().split_once('?').unwrap().1.to_owned();
    url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

/// CB-20, CB-21
#[tokio::test]
async fn what_stands_in_the_link_does_not_reach_the_provider() {
    let app = App::start().await;
    let mut browser = app.browser();
    let plain = browser.get("/sign-in").await;
    let link = "/sign-in?redirect_uri=https://evil.example/&client_id=evil&response_type=token\
        &state=fixed&nonce=fixed&response_mode=form_post&code_challenge=x&resource=https://evil.example\
        &first_screen=evil%26scope%3Dadmin&direct_sign_in=evil%3Ax&identifier=evil&return_to=%2Fprofile%26scope%3Dadmin";
    let crafted = browser.get(link).await;
    assert_eq!(names(&crafted), names(&plain));
    for name in ["scope", "redirect_uri", "client_id", "prompt", "resource"] {
        assert_eq!(crafted.sent(name), plain.sent(name), "{name}");
    }
    assert!(!crafted.location().contains("evil"));
    assert!(!crafted.location().contains("fixed"));
}

/// CB-20: every option a browser may choose, each once.
#[tokio::test]
async fn the_options_of_a_link_reach_the_provider_once_each() {
    let app = App::start().await;
    let mut browser = app.browser();
    let link = "/sign-in?first_screen=identifier:register&prompt=login&login_hint=alice%40example.com%26scope%3Dadmin\
        &direct_sign_in=social:github&identifier=email+phone&organization_id=asl5guymvnj4&ui_locales=ja+en\
        &one_time_token=abc&scope=email+read:orders";
    let start = browser.get(link).await;
    for (name, value) in [
        ("first_screen", "identifier:register"),
        // Consent always, or there would be no refresh token.
        ("prompt", "login consent"),
        ("login_hint", "alice@example.com&scope=admin"),
        ("direct_sign_in", "social:github"),
        ("identifier", "email phone"),
        ("organization_id", "asl5guymvnj4"),
        ("ui_locales", "ja en"),
        ("one_time_token", "abc"),
        ("scope", "openid offline_access profile email read:orders"),
        ("response_type", "code"),
    ] {
        assert_eq!(start.sent(name).as_deref(), Some(value), "{name}");
    }
    let mut names = names(&start);
    names.retain(|name| name != "resource");
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
    // The provider takes it as it is.
    let address = start.location().to_owned();
    let back = browser.at_provider(&address, "alice").await;
    assert_eq!(browser.get(&back).await.status, 303);
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// CB-20
#[tokio::test]
async fn a_link_that_asks_for_what_nobody_may_ask_for_starts_nothing() {
    let app = App::start().await;
    let long = format!("login_hint={}", "a".repeat(300));
    for option in [
        "scope=admin",
        "scope=email+admin",
        "prompt=none",
        "prompt=none+login",
        "login_hint=a%0d%0ab",
        "ui_locales=en%26scope",
        "one_time_token=a+b",
        &long,
    ] {
        let path = format!("/sign-in?return_to=/profile&{option}");
        let answer = app.browser().get(&path).await;
        let problem = "/sign-in-problem?reason=refused&return_to=%2Fprofile";
        assert_eq!(
            (answer.status, answer.location()),
            (303, problem),
            "{option}"
        );
        assert!(answer.set_cookies().is_empty());
    }
    assert!(app.provider.seen().is_empty());
}

#[tokio::test]
async fn a_first_screen_that_logto_knows_is_passed_on() {
    let app = App::start().await;
    let mut browser = app.browser();
    let start = browser.get("/sign-in?first_screen=register").await;
    assert_eq!(start.sent("first_screen").as_deref(), Some("register"));
    let start = browser.get("/sign-in?first_screen=Register").await;
    assert_eq!(start.sent("first_screen"), None);
}

/// CB-23
#[tokio::test]
async fn a_prefetch_starts_nothing() {
    let app = App::start().await;
    for header in PREFETCHES {
        let request = app.browser().request("GET", "/sign-in");
        let answer = Answer::of(request.header(header.0, header.1)).await;
        assert_eq!(answer.status, 204, "{header:?}");
        assert!(answer.set_cookies().is_empty() && answer.location().is_empty());
    }
    assert!(app.provider.seen().is_empty());
}

/// CB-23: and uses up no code.
#[tokio::test]
async fn a_prefetched_callback_leaves_the_code_for_the_person() {
    let app = App::start().await;
    let mut browser = app.browser();
    let back = browser.come_back("/sign-in", "alice").await;
    for header in PREFETCHES {
        let request = browser.request("GET", &back).header(header.0, header.1);
        assert_eq!(Answer::of(request).await.status, 204, "{header:?}");
    }
    app.assert_nothing_happened().await;
    browser.get(&back).await;
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// CS-10: only GET starts a sign-in, and another site cannot make one finish.
#[tokio::test]
async fn only_get_starts_a_sign_in() {
    let app = App::start().await;
    for method in ["HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE"] {
        let request = app
            .browser()
            .request(method, "/sign-in")
            .header("origin", app.base.clone());
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), "GET");
        assert!(answer.set_cookies().is_empty());
    }
}

#[tokio::test]
async fn a_doubled_parameter_is_a_bad_request() {
    let app = App::start().await;
    let mut browser = app.browser();
    let back = browser.come_back("/sign-in", "alice").await;
    for path in [
        "/sign-in?return_to=/a&return_to=/b",
        "/callback?code=a&code=b&state=s",
        "/callback?c%6fde=a&code=b",
        &format!("{back}&code=x"),
        &format!("{back}&iss=https://evil.example"),
        &format!("{back}&state=x"),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.location().is_empty());
    }
    app.assert_nothing_happened().await;
    browser.get(&back).await;
    assert_eq!(
        browser.get("/").await.body,
        greeting(ALICE),
        "the sign-in is still open"
    );
}

/// RD-01, RD-04 to RD-08: over the whole flow, from the link to the page after the callback.
#[tokio::test]
async fn no_link_leads_to_another_site_after_the_sign_in() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.sign_in("alice").await;
    let mut bad: Vec<String> = [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nset-cookie: a=b",
        "/\0",
        "javascript:alert(1)",
        "data:text/html,x",
        "https:evil.example",
        "https:/evil.example",
        "http:\\\\evil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/a/..//evil.example",
        "/%2e%2e//evil.example",
        "evil.example",
        "@evil.example",
        "/sign-in",
        "/sign-in/",
        "/callback?code=x",
        "/sign-out",
        "/sign-in-problem",
        "/CALLBACK",
        "/\u{2028}x",
        "/\u{202e}x y",
        "",
        " /profile",
        "///",
        "/\\/evil.example",
        "/;//\\evil",
        "ftp://evil.example",
        "vbscript:x",
        "\u{2f}\u{ff0f}evil.example/..",
    ]
    .map(str::to_owned)
    .into();
    bad.push(app.base.clone());
    bad.push(format!("{}.evil.example", app.base));
    bad.push(format!("{}@evil.example", app.base));
    bad.push(format!("/{}", "a".repeat(8 * 1024)));
    for target in bad {
        let query: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let back = browser
            .come_back(&format!("/sign-in?return_to={query}"), "alice")
            .await;
        let response = browser.get(&back).await;
        assert_eq!(response.status, 303, "{target:?}");
        let here = url::Url::parse(&app.base).unwrap();
        let url = here.join(response.location()).unwrap();
        assert_eq!(
            url.origin(),
            here.origin(),
            "{target:?}: {}",
            response.location()
        );
        let fullwidth = target.contains('\u{ff0f}');
        assert!(
            response.location() == "/" || target.starts_with("/;") || fullwidth,
            "{target:?}: {}",
            response.location()
        );
    }
}

/// RD-09
#[tokio::test]
async fn a_page_of_ours_is_kept_through_the_sign_in() {
    let app = App::start().await;
    let mut browser = app.browser();
    for target in [
        "/profile",
        "/a/b?c=d&e=%2F",
        "/org/1?q=https://x.example/#part",
    ] {
        let query: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let back = browser
            .come_back(&format!("/sign-in?return_to={query}"), "alice")
            .await;
        assert_eq!(browser.get(&back).await.location(), target);
    }
}

/// CB-09
#[tokio::test]
async fn two_sign_ins_in_one_browser_land_each_on_its_own_page_in_either_order() {
    for reversed in [false, true] {
        let app = App::start().await;
        let mut browser = app.signed_in("alice").await;
        let mut ways = Vec::new();
        // The provider knows the person, so each sign-in comes back at once.
        for page in ["/first", "/second"] {
            let back = browser
                .come_back(&format!("/sign-in?return_to={page}"), "alice")
                .await;
            ways.push((back, page));
        }
        if reversed {
            ways.reverse();
        }
        for (back, page) in ways {
            let response = browser.get(&back).await;
            assert_eq!((response.status, response.location()), (303, page));
            assert_eq!(browser.get("/").await.body, greeting(ALICE));
        }
        assert_eq!(app.store.live().await.len(), 1);
    }
}

/// CB-09: finishing in the order that is most common, at an anonymous start.
#[tokio::test]
async fn a_second_sign_in_does_not_end_the_first_one() {
    let app = App::start().await;
    let mut browser = app.browser();
    let first = browser
        .get("/sign-in?return_to=/first")
        .await
        .location()
        .to_owned();
    let second = browser
        .get("/sign-in?return_to=/second")
        .await
        .location()
        .to_owned();
    let back = browser.at_provider(&second, "bob").await;
    assert_eq!(browser.get(&back).await.location(), "/second");
    let back = browser.at_provider(&first, "bob").await;
    assert_eq!(browser.get(&back).await.location(), "/first");
    assert_eq!(browser.get("/").await.body, greeting(BOB));
}

/// CB-19, OU-21: nobody but the configuration says where this application is.
#[tokio::test]
async fn the_redirect_uri_comes_from_the_configuration_whatever_the_request_says() {
    let app = App::start().await;
    let mut browser = app.browser();
    let spoof = |request: reqwest::RequestBuilder| {
        request
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "https")
            .header("forwarded", "host=evil.example;proto=https")
            .header("x-original-url", "/profile")
    };
    let start = browser
        .send(spoof(browser.request("GET", "/sign-in")))
        .await;
    let expected = format!("{}/callback", app.base);
    assert_eq!(start.sent("redirect_uri"), Some(expected.clone()));
    let address = start.location().to_owned();
    let back = browser.at_provider(&address, "alice").await;
    let response = browser.send(spoof(browser.request("GET", &back))).await;
    assert_eq!(response.location(), "/");
    let exchange = app.provider.seen_at("/oidc/token").remove(0);
    assert_eq!(parameter(&exchange.body, "redirect_uri"), Some(expected));
}

/// F12, FZ-09: what cannot be read is left out, and nothing sends the browser to its `Referer`.
#[tokio::test]
async fn what_cannot_be_read_in_a_link_is_left_out() {
    let app = App::with(ready_made).await;
    for query in [
        "return_to[]=/a",
        "return_to%5Ba%5D=/a",
        "return_to=%ff",
        "%ff=1",
    ] {
        let mut browser = app.browser();
        let back = browser
            .come_back(&format!("/sign-in?{query}"), "alice")
            .await;
        let answer = browser.get(&back).await;
        assert_eq!((answer.status, answer.location()), (303, "/"), "{query}");
    }
}

/// The cookies of pending sign-ins that a browser holds.
fn pending(browser: &Browser) -> Vec<String> {
    let name = format!("{}-", browser.cookie_name("logto-sign-in"));
    let names = browser.cookies.keys();
    names
        .filter(|held| held.starts_with(&name))
        .cloned()
        .collect()
}

/// SE-21: strangers fill nothing, so that nobody's sign-in gives way to theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_sign_ins_of_strangers_do_not_push_out_an_honest_one() {
    let app = App::start().await;
    let mut browser = app.browser();
    let start = browser.get("/sign-in?return_to=/profile").await;
    let address = start.location().to_owned();
    let strangers = (0..16).map(|_| {
        let stranger = app.browser();
        tokio::spawn(async move {
            for _ in 0..200 {
                let answer = Answer::of(stranger.request("GET", "/sign-in")).await;
                assert_eq!(answer.status, 303);
            }
        })
    });
    for stranger in strangers.collect::<Vec<_>>() {
        stranger.await.unwrap();
    }
    for call in ["create_session", "spend"] {
        assert_eq!(app.store.calls(call), 0, "{call}");
    }
    let back = browser.at_provider(&address, "alice").await;
    assert_eq!(browser.get(&back).await.location(), "/profile");
}

/// SE-21: few, and the newest; each small.
#[tokio::test]
async fn of_many_sign_ins_in_one_browser_the_newest_stay() {
    let app = App::start().await;
    let mut browser = app.browser();
    let mut addresses = Vec::new();
    for number in 0..8 {
        let start = browser.get(&format!("/sign-in?return_to=/{number}")).await;
        addresses.push(start.location().to_owned());
        assert!(pending(&browser).len() <= 5);
    }
    assert_eq!(pending(&browser).len(), 5);
    for (number, address) in addresses.iter().enumerate() {
        let back = browser.at_provider(address, "alice").await;
        let response = browser.get(&back).await;
        let expected = if number < 3 {
            "/sign-in-problem?reason=expired".to_owned()
        } else {
            format!("/{number}")
        };
        assert_eq!(response.location(), expected);
    }
    assert!(
        pending(&browser).is_empty(),
        "each is taken away when it is used"
    );
}

/// A proxy in front accepts 8 KB of cookies.
#[tokio::test]
async fn the_cookies_of_pending_sign_ins_stay_small() {
    let app = App::start().await;
    let mut browser = app.browser();
    let query = format!("/profile?q={}", "a".repeat(700));
    for number in 0..8 {
        let start = browser
            .get(&format!("/sign-in?return_to={query}{number}"))
            .await;
        let longest = start.set_cookies().iter().map(|cookie| cookie.len()).max();
        assert!(longest.unwrap() < 2300, "{longest:?}");
        let all = pending(&browser);
        let all = all.iter().map(|name| browser.cookies[name].len());
        assert!(all.sum::<usize>() <= 5000);
    }
    // A target that is too long is shortened to the path.
    let long = format!("/profile?q={}", "a".repeat(1500));
    let back = browser
        .come_back(&format!("/sign-in?return_to={long}"), "alice")
        .await;
    assert_eq!(browser.get(&back).await.location(), "/profile");
}

/// SE-13, SE-16, SE-17: a cookie that was changed, is another's, or is there twice starts nothing
/// and finishes nothing.
#[tokio::test]
async fn a_pending_sign_in_opens_under_its_own_name_only() {
    let app = App::start().await;
    let mut browser = app.browser();
    let back = browser.come_back("/sign-in", "alice").await;
    let other = browser.come_back("/sign-in", "alice").await;
    let names = pending(&browser);
    let (one, two) = (
        browser.cookies[&names[0]].clone(),
        browser.cookies[&names[1]].clone(),
    );
    let mut swapped = browser.clone();
    swapped.cookies.insert(names[0].clone(), two);
    swapped.cookies.insert(names[1].clone(), one.clone());
    for back in [&back, &other] {
        let answer = swapped.get(back).await;
        assert_eq!(answer.location(), "/sign-in-problem?reason=expired");
    }
    let mut changed = browser.clone();
    let middle = one.len() / 2;
    let letter = if one[middle..].starts_with('A') {
        "B"
    } else {
        "A"
    };
    let value = format!("{}{letter}{}", &one[..middle], &one[middle + 1..]);
    changed.cookies.insert(names[0].clone(), value);
    let mut refused = 0;
    for back in [&back, &other] {
        refused += usize::from(
            changed
                .clone()
                .get(back)
                .await
                .location()
                .contains("expired"),
        );
    }
    assert_eq!(refused, 1);
    let twice = format!("{0}={one}; {0}={one}", names[0]);
    let request = app.browser().request("GET", "/").header("cookie", twice);
    assert_eq!(Answer::of(request).await.status, 400);
}

/// SE-21, CB-04: servers on other ports of the host can set cookies here. However many there are,
/// they hide no pending sign-in.
#[tokio::test]
async fn forged_cookies_do_not_hide_a_pending_sign_in() {
    let app = App::start().await;
    let mut browser = app.browser();
    let prefix = browser.cookie_name("logto-sign-in");
    // In the order of the header, half of them stand before any real one.
    for number in 0..40 {
        let id = format!("{:x}{number:031x}", if number % 2 == 0 { 0 } else { 15 });
        let name = format!("{prefix}-{id}");
        browser.cookies.insert(name, "made-up".repeat(10));
    }
    let planted = browser.clone();
    let back = browser
        .come_back("/sign-in?return_to=/profile", "alice")
        .await;
    browser.cookies.extend(planted.cookies.clone());
    assert_eq!(pending(&browser).len(), 41);
    // Cancelled: the newest pending sign-in knows the page.
    let cancelled = browser.clone().get("/callback").await;
    let problem = "/sign-in-problem?reason=cancelled&return_to=%2Fprofile";
    assert_eq!(cancelled.location(), problem);
    let response = browser.get(&back).await;
    assert_eq!((response.status, response.location()), (303, "/profile"));
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
}

/// SE-21: nothing below the middleware reads more cookies than an application has.
#[tokio::test]
async fn too_many_cookies_are_refused_before_they_are_read() {
    let app = App::start().await;
    let mut browser = app.signed_in("alice").await;
    for number in browser.cookies.len()..100 {
        browser.cookies.insert(format!("c{number}"), String::new());
    }
    assert_eq!(browser.get("/").await.body, greeting(ALICE));
    let mut long = app.signed_in("alice").await;
    long.cookies.insert("long".into(), "x".repeat(16 * 1024));
    browser.cookies.insert("c100".into(), String::new());
    for browser in [browser, long] {
        for path in ["/", "/sign-in", "/callback"] {
            let answer = browser.clone().get(path).await;
            assert_eq!(answer.status, 431, "{path}");
            assert!(answer.body.contains("Delete the cookies of this site"));
            assert_eq!(answer.header("cache-control"), "private, no-store");
            assert!(answer.set_cookies().is_empty(), "{:?}", answer.headers);
        }
    }
    let mut empty = app.signed_in("alice").await;
    let session = empty.session().unwrap().to_owned();
    let name = empty.cookie_name("logto-session");
    empty.cookies.clear();
    let cookies = format!("{}{name}={session}{}", ";".repeat(8000), ";".repeat(8000));
    let request = empty.request("GET", "/").header("cookie", cookies);
    assert_eq!(Answer::of(request).await.body, greeting(ALICE));
}

/// The answer that removes forged cookies stays small, and the next ones remove the others.
#[tokio::test]
async fn forged_cookies_are_removed_a_few_at_a_time() {
    let app = App::start().await;
    let mut browser = app.browser();
    let prefix = browser.cookie_name("logto-sign-in");
    for number in 0..40 {
        let name = format!("{prefix}-{number:032x}");
        browser.cookies.insert(name, "made-up".to_owned());
    }
    for left in [24, 8, 0, 0] {
        let start = browser.get("/sign-in").await;
        assert!(start.set_cookies().len() <= 17, "{:?}", start.headers);
        let forged = browser.cookies.values();
        let forged = forged.filter(|value| *value == "made-up").count();
        assert_eq!(forged, left);
    }
}
