//! The page of APIs: every combination of resource, organization and scope that a real Logto was recorded with, asked for
//! as the page's form does.

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::helpers::{Answer, Browser, TestApp};

const SHOP: &str = "https://shop.example/api";
const BILLING: &str = "https://billing.example/api";
/// It stands for all organizations, and a token for it says nothing about a person.
const ORGANIZATIONS: &str = "urn:logto:resource:organizations";
const ACME: &str = "asl5guymvnj4";
const GLOBEX: &str = "1xld34l574eb";

/// The address of the page, or with `/api/access-tokens` of what it loads.
fn address(path: &str, resource: &str, organization: &str, scopes: &[&str]) -> String {
    let start = format!("{path}?");
    let length = start.len();
    let mut query = Serializer::for_suffix(start, length);
    query.append_pair("resource", resource);
    query.append_pair("organization", organization);
    for scope in scopes {
        query.append_pair("scope", scope);
    }
    query.finish()
}

async fn load(browser: &Browser, resource: &str, organization: &str, scope: &str) -> Value {
    let address = address("/api/access-tokens", resource, organization, &[scope]);
    let answer = Answer::of(browser.request_for("application/json", "GET", &address)).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The outcome of a request for one token.
async fn outcome(browser: &Browser, resource: &str, organization: &str, scope: &str) -> Value {
    let loaded = load(browser, resource, organization, scope).await;
    let mut cards = loaded["cards"].as_array().unwrap().iter();
    let card = cards.find(|card| card["chosen"] == true);
    card.unwrap_or_else(|| panic!("{resource} is there"))["outcome"].clone()
}

fn claim<'a>(outcome: &'a Value, name: &str) -> Option<&'a str> {
    let rest = outcome["Ok"]["rest"].as_array().unwrap();
    let pair = rest.iter().find(|pair| pair[0] == name)?;
    pair[1].as_str()
}

fn recorded(name: &str) -> Value {
    let facts: Value = serde_json::from_str(dev_idp::recorded("token-responses").unwrap()).unwrap();
    let cases = facts["cases"].as_array().unwrap();
    let case = cases.iter().find(|case| case["name"] == name);
    case.unwrap_or_else(|| panic!("{name} is recorded"))["response"].clone()
}

/// That the page tells what Logto was recorded to say.
#[track_caller]
fn same(name: &str, outcome: &Value, recorded: &Value) {
    let body = &recorded["body"];
    let refusal = match body["error"].as_str() {
        None => None,
        Some("access_denied") => Some("NotMember"),
        Some("invalid_target") => Some("NotAskedFor"),
        Some("insufficient_scope") => Some("NoOrganizations"),
        Some("invalid_scope") => Some("BeyondGrant"),
        Some(other) => panic!("{name}: {other}"),
    };
    if let Some(refusal) = refusal {
        let error = &outcome["Err"];
        assert!(
            error == refusal || error.get(refusal).is_some(),
            "{name}: {outcome}"
        );
        return;
    }
    let granted = outcome["Ok"]["granted"].as_array();
    let granted = granted.unwrap_or_else(|| panic!("{name}: {outcome}"));
    let granted: Vec<_> = granted
        .iter()
        .map(|scope| scope.as_str().unwrap())
        .collect();
    assert_eq!(granted.join(" "), body["scope"].as_str().unwrap(), "{name}");
    let payload = &recorded["decoded_access_token"]["payload"];
    assert_eq!(outcome["Ok"]["audience"], payload["aud"], "{name}");
    for name in ["organization_id", "client_id", "sub"] {
        assert_eq!(claim(outcome, name), payload[name].as_str(), "{name}");
    }
    assert_eq!(claim(outcome, "jti").is_some(), payload.is_object());
}

