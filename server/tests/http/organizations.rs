//! Organizations: who sees which, and that nobody can tell what is not theirs from what is not there.

use crate::{
    helpers::{Answer, Browser, TestApp},
    scopes::{APPLIED, ORGANIZATIONS, page_with_notice, press},
};

const ACME: &str = "asl5guymvnj4";
const GLOBEX: &str = "1xld34l574eb";
/// There is such an organization, and Alice is not in it.
const FOREIGN: &str = "longname0001";
const JSON: &str = "application/json";
const CONTACT: &str = "accounts@shop.example";
/// The link to the page of the bills, for those who may manage them.
const PART: &str = "/billing\"";

/// Access tokens of five seconds. After [`TestApp::pass`] of as many, the next request asks the provider.
async fn with_short_tokens(app: &TestApp, username: &str) {
    let control = format!(
        "http://{}/controls/people/{username}/access-token-life",
        app.provider.controls.address()
    );
    let put = crate::helpers::browser::http().put(control);
    assert_eq!(Answer::of(put.form(&[("seconds", "5")])).await.status, 204);
}

async fn call(browser: &Browser, path: &str) -> (u16, String) {
    let answer = Answer::of(browser.request_for(JSON, "GET", path)).await;
    (answer.status, answer.body)
}

/// A body but for the page that another account would come back to: this one.
fn without_way_back(body: &str) -> String {
    let Some((before, here)) = body.split_once("/sign-in?return_to=") else {
        return body.to_owned();
    };
    let (_, after) = here.split_once("&amp;").unwrap();
    format!("{before}{after}")
}

/// The page less what differs between any two answers: the nonce, the times of the session and the address that was asked
/// for.
fn bare(page: &Answer, path: &str) -> String {
    let csp = page.header("content-security-policy");
    let nonce = csp.split("'nonce-").nth(1).unwrap();
    let nonce = nonce.split('\'').next().unwrap();
    let escaped = path.replace('&', "&amp;");
    let body = page.body.replace(nonce, "[NONCE]");
    let body = body.replace(&escaped, "[PATH]").replace(path, "[PATH]");
    let body = without_way_back(&body);
    let (before, rest) = body.split_once("\\\"end\\\":{").unwrap();
    let (_, after) = rest.split_once('}').unwrap();
    format!("{before}[END]{after}")
}

#[tokio::test]
async fn a_member_sees_the_organization_and_what_they_may_do_there() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = browser.get(&format!("/org/{ACME}")).await;
    assert_eq!(page.status, 200);
    for part in [
        "<title>acme · leptos-logto</title>",
        "Acme Corp",
        "admin",
        "manage:billing",
        "invite:member",
        "urn:logto:organization:asl5guymvnj4",
        PART,
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("Not granted"));
    let page = browser.get(&format!("/org/{GLOBEX}")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Globex Inc") && page.body.contains("Not granted"));
    assert!(
        !page.body.contains(PART),
        "what one may not open is not offered"
    );
}

/// OR-01, OR-02: no such organization, not a member, not an id: one answer, and the session goes on.
#[tokio::test]
async fn what_is_not_ones_own_cannot_be_told_from_what_is_not_there() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let paths = |id: &str| ["", "/support", "/billing"].map(|page| format!("/org/{id}{page}"));
    let ids = [
        FOREIGN,
        "nosuchorg001",
        "-",
        "a.b",
        "%20",
        "a%2Fb",
        "%C3%A9",
        "a&resource=x",
    ];
    let unknown = browser.get("/no-such-page").await;
    // The bar says what the address is below, and the form of the languages leads back to the address itself.
    let seen = |page: &Answer| {
        let body = page.body.split("<body").nth(1).unwrap();
        let body = without_way_back(body.split("<script").next().unwrap());
        let body = body.replace(" aria-current=\"true\" class=", " class=");
        let (before, address) = body.split_once("name=\"return_to\" value=\"").unwrap();
        format!("{before}{}", address.split_once('"').unwrap().1)
    };
    let mut bodies = Vec::new();
    for path in ids.iter().flat_map(|id| paths(id)) {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.body.contains("Page not found"));
        assert_eq!(seen(&page), seen(&unknown), "{path}");
        bodies.push(bare(&page, &path));
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
    for id in ids.iter().filter(|id| **id != "a&resource=x") {
        for function in ["organization", "support-contact", "billing-contact"] {
            let path = format!("/api/{function}?organization={id}");
            let answer = call(&browser, &path).await;
            assert_eq!(answer, (404, "\"NotFound\"".to_owned()), "{path}");
        }
        let path = format!("/api/access?requires=member&organization={id}");
        assert_eq!(
            call(&browser, &path).await,
            (200, "\"NotFound\"".to_owned())
        );
    }
    assert_eq!(browser.get("/profile").await.status, 200);
}

