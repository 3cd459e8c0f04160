//! What the page says.

use super::{APPLIED, ORGANIZATIONS, Row, SESSIONS, page_with_notice, press};
use crate::helpers::{Answer, TestApp};

#[tokio::test]
async fn every_scope_stands_there_with_its_state_and_what_it_brings() {
    let app = TestApp::start().await;
    let page = app.signed_in("alice").await.get("/scopes").await;
    assert_eq!(page.status, 200);
    let (_, required) = page.body.split_once("Required: ").unwrap();
    let (required, _) = required.split_once("</details>").unwrap();
    for text in [
        "openid",
        "Required to sign in",
        "offline_access",
        "stay signed in for more than an hour",
        "profile",
        "given_name",
    ] {
        assert!(required.contains(text), "{text}: {required}");
    }
    let is_required = |row: &Row| ["openid", "offline_access", "profile"].contains(&&*row.scope);
    assert!(!Row::all(&page.body).iter().any(is_required));
    for (scope, on, state, leads, more) in [
        ("email", true, "Granted", false, "Included in your ID token"),
        (
            "custom_data",
            true,
            "Granted",
            false,
            "May be available from userinfo",
        ),
        (
            ORGANIZATIONS,
            true,
            "Granted",
            false,
            "Required while an organization permission is on",
        ),
        (
            SESSIONS,
            false,
            "Not requested",
            true,
            "View and end your Logto sessions",
        ),
        ("read:orders", true, "Granted", false, "API permission"),
        (
            "view:invoices",
            false,
            "Requested, not granted",
            true,
            "Ask an administrator for one",
        ),
        (
            "manage:billing",
            true,
            "Granted",
            false,
            "Organization permission",
        ),
    ] {
        let row = Row::of(&page.body, scope);
        assert_eq!(row.is_on(), on, "{scope}");
        assert_eq!(row.is_fixed(), scope == ORGANIZATIONS, "{scope}");
        assert_eq!(row.leads_to_logto(), leads, "{scope}");
        for text in [state, more] {
            assert!(row.says(text), "{scope}, {text}: {}", row.html);
        }
    }
    assert!(page.body.contains("https://shop.example/api"));
    assert!(page.body.contains("https://billing.example/api"));
}

#[tokio::test]
async fn every_scope_has_its_words_in_every_language() {
    let app = TestApp::start().await;
    let browser = app.signed_in("alice").await;
    let read = async |language: &str| {
        let request = browser
            .request("GET", "/scopes")
            .header("accept-language", language);
        Row::all(&Answer::of(request).await.body)
    };
    let (english, japanese) = (read("en").await, read("ja").await);
    assert_eq!(english.len(), japanese.len());
    assert!(english.len() >= 10);
    let is_japanese = |text: &str| {
        text.chars()
            .any(|letter| ('\u{3040}'..'\u{a000}').contains(&letter))
    };
    for (english, japanese) in english.iter().zip(&japanese) {
        assert_eq!(english.scope, japanese.scope);
        assert!(!is_japanese(&english.html), "{}", english.scope);
        let about = japanese.html.split_once("scope-toggle__about").unwrap().1;
        assert!(
            is_japanese(about.split_once("</p>").unwrap().0),
            "{}",
            japanese.scope
        );
        if !english.scope.contains(':') || english.scope.starts_with("urn:") {
            let title = japanese.html.split_once("scope-toggle__title").unwrap().1;
            assert!(
                is_japanese(title.split_once("</span>").unwrap().0),
                "{}",
                japanese.scope
            );
        }
    }
}

