//! The profile page: every claim with its source, and why one is not there.

use dev_idp::Fixture;

use crate::{
    helpers::{ALICE, Answer, Browser, TestApp, user},
    scopes::press,
};

/// The row of a claim, or the line of the claims that are missing for the same reason.
fn row<'a>(page: &'a Answer, claim: &str) -> &'a str {
    const PRESENT: &str = "<div class=\"logto-claim\" data-claim=";
    const MISSING: &str = "<div class=\"logto-claims__missing\"";
    let mark = format!("data-claim=\"{claim}\"");
    let place = page.body.find(&mark);
    let place = place.unwrap_or_else(|| panic!("{claim} has a row: {}", page.body));
    let start = [PRESENT, MISSING].map(|start| page.body[..place + mark.len()].rfind(start));
    let start = start.into_iter().flatten().max().unwrap();
    let rest = &page.body[start..];
    let ends = if rest.starts_with(MISSING) {
        ["</div>"; 3]
    } else {
        [PRESENT, MISSING, "</section>"]
    };
    let ends = ends.map(|end| rest[1..].find(end));
    let end = ends.into_iter().flatten().min().unwrap();
    &rest[..=end]
}

/// What the head of a claim's group says: scope and source of most claims in it.
fn head(page: &Answer, claim: &str) -> String {
    let place = page.body.find(row(page, claim)).unwrap();
    let start = page.body[..place].rfind("<p class=\"logto-claims__common");
    let head = &page.body[start.unwrap()..place];
    text_of(head.split_once("</p>").unwrap().0)
}

/// The row without markup.
fn claim_text(page: &Answer, claim: &str) -> String {
    text_of(row(page, claim))
}

fn text_of(html: &str) -> String {
    let texts = html.split('<').filter_map(|part| part.split_once('>'));
    let parts: Vec<&str> = texts
        .flat_map(|(_, text)| text.split_whitespace())
        .collect();
    parts.join(" ")
}

async fn profile(browser: &mut Browser) -> Answer {
    let page = browser.get("/profile").await;
    assert_eq!(page.status, 200);
    page
}

async fn with_userinfo(browser: &mut Browser) -> Answer {
    let page = browser.get("/profile?userinfo=true").await;
    assert_eq!(page.status, 200);
    page
}

/// A server whose tenant has these extended claims in its ID tokens.
async fn tenant(id_token_claims: &[&str]) -> TestApp {
    let claims = id_token_claims.iter().map(|name| (*name).to_owned());
    TestApp::with(|setup| {
        setup.fixture = Fixture {
            id_token_claims: claims.collect(),
            ..Fixture::default()
        };
    })
    .await
}

#[tokio::test]
async fn the_claims_are_in_the_first_html_and_userinfo_is_asked_only_on_demand() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = profile(&mut browser).await;
    assert!(claim_text(&page, "sub").ends_with(&format!("{ALICE} Scope: openid")));
    assert_eq!(head(&page, "sub"), "Scope: profile · Source: ID token");
    assert!(claim_text(&page, "email").ends_with("alice@example.com"));
    assert_eq!(head(&page, "email"), "Scope: email · Source: ID token");
    assert!(claim_text(&page, "custom_data").contains("May be available from userinfo"));
    let way = "href=\"/profile?userinfo=true\"";
    assert_eq!(page.body.matches(way).count(), 1, "it stands once");
    assert_eq!(app.provider.controls.count("/oidc/me"), 0);

    let page = with_userinfo(&mut browser).await;
    let text = claim_text(&page, "custom_data");
    assert!(
        text.contains("plan gold") && text.ends_with("Scope: custom_data"),
        "{text}"
    );
    assert!(head(&page, "custom_data").ends_with("· Source: userinfo"));
    assert_eq!(app.provider.controls.count("/oidc/me"), 1);
}

/// The panel is HTML that the browser takes as it is; the head is hydrated.
#[tokio::test]
async fn the_page_carries_only_the_claims_that_the_browser_needs() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    for page in [
        profile(&mut browser).await,
        with_userinfo(&mut browser).await,
    ] {
        let carried = page.body.split("__RESOLVED_RESOURCES[").skip(1);
        let carried: String = carried
            .filter_map(|part| part.split_once("</script>"))
            .map(|(value, _)| value)
            .collect();
        let is_carried = |name| carried.contains(&format!("\\\"{name}\\\""));
        for name in ["email", "email_verified", "organizations"] {
            assert!(is_carried(name), "{name}: {carried}");
        }
        for name in ["family_name", "created_at", "iss", "custom_data"] {
            assert!(row(&page, name).contains(name));
            assert!(!is_carried(name), "{name}: {carried}");
        }
    }
}