/// OR-01, RF-04
#[tokio::test]
async fn every_combination_behaves_as_recorded() {
    let app = TestApp::start().await;
    let browser = app.signed_in("alice").await;
    let facts: Value = serde_json::from_str(dev_idp::recorded("token-responses").unwrap()).unwrap();
    let mut count = 0;
    for case in facts["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let Some(request) = case["request"].as_object() else {
            continue;
        };
        // Two resources in one request is nothing a form here can say, and how the application authenticates not either.
        if !name.starts_with("refresh: ")
            || request.get("resource").is_some_and(Value::is_array)
            || name.contains("client_secret_post")
        {
            continue;
        }
        count += 1;
        let asked = |name: &str| request.get(name).and_then(Value::as_str);
        let resource = asked("resource").unwrap_or("logto");
        let organization = asked("organization_id").unwrap_or_default();
        let scope = asked("scope").unwrap_or_default();
        if name.contains("unknown resource")
            || name.contains("not absolute")
            || resource == ORGANIZATIONS
        {
            // Nobody is asked about what this application does not use.
            let before = app.provider.token_requests();
            let loaded = load(&browser, resource, organization, scope).await;
            assert_eq!(loaded["unknown"], true, "{name}");
            let asked = app.provider.seen_at("/oidc/token").split_off(before);
            let all = "urn%3Alogto%3Aresource%3Aorganizations";
            assert!(
                asked
                    .iter()
                    .all(|asked| !asked.body.contains("unknown") && !asked.body.contains(all))
            );
            continue;
        }
        let outcome = outcome(&browser, resource, organization, scope).await;
        if name.contains("(scope=profile)") {
            // Here `openid` goes along with everything that is asked of Logto itself: without it, where there is a single
            // resource, Logto would make a token for that.
            assert_eq!(outcome["Ok"]["granted"], json!(["openid", "profile"]));
            continue;
        }
        same(name, &outcome, &case["response"]);
    }
    assert_eq!(count, 20, "none was lost");
}

#[tokio::test]
async fn somebody_without_roles_and_organizations_gets_what_was_recorded() {
    let app = TestApp::start().await;
    let browser = app.signed_in("bob").await;
    for (name, resource, organization) in [
        (
            "bob: refresh organization_id=acme (not a member)",
            "logto",
            ACME,
        ),
        ("bob: refresh resource=shop (no role)", SHOP, ""),
        (
            "bob: refresh organization_id=acme + resource=shop (not a member)",
            SHOP,
            ACME,
        ),
    ] {
        let outcome = outcome(&browser, resource, organization, "").await;
        same(name, &outcome, &recorded(name));
    }
}

/// A sign-in that asked for less: the resources, or the scope for organizations, were taken out on the way to Logto.
async fn signed_in_without(app: &TestApp, taken: impl Fn(&str, &str) -> Option<String>) -> Browser {
    let mut browser = app.browser();
    let start = browser.get("/sign-in").await;
    let mut address: url::Url = start.location().parse().unwrap();
    let kept: Vec<(String, String)> = address
        .query_pairs()
        .filter_map(|(name, value)| Some((name.to_string(), taken(&name, &value)?)))
        .collect();
    address.query_pairs_mut().clear().extend_pairs(kept);
    let back = browser.at_provider(address.as_str(), "alice").await;
    assert_eq!(browser.get(&back).await.status, 303);
    browser
}

#[tokio::test]
async fn what_the_sign_in_did_not_ask_for_is_refused_as_recorded() {
    let app = TestApp::start().await;
    let no_resource = |name: &str, value: &str| (name != "resource").then(|| value.to_owned());
    let browser = signed_in_without(&app, no_resource).await;
    let end = "(no resource in the authorization request)";
    for (what, resource, organization) in [
        ("resource=shop", SHOP, ""),
        ("organization_id=acme", "logto", ACME),
        ("organization_id=acme+resource=shop", SHOP, ACME),
    ] {
        let name = format!("  then refresh {what} {end}");
        let outcome = outcome(&browser, resource, organization, "").await;
        same(&name, &outcome, &recorded(&name));
    }

    let plain = |name: &str, value: &str| match name {
        "scope" => Some("openid offline_access profile".to_owned()),
        _ => Some(value.to_owned()),
    };
    let mut browser = signed_in_without(&app, plain).await;
    let name =
        "refresh organization_id=acme without urn:logto:scope:organizations in the granted scope";
    let outcome = outcome(&browser, "logto", ACME, "").await;
    same(name, &outcome, &recorded(name));
    let page = browser.get(&address("/apis", "logto", ACME, &[])).await;
    assert!(
        page.body
            .contains("Organizations were not requested when you signed in")
    );
    assert!(!page.body.contains("<select"), "there is none to choose");
}