#[tokio::test]
async fn while_logto_does_not_answer_it_is_said_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    app.provider.set_down(true);
    let page = browser.get("/scopes").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Showing requested permissions"));
    for scope in ["read:orders", "view:invoices", "manage:billing"] {
        let row = Row::of(&page.body, scope);
        assert!(row.is_on() && row.says("Unknown"), "{}", row.html);
    }
    assert!(Row::of(&page.body, "email").says(">Granted<"));
    let answer = press(&mut browser, &["email"]).await;
    let text = "Nothing changed. Try again";
    let page = page_with_notice(&mut browser, &answer, text).await;
    assert!(Row::of(&page, "email").is_on());
    app.provider.set_down(false);
    let page = browser.get("/scopes").await.body;
    assert!(!page.contains("Showing requested permissions"));
    assert!(Row::of(&page, "email").is_on());
    assert!(
        browser
            .get("/profile")
            .await
            .body
            .contains("alice@example.com")
    );
}

/// CB-15: a notice about a choice is from that choice, in that session, and from no link.
#[tokio::test]
async fn no_link_puts_text_on_the_page() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let notices = |page: &str| page.matches("class=\"logto-notice__title").count();
    let plain = notices(&browser.get("/scopes").await.body);
    let note = press(&mut browser, &["phone"])
        .await
        .sent("scopes")
        .unwrap();
    let mut cut = note.clone();
    cut.pop();
    let order = browser.form("/api/orders/place").form(&[("item", "")]);
    let about_an_order = browser.send(order).await.sent("notice").unwrap();
    for word in [
        "%3Cb%3Eevil%3C/b%3E",
        "evil",
        "asked",
        "refused%20evil",
        "",
        "applied",
        "unchanged",
        "refused",
        "unavailable",
        "%22Applied%22",
        &cut,
        &about_an_order,
    ] {
        let page = browser.get(&format!("/scopes?scopes={word}")).await;
        assert_eq!((page.status, notices(&page.body)), (200, plain), "{word}");
        assert!(!page.body.contains("<b>evil"), "{word}");
    }
    let address = format!("/scopes?scopes={note}");
    assert!(browser.get(&address).await.body.contains(APPLIED));
    for username in ["alice", "bob"] {
        let mut other = app.signed_in(username).await;
        let page = other.get(&address).await.body;
        assert!(!page.contains(APPLIED), "{username}");
    }
    for word in ["asked-evil", "asked-", &format!("asked-{note}")] {
        let page = browser.get(&format!("/scopes?scopes={word}")).await.body;
        assert_eq!(notices(&page), plain, "{word}");
    }
}

/// Where somebody has a permission: the organization, and whether the permission is held there.
fn held_in(row: &Row) -> Vec<(String, bool)> {
    let parts = row.html.split("scope-toggle__organization\">").skip(1);
    parts
        .map(|part| {
            let (_, name) = part.split_once("<bdi>").unwrap();
            let (name, state) = name.split_once("<!></bdi>").unwrap();
            let state = state.split_once("<span>").unwrap().1;
            (name.to_owned(), state.starts_with("Granted"))
        })
        .collect()
}