/// OR-05
#[tokio::test]
async fn whoever_is_removed_finds_nothing_and_stays_signed_in() {
    let app = TestApp::start().await;
    with_short_tokens(&app, "alice").await;
    let mut browser = app.signed_in("alice").await;
    let path = format!("/org/{ACME}");
    assert_eq!(browser.get(&path).await.status, 200);
    app.provider.controls.leave("alice", ACME).unwrap();
    app.pass(5);
    let page = browser.get(&path).await;
    assert_eq!(page.status, 404);
    let missing = browser.get("/org/nosuchorg001").await;
    assert_eq!(bare(&page, &path), bare(&missing, "/org/nosuchorg001"));
    assert!(!page.body.contains("acme") && !page.body.contains("Acme"));
    let (status, _) = call(&browser, &format!("/api/organization?organization={ACME}")).await;
    assert_eq!(status, 404);
    assert_eq!(browser.get(&format!("/org/{GLOBEX}")).await.status, 200);
    let list = browser.get("/organizations").await;
    assert!(list.body.contains("globex") && !list.body.contains(ACME));
}

/// LX-05: as a guard, inside a page, in a server function.
#[tokio::test]
async fn billing_is_for_those_who_may_manage_it() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = browser.get(&format!("/org/{ACME}/billing")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(CONTACT) && page.body.contains("<title>Billing · acme"));

    let page = browser.get(&format!("/org/{GLOBEX}/billing")).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("manage:billing"), "what is missing");
    assert!(page.body.contains("Ask an organization administrator"));
    assert!(page.body.contains("<title>Access denied"));
    assert!(!page.body.contains(CONTACT) && !page.body.contains("Globex"));
    assert_eq!(
        browser.get(&format!("/org/{GLOBEX}/support")).await.status,
        200
    );

    let contact = |id: &str| format!("/api/billing-contact?organization={id}");
    let (status, body) = call(&browser, &contact(ACME)).await;
    assert!(status == 200 && body.contains(CONTACT));
    let refused = call(&browser, &contact(GLOBEX)).await;
    assert_eq!(refused, (403, "\"Forbidden\"".to_owned()));
}

/// A role given while somebody looks is there at the next page, and one that is taken goes.
#[tokio::test]
async fn roles_that_change_count_at_the_next_page() {
    let app = TestApp::start().await;
    with_short_tokens(&app, "alice").await;
    let mut browser = app.signed_in("alice").await;
    let path = format!("/org/{GLOBEX}/billing");
    assert_eq!(browser.get(&path).await.status, 403);
    let controls = &app.provider.controls;
    controls.join("alice", GLOBEX, &["admin"]).unwrap();
    app.pass(5);
    assert_eq!(browser.get(&path).await.status, 200);
    controls.join("alice", GLOBEX, &["member"]).unwrap();
    app.pass(5);
    assert_eq!(browser.get(&path).await.status, 403);
}