#[tokio::test]
async fn the_first_html_has_a_row_for_each_api() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    app.pass(6);
    let page = browser.get("/apis").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains(ORGANIZATIONS));
    for api in ["logto", SHOP, BILLING] {
        assert!(page.body.contains(&format!("data-api=\"{api}\"")), "{api}");
    }
    for part in [
        "read:orders",
        "write:orders",
        "No permissions<",
        "1 h left",
        "acme",
    ] {
        assert!(page.body.contains(part), "{part}");
    }
    // From the sign-in there is one already.
    assert_eq!(app.provider.token_requests(), 1 + 2);
    assert_eq!(page.body.matches("Just issued").count(), 2);
    app.pass(6);
    let again = browser.get("/apis").await;
    assert_eq!(app.provider.token_requests(), 3, "all are kept now");
    assert!(!again.body.contains("Just issued"));
}

#[tokio::test]
async fn refusals_and_missing_permissions_are_calm_words() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    for (resource, organization, scopes, text) in [
        (
            SHOP,
            "doesnotexist",
            vec![],
            "You are not a member of this organization, or it",
        ),
        (
            SHOP,
            "a b",
            vec![],
            "You are not a member of this organization, or it",
        ),
        (
            SHOP,
            "",
            vec!["read:orders", "bogus"],
            "exceed what was granted at sign-in",
        ),
        ("https://other.example", "", vec![], "Unknown API resource"),
        (BILLING, "", vec![], "Ask an administrator for a role"),
        (
            BILLING,
            ACME,
            vec![],
            "Ask an organization administrator for a role",
        ),
        (
            SHOP,
            GLOBEX,
            vec!["write:orders"],
            "None of the selected permissions was granted",
        ),
    ] {
        let address = address("/apis", resource, organization, &scopes);
        let page = browser.get(&address).await;
        assert_eq!(page.status, 200, "{address}");
        assert!(page.body.contains(text), "{address}");
    }
}

/// The form has the ticks of one audience when an organization is chosen in it, and they are for another then.
#[tokio::test]
async fn everything_ticked_is_everything_in_an_organization_too() {
    let app = TestApp::start().await;
    let browser = app.signed_in("alice").await;
    let all = "openid offline_access profile email phone address custom_data identities roles \
               urn:logto:scope:organizations urn:logto:scope:organization_roles";
    let there = outcome(&browser, "logto", ACME, all).await;
    assert_eq!(
        there["Ok"]["granted"],
        json!(["invite:member", "manage:billing"]),
        "{there}"
    );
    let back = outcome(&browser, "logto", "", "manage:billing invite:member").await;
    assert_eq!(
        back["Ok"]["granted"].as_array().map(Vec::len),
        Some(11),
        "{back}"
    );
}

/// What the person has switched off is shown as that, and nobody else is asked to help.
#[tokio::test]
async fn what_the_person_has_switched_off_is_blamed_on_nobody() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let on = "email phone address custom_data identities roles urn:logto:scope:organizations \
              urn:logto:scope:organization_roles read:orders invite:member";
    let form: Vec<_> = on
        .split_whitespace()
        .map(|scope| ("scopes[]", scope))
        .collect();
    let switched = browser.form("/api/scopes/choose").form(&form);
    assert_eq!(browser.send(switched).await.status, 303);
    let yourself = "Off in Scopes.";
    for (page, yourself, others) in [
        ("/orders".to_owned(), yourself, "Ask an administrator"),
        (
            format!("/org/{ACME}"),
            "Off in Scopes: manage:billing.",
            "Ask an organization administrator",
        ),
        (
            format!("/org/{ACME}/billing"),
            yourself,
            "Ask an organization administrator",
        ),
    ] {
        let body = browser.get(&page).await.body;
        assert!(body.contains(yourself) && !body.contains(others), "{page}");
        let way = if page == "/orders" {
            "write%3Aorders"
        } else {
            "manage%3Abilling"
        };
        let way = format!("href=\"/scopes?scope={way}#scope-{way}\"");
        assert!(body.contains(&way), "{page}: no {way}");
    }
    let scopes = browser.get("/scopes").await.body;
    for row in ["write:orders", "manage:billing"] {
        assert!(scopes.contains(&format!("id=\"scope-{row}\"")), "{row}");
    }
    let apis = browser.get("/apis").await.body;
    assert!(apis.contains("write:orders") && apis.contains("Off: <"));
    assert!(apis.contains("href=\"/scopes?scope=write%3Aorders#scope-write%3Aorders\""));
}