/// OR-06: the tokens for the organizations say what somebody may do there, and nothing else does. The token for the resource
/// that stands for all organizations has every permission, whoever asks (`organization-resource-token.json`).
#[tokio::test]
async fn a_permission_in_organizations_is_granted_where_a_token_for_one_has_it() {
    let app = TestApp::start().await;
    let page = app.signed_in("alice").await.get("/scopes").await.body;
    let list = |held: &[(&str, bool)]| -> Vec<_> {
        held.iter()
            .map(|(name, held)| ((*name).to_owned(), *held))
            .collect()
    };
    let billing = Row::of(&page, "manage:billing");
    assert!(
        billing.is_on() && billing.says(">Granted<"),
        "{}",
        billing.html
    );
    assert_eq!(
        held_in(&billing),
        list(&[("globex", false), ("acme", true)])
    );
    let invite = Row::of(&page, "invite:member");
    assert_eq!(held_in(&invite), list(&[("globex", true), ("acme", true)]));
    let token_requests = app.provider.seen_at("/oidc/token");
    let all = "urn%3Alogto%3Aresource%3Aorganizations";
    let asked = |body: &str| body.contains("grant_type=refresh_token") && body.contains(all);
    assert!(!token_requests.iter().any(|request| asked(&request.body)));

    // A member of one organization, without the role.
    let page = app.signed_in("carol").await.get("/scopes").await.body;
    let billing = Row::of(&page, "manage:billing");
    assert!(!billing.is_on() && billing.is_fixed(), "{}", billing.html);
    assert!(
        billing.says("Requested, not granted") && billing.says("It need not be requested again")
    );
    assert_eq!(held_in(&billing), list(&[("acme", false)]));

    // In no organization: nothing is granted, and who can help is said.
    let page = app.signed_in("bob").await.get("/scopes").await.body;
    for scope in ["manage:billing", "invite:member"] {
        let row = Row::of(&page, scope);
        assert!(
            !row.is_on() && row.is_fixed() && !row.is_kept(),
            "{}",
            row.html
        );
        assert!(
            row.says("Requested, not granted") && !row.says(">Granted<"),
            "{}",
            row.html
        );
        assert!(
            row.says("you are not a member of any organization."),
            "{}",
            row.html
        );
        assert_eq!(held_in(&row), list(&[]));
    }
    let memberships = Row::of(&page, ORGANIZATIONS);
    assert!(!memberships.is_fixed(), "nothing needs them");
}

/// Each organization may cost a request.
#[tokio::test]
async fn somebody_in_fifty_organizations_costs_a_few_requests() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("olga").await;
    browser.get("/org/team30").await;
    let before = app.provider.token_requests();
    let page = browser.get("/scopes").await.body;
    // Two APIs, and five organizations, one of which is at hand.
    assert_eq!(app.provider.token_requests() - before, 2 + 4);
    assert!(page.contains("Permissions were checked in 5 of your 50 organizations."));
    let invite = Row::of(&page, "invite:member");
    let held = held_in(&invite);
    assert_eq!(
        (held.len(), &*held[0].0),
        (5, "Larch"),
        "the last one that was open is first"
    );
    assert!(held.iter().all(|(_, held)| *held) && invite.says(">Granted<"));
    // It may be granted in one of the others.
    let billing = Row::of(&page, "manage:billing");
    assert!(
        billing.says(">Unknown<") && billing.is_on(),
        "{}",
        billing.html
    );
    browser.get("/scopes").await;
    assert_eq!(app.provider.token_requests() - before, 2 + 4);
}

/// Who comes from a page that names a scope sees at once what can be done about it, also without scripts.
#[tokio::test]
async fn the_row_that_a_link_leads_to_arrives_unfolded() {
    let app = TestApp::start().await;
    let mut bob = app.signed_in("bob").await;
    let home = bob.get("/").await.body;
    assert!(
        home.contains("Ask an administrator for a role with "),
        "{home}"
    );
    let (_, way) = home
        .split_once("href=\"/scopes?scope=read%3Aorders")
        .unwrap();
    let (anchor, _) = way.split_once('"').unwrap();
    assert_eq!(anchor, "#scope-read%3Aorders");
    let unfolded = |page: &str| {
        let rows = Row::all(page).into_iter();
        let rows = rows.filter(|row| row.says("<details open"));
        rows.map(|row| row.scope).collect::<Vec<_>>()
    };
    let page = bob.get("/scopes?scope=read%3Aorders").await.body;
    assert_eq!(unfolded(&page), ["read:orders"]);
    for query in ["", "?scope=", "?scope=%3Cb%3E", "?scope=openid"] {
        let page = bob.get(&format!("/scopes{query}")).await.body;
        assert_eq!(unfolded(&page), [""; 0], "{query}");
        assert!(!page.contains("<b>"), "{query}");
    }
    let page = bob.get("/scopes?scope=openid").await.body;
    assert!(page.contains("<details open class=\"logto-scope-toggles__required\""));
}