/// OR-03, OR-04: each request names its organization.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_organizations_at_once_never_mix() {
    let app = TestApp::start().await;
    let browser = app.signed_in("alice").await;
    let mut visits = Vec::new();
    for lane in 0..6 {
        let mut browser = browser.clone();
        visits.push(tokio::spawn(async move {
            for turn in 0..9 {
                let organizations = [
                    (ACME, "Acme Corp", "Globex Inc"),
                    (GLOBEX, "Globex Inc", "Acme Corp"),
                ];
                let (id, own, other) = organizations[(turn + lane) % 2];
                let page = browser.get(&format!("/org/{id}")).await;
                assert_eq!(page.status, 200);
                let head = page.body.split("organization-head__names").nth(1).unwrap();
                let head = head.split("</header>").next().unwrap();
                assert!(head.contains(own) && !head.contains(other));
                let urn = format!(">urn:logto:organization:{id}<");
                assert!(page.body.contains(&urn));
                assert_eq!(page.body.contains(PART), id == ACME);
            }
        }));
    }
    for visit in visits {
        visit.await.unwrap();
    }
}

#[tokio::test]
async fn the_switcher_leads_to_the_same_page_of_the_other_organization() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = browser.get(&format!("/org/{ACME}/support")).await;
    for part in [
        "<details class=\"logto logto-organization-switcher\"",
        "aria-label=\"Organization: acme\"",
        "href=\"/org/1xld34l574eb/support\"",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let answer = browser
        .get(&format!(
            "/api/organization/open?page=%2Fsupport&organization={GLOBEX}"
        ))
        .await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.location(), format!("/org/{GLOBEX}/support"));
}

/// RD-04, OR-01: the switcher never leads to another site.
#[tokio::test]
async fn the_switcher_leads_nowhere_else() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    for (query, location) in [
        (
            format!("organization={ACME}&page=//evil.example"),
            format!("/org/{ACME}"),
        ),
        (
            format!("organization={ACME}&page=/../../sign-out"),
            format!("/org/{ACME}"),
        ),
        (
            format!("organization={ACME}&page=%0d%0aset-cookie:a"),
            format!("/org/{ACME}"),
        ),
        (
            "organization=//evil.example".to_owned(),
            "/organizations".to_owned(),
        ),
        (
            "organization=..%2F..".to_owned(),
            "/organizations".to_owned(),
        ),
        ("organization=".to_owned(), "/organizations".to_owned()),
        (format!("organization={FOREIGN}"), format!("/org/{FOREIGN}")),
        (
            format!("organization={ACME}&pages=/teams&page=/support"),
            format!("/teams/{ACME}/support"),
        ),
        (
            format!("organization={ACME}&pages=//evil.example"),
            format!("/org/{ACME}"),
        ),
        (
            "organization=&list=/groups".to_owned(),
            "/groups".to_owned(),
        ),
        (
            "organization=&list=/%5Cevil.example".to_owned(),
            "/organizations".to_owned(),
        ),
    ] {
        let answer = browser
            .get(&format!("/api/organization/open?{query}"))
            .await;
        assert_eq!(
            (answer.status, answer.location()),
            (303, location.as_str()),
            "{query}"
        );
        assert!(answer.set_cookies().is_empty());
    }
    let doubled = browser
        .get(&format!(
            "/api/organization/open?organization={ACME}&organization={GLOBEX}"
        ))
        .await;
    assert!(!doubled.location().contains("evil") && doubled.location().starts_with('/'));
}