#[tokio::test]
async fn the_head_has_name_address_and_whether_it_is_verified() {
    let app = TestApp::start().await;
    let page = profile(&mut app.signed_in("alice").await).await;
    let head = &page.body[page
        .body
        .find("class=\"logto logto-panel logto-person\"")
        .unwrap()..];
    let head = &head[..head.find("user-info-panel").unwrap()];
    for part in [
        "Alice Example",
        "alice@example.com",
        "Verified",
        "no-referrer",
    ] {
        assert!(head.contains(part), "{part}: {head}");
    }
}

#[tokio::test]
async fn a_claim_whose_scope_was_not_asked_for_leads_to_the_scopes() {
    let app = TestApp::with(|setup| setup.scopes = "phone").await;
    let mut browser = app.signed_in("alice").await;
    for page in [
        profile(&mut browser).await,
        with_userinfo(&mut browser).await,
    ] {
        let text = claim_text(&page, "email");
        assert!(
            text.starts_with("Not requested The scope email was not requested. Turn on in Scopes")
                && text.ends_with("Email email , Email verified email_verified"),
            "{text}"
        );
        assert!(row(&page, "email").contains("href=\"/scopes?scope=email#scope-email\""));
        assert!(
            row(&page, "email").contains("data-claim=\"email_verified\""),
            "one row for both"
        );
        assert!(!page.body.contains("No email address"));
        assert!(!page.body.contains("alice@example.com"));
    }
}

/// Logto leaves out what it does not grant without a word. Here the request is changed on its way, so that it grants less.
#[tokio::test]
async fn a_claim_whose_scope_was_asked_for_and_not_granted_says_so() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let start = browser.get("/sign-in?return_to=/profile").await;
    let address = start.location().replace("email", "e-mail");
    assert_ne!(address, start.location());
    let back = browser.at_provider(&address, "alice").await;
    assert_eq!(browser.get(&back).await.location(), "/profile");
    let page = profile(&mut browser).await;
    let text = claim_text(&page, "email");
    assert!(text.contains("Requested, not granted"), "{text}");
    assert!(text.contains("An administrator can enable it"), "{text}");
}

#[tokio::test]
async fn a_claim_whose_scope_was_switched_off_says_so_until_it_is_switched_on() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    press(&mut browser, &["email"]).await;
    for page in [
        profile(&mut browser).await,
        with_userinfo(&mut browser).await,
    ] {
        let text = claim_text(&page, "email");
        assert!(
            text.starts_with("Off The scope email is off. Turn on in Scopes Email email"),
            "{text}"
        );
        assert!(row(&page, "email").contains("href=\"/scopes?scope=email#scope-email\""));
    }
    press(&mut browser, &["email"]).await;
    let page = profile(&mut browser).await;
    assert!(claim_text(&page, "email").ends_with("alice@example.com"));
}

#[tokio::test]
async fn null_and_never_set_are_told_apart() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("bob").await;
    let page = with_userinfo(&mut browser).await;
    assert!(claim_text(&page, "picture").ends_with("null Received without a value"));
    assert_eq!(
        head(&page, "picture"),
        "Scope: profile · Source: ID token, userinfo"
    );
    assert!(claim_text(&page, "nickname").contains("Not set Logto has no value."));
    assert!(claim_text(&page, "roles").contains("[] Received, but empty"));
}

/// A tenant may move extended claims into the ID token, or all out of it; the page looks and does not assume.
#[tokio::test]
async fn where_a_claim_is_from_is_looked_at_for_each_tenant() {
    let app = tenant(&["custom_data", "organization_data", "organization_roles"]).await;
    let page = profile(&mut app.signed_in("alice").await).await;
    assert_eq!(
        head(&page, "custom_data"),
        "Scope: custom_data · Source: ID token"
    );
    assert!(claim_text(&page, "organization_roles").contains("admin in acme asl5guymvnj4:admin"));
    assert!(claim_text(&page, "roles").contains("Not fetched"));

    let app = tenant(&[]).await;
    let mut browser = app.signed_in("alice").await;
    for claim in [
        "roles",
        "organizations",
        "organization_roles",
        "custom_data",
    ] {
        let page = profile(&mut browser).await;
        assert!(claim_text(&page, claim).contains("Not fetched"), "{claim}");
        let page = with_userinfo(&mut browser).await;
        let head = head(&page, claim);
        assert!(head.ends_with("Source: userinfo"), "{claim}: {head}");
        assert!(!claim_text(&page, claim).contains("Source: "), "{claim}");
    }
}