/// CB-15, LX-09: a link puts no text on the page.
#[tokio::test]
async fn nothing_of_the_address_is_shown() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    for (resource, organization, scope) in [
        ("evil-text", "", ""),
        (SHOP, "evil-text", ""),
        (SHOP, "", "evil-text"),
        ("logto", "evil-text", "evil-text"),
    ] {
        let address = address("/apis", resource, organization, &[scope]);
        let page = browser.get(&address).await;
        let shown = page.body.split("<script").next().unwrap();
        let text = shown.split('<').filter_map(|part| part.split_once('>'));
        assert!(
            text.into_iter()
                .all(|(_, text)| !text.contains("evil-text")),
            "{address}"
        );
    }
}

/// Spending a refresh is a write.
#[tokio::test]
async fn a_fresh_token_is_a_form_that_leads_back() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    let page = address("/apis", SHOP, ACME, &["read:orders"]);
    let jti = async |browser: &Browser| {
        let outcome = outcome(browser, SHOP, ACME, "read:orders").await;
        claim(&outcome, "jti").unwrap().to_owned()
    };
    let first = jti(&browser).await;
    assert_eq!(jti(&browser).await, first, "it is kept");
    let before = app.provider.token_requests();
    let fields = [
        ("resource", SHOP),
        ("organization", ACME),
        ("scope", "read:orders"),
    ];
    let press = async |browser: &mut Browser| {
        let form = browser
            .form("/api/access-tokens/refresh")
            .header("referer", format!("{}{page}", app.base))
            .form(&fields);
        let answer = browser.send(form).await;
        assert_eq!(answer.status, 302);
        assert!(answer.location().ends_with(&page), "{}", answer.location());
    };
    press(&mut browser).await;
    assert_eq!(app.provider.token_requests(), before, "it is fresh");
    assert_eq!(jti(&browser).await, first);
    app.pass(6);
    for _ in 0..20 {
        press(&mut browser).await;
    }
    assert_eq!(app.provider.token_requests(), before + 1);
    let second = jti(&browser).await;
    assert_ne!(second, first);
    assert_eq!(app.provider.token_requests(), before + 1);

    // What is in no list is no token to be had.
    let fields = [("resource", "https://other.example"), ("organization", "")];
    let request = browser
        .request_for("application/json", "POST", "/api/access-tokens/refresh")
        .header("origin", app.base.clone())
        .form(&fields);
    let answer = browser.send(request).await;
    assert_eq!(answer.body, "\"Invalid\"");
    assert_eq!(app.provider.token_requests(), before + 1);
}

/// RF-10, OU-02: what is kept is shown; the rest is said to be unavailable, and the wait for it is had once.
#[tokio::test]
async fn while_logto_does_not_answer_what_is_kept_is_shown() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("alice").await;
    outcome(&browser, SHOP, "", "").await;
    app.pass(6);
    app.provider.set_down(true);
    let page = browser.get(&address("/apis", SHOP, ACME, &[])).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("min left") || page.body.contains("1 h left"));
    assert!(page.body.contains("Logto is not responding"));
    app.provider.set_down(false);
    let page = browser.get(&address("/apis", SHOP, ACME, &[])).await;
    assert!(!page.body.contains("Logto is not responding"));
}

/// LX-09
#[tokio::test]
async fn markup_in_the_name_of_an_organization_is_inert() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("mallory").await;
    for organization in ["", "hostile00001"] {
        let page = browser
            .get(&address("/apis", "logto", organization, &[]))
            .await;
        assert!(page.body.contains("&lt;img src=x"), "it is shown as text");
        assert!(!page.body.contains("<img src=x"), "{organization}");
    }
}