#[tokio::test]
async fn the_organization_that_was_shown_last_is_remembered() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    assert_eq!(
        browser.get("/api/organization/open").await.location(),
        "/organizations"
    );
    let page = browser.get(&format!("/org/{ACME}")).await;
    let cookie = page.set_cookie("logto-organization").unwrap();
    assert!(cookie.contains("=asl5guymvnj4; "), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert_eq!(
        browser.get("/api/organization/open").await.location(),
        format!("/org/{ACME}")
    );
    let list = browser.get("/organizations").await;
    assert_eq!(list.body.matches("Last used").count(), 1);
    assert!(
        browser
            .get(&format!("/org/{FOREIGN}"))
            .await
            .set_cookies()
            .is_empty()
    );

    // An id that somebody put there counts only for members.
    let name = browser.cookie_name("logto-organization");
    browser.cookies.insert(name.clone(), FOREIGN.into());
    assert_eq!(
        browser.get("/api/organization/open").await.location(),
        "/organizations"
    );
    let list = browser.get("/organizations").await;
    assert!(!list.body.contains("Last used") && !list.body.contains(FOREIGN));
    // Whoever uses the browser next does not learn it.
    let out = browser.post("/sign-out").await;
    let cookie = out.set_cookie("logto-organization").unwrap();
    assert!(
        cookie.contains("=; ") && cookie.contains("Max-Age=0"),
        "{cookie}"
    );
    browser.sign_in("alice").await;
    browser.cookies.insert(name, "\"/..\\".into());
    assert_eq!(
        browser.get("/api/organization/open").await.location(),
        "/organizations"
    );

    let mut carol = app.signed_in("carol").await;
    let only = carol.get("/api/organization/open").await;
    assert_eq!(only.location(), format!("/org/{ACME}"), "her only one");
    assert_eq!(
        app.browser().get("/api/organization/open").await.location(),
        "/organizations"
    );
}

/// OU: what Logto said before holds for as long as it was given; after that it is said that it is not known.
#[tokio::test]
async fn while_logto_does_not_answer_pages_say_so() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let mut another = app.signed_in("alice").await;
    let seen = format!("/org/{ACME}");
    assert_eq!(browser.get(&seen).await.status, 200);
    app.provider.set_down(true);
    let page = browser.get(&seen).await;
    assert_eq!(page.status, 200, "its token is at hand");
    assert!(
        !page.body.contains("Logto is not responding"),
        "its name was fetched within the last minute"
    );
    assert!(page.body.contains("manage:billing") && page.body.contains(PART));

    let page = browser.get(&format!("/org/{GLOBEX}")).await;
    assert_eq!((page.status, page.header("retry-after")), (503, "5"));
    assert!(page.body.contains("This page cannot be shown right now"));
    assert!(!page.body.contains("Globex") && !page.body.contains("Page not found"));
    let path = format!("/api/billing-contact?organization={GLOBEX}");
    assert_eq!(
        call(&browser, &path).await,
        (503, "\"Upstream\"".to_owned())
    );
    let refused = Answer::of(browser.request_for(JSON, "GET", &path)).await;
    assert_eq!(refused.header("retry-after"), "5");
    let path = format!("/api/access?requires=member&organization={GLOBEX}");
    assert_eq!(
        call(&browser, &path).await,
        (200, "\"Unavailable\"".to_owned())
    );

    let list = another.get("/organizations").await;
    assert_eq!(list.status, 200);
    assert!(
        list.body
            .contains("Logto is not responding. Showing IDs and roles")
            && list.body.contains(ACME)
    );
    app.provider.set_down(false);
    assert_eq!(browser.get(&format!("/org/{GLOBEX}")).await.status, 200);
}

#[tokio::test]
async fn one_fifty_and_hostile_names_are_shown_and_none_says_how_one_joins() {
    let app = TestApp::start().await;
    let carol = app
        .signed_in("carol")
        .await
        .get(&format!("/org/{ACME}"))
        .await;
    assert!(
        !carol.body.contains("logto-organization-switcher"),
        "there is nothing to choose from"
    );
    let olga = app.signed_in("olga").await.get("/org/team01").await;
    let links = olga.body.matches("logto-organization-switcher__option");
    assert_eq!(links.count(), 50);
    let page = app
        .signed_in("mallory")
        .await
        .get("/org/hostile00001")
        .await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("<title>&lt;/script>&lt;img src=x"),
        "LX-09"
    );
    for markup in ["<img src=x", "</script><img", "<b>bold"] {
        let at = page.body.find(markup);
        let around = at.map(|at| &page.body[at.saturating_sub(200)..at + 60]);
        assert_eq!(around, None, "{markup}");
    }
    let bob = app.signed_in("bob").await.get("/organizations").await;
    assert!(
        bob.body
            .contains("You are not a member of any organization.")
    );
}