#[tokio::test]
async fn two_values_of_one_claim_are_both_shown() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider
        .controls
        .leave("alice", "asl5guymvnj4")
        .unwrap();
    let page = with_userinfo(&mut browser).await;
    let text = claim_text(&page, "organization_roles");
    assert!(
        text.contains("userinfo member in globex 1xld34l574eb:member ID token member in globex"),
        "{text}"
    );
    assert!(
        text.contains("asl5guymvnj4:admin Userinfo is current"),
        "{text}"
    );
    assert!(text.contains("Differs"), "{text}");
}

/// RF-10: half an answer, and saying so, beats none.
#[tokio::test]
async fn while_userinfo_does_not_answer_the_id_token_is_shown() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.set_down(true);
    let page = with_userinfo(&mut browser).await;
    assert!(page.body.contains("Could not fetch userinfo"));
    assert!(claim_text(&page, "email").contains("alice@example.com"));
    assert!(claim_text(&page, "custom_data").contains("Userinfo unavailable"));
    app.provider.set_down(false);
    let page = with_userinfo(&mut browser).await;
    assert!(claim_text(&page, "custom_data").contains("gold"));
}

/// A page without scripts offers the JSON as text.
#[tokio::test]
async fn the_json_stands_in_the_page_as_it_was_sent() {
    let app = TestApp::start().await;
    let page = profile(&mut app.signed_in("bob").await).await;
    let (_, area) = page.body.split_once("<textarea").unwrap();
    let (_, text) = area.split_once('>').unwrap();
    let (json, _) = text.split_once("</textarea>").unwrap();
    let claims: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(claims["picture"], serde_json::Value::Null);
    assert!(claims.get("picture").is_some() && claims.get("nickname").is_none());
    assert!(claims.get("nonce").is_none() && claims.get("iss").is_some());
}

/// LX-09
#[tokio::test]
async fn hostile_claims_are_inert() {
    let hostile = "</textarea></script><script>evil()</script><svg onload=evil()>";
    let app = TestApp::with(|setup| {
        let mut eve = user("eve", hostile);
        eve.picture = Some("javascript:evil()".into());
        eve.custom_data.insert(hostile.into(), hostile.into());
        eve.profile
            .insert("website".into(), "javascript:evil()".into());
        setup.fixture.users.push(eve);
    })
    .await;
    let mut browser = app.signed_in("eve").await;
    for page in [
        profile(&mut browser).await,
        with_userinfo(&mut browser).await,
    ] {
        for markup in [
            "<script>evil",
            "<svg onload",
            "</textarea></script>",
            "=\"javascript:",
        ] {
            assert!(!page.body.contains(markup), "{markup}");
        }
        assert!(claim_text(&page, "picture").contains("Not shown"));
        assert!(claim_text(&page, "name").contains("&lt;/textarea"));
        assert_eq!(page.body.matches("</textarea>").count(), 1);
    }
}

/// A picture by plain http is not shown where the application itself is reached by https.
#[tokio::test]
async fn a_picture_is_shown_only_from_where_it_is_safe() {
    for (base, address, shown) in [
        (None, "http://127.0.0.1:9/a.png", true),
        (None, "http://example.com/a.png", false),
        (
            Some("https://app.example/"),
            "http://127.0.0.1:9/a.png",
            false,
        ),
        (
            Some("https://app.example/"),
            "https://example.com/a.png",
            true,
        ),
    ] {
        let app = TestApp::with(|setup| {
            setup.base_url = base.map(|base| base.parse().unwrap());
            let mut person = user("pia", "Pia Example");
            person.picture = Some(address.into());
            setup.fixture.users.push(person);
        })
        .await;
        let page = profile(&mut app.signed_in("pia").await).await;
        let source = format!("src=\"{address}\"");
        assert_eq!(page.body.contains(&source), shown, "{base:?} {address}");
    }
}