/// LX-09. Often, because it must not depend on which task renders the title.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hostile_name_never_leaves_the_title() {
    let app = TestApp::start().await;
    let mut mallory = app.signed_in("mallory").await;
    for path in ["/org/hostile00001", "/org/hostile00001/support"] {
        for time in 0..25 {
            let page = mallory.get(path).await;
            let title = page.body.split("<title>").nth(1).unwrap_or_default();
            let title = title.split("</title>").next().unwrap_or_default();
            assert!(
                title.contains("&lt;/script>") && !title.contains('<'),
                "{path}, time {time}: {title}"
            );
        }
    }
}

/// Switches every permission in organizations off, and then memberships.
async fn without_memberships(app: &TestApp) -> Browser {
    let mut browser = app.signed_in("alice").await;
    for switches in [&["manage:billing", "invite:member"][..], &[ORGANIZATIONS]] {
        let answer = press(&mut browser, switches).await;
        page_with_notice(&mut browser, &answer, APPLIED).await;
    }
    browser
}

#[tokio::test]
async fn with_memberships_switched_off_a_page_of_an_organization_says_so_and_leads_to_the_switch() {
    let app = TestApp::start().await;
    let mut browser = without_memberships(&app).await;
    for page in ["", "/support", "/billing"] {
        let page = browser.get(&format!("/org/{ACME}{page}")).await;
        assert_eq!(page.status, 403);
        let (_, refused) = page
            .body
            .split_once("<section class=\"logto logto-refused\"")
            .unwrap();
        let (refused, _) = refused.split_once("</section>").unwrap();
        for part in [
            "Off in Scopes.",
            "href=\"/scopes?scope=",
            "href=\"/organizations\"",
        ] {
            assert!(refused.contains(part), "{part}: {refused}");
        }
        assert!(
            !refused.contains("<code class=\"logto-chip\"></code>"),
            "{refused}"
        );
        assert!(!refused.contains("href=\"/org/"), "{refused}");
    }
}

#[tokio::test]
async fn with_memberships_switched_off_nobody_is_said_to_be_in_no_organization() {
    let app = TestApp::start().await;
    let mut browser = without_memberships(&app).await;
    let page = browser.get("/organizations").await.body;
    assert!(
        !page.contains("You are not a member of any organization."),
        "{page}"
    );
    for part in [
        "Organization memberships are off",
        "href=\"/scopes?scope=urn%3Alogto%3Ascope%3Aorganizations#scope-urn%3Alogto%3Ascope%3Aorganizations\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

/// The id of each card is found, too, and full-width letters are letters.
#[tokio::test]
async fn a_search_finds_ids_and_full_width_letters() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("olga").await;
    let found = |page: String| page.matches("<li class=\"logto-organization\">").count();
    let all = found(browser.get("/organizations").await.body);
    assert!(all > 8, "{all}");
    let plain = found(browser.get("/organizations?find=be").await.body);
    assert!(plain > 0 && plain < all, "{plain}");
    let wide = "/organizations?find=%EF%BC%A2%EF%BC%A5";
    assert_eq!(found(browser.get(wide).await.body), plain);
    let page = browser.get("/organizations").await.body;
    let (_, id) = page.split_once("href=\"/org/").unwrap();
    let (id, _) = id.split_once('"').unwrap();
    let page = browser.get(&format!("/organizations?find={id}")).await.body;
    assert_eq!(found(page), 1, "{id}");
}

/// The token is looked up once in a request; the names are from userinfo of the last minute.
#[tokio::test]
async fn a_page_of_an_organization_reads_its_token_once() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = format!("/org/{ACME}");
    let function = format!("/api/organization?organization={ACME}");
    browser.get(&page).await;
    let reads = || app.store.calls("load_tokens");
    let before = reads();
    assert_eq!(browser.get(&page).await.status, 200);
    let after_page = reads();
    assert_eq!(call(&browser, &function).await.0, 200);
    assert_eq!((after_page - before, reads() - after_page), (1, 1));
}
