use dev_idp::Provider;
use serde_json::{Value, json};

use crate::{
    browser::*,
    compare::{same_form, same_token, same_value},
    facts::Facts,
};

const ALL_CLAIMS: &str = "openid profile custom_data identities roles urn:logto:scope:organizations \
    urn:logto:scope:organization_roles";

async fn id_token_with(enabled: &[&str]) -> Value {
    let provider = provider_of(|fixture| {
        fixture.id_token_claims = enabled.iter().map(|name| (*name).into()).collect();
    })
    .await;
    web(&provider)
        .tokens(&Ask::new(WEB, ALL_CLAIMS), "alice")
        .await["id_token"]
        .clone()
}

#[tokio::test]
async fn keys_settings_modes_and_tabs_are_as_recorded() {
    let provider = provider().await;
    let mut facts = Facts::open("keys-idtoken-config-tabs.json", &provider);

    let enabled = [
        "custom_data",
        "identities",
        "sso_identities",
        "roles",
        "organizations",
        "organization_data",
        "organization_roles",
    ];
    let mut case = facts.take("  ID token then").response().clone();
    let token = id_token_with(&enabled).await;
    case["payload"]["iss"] = claims(&token).unwrap()["iss"].clone();
    same_token("every extended claim", &case, &token);
    let case = facts.take("  ID token with no extended claim enabled");
    let none = claims(&id_token_with(&[]).await).unwrap();
    let names: Value = none
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, _)| json!(name))
        .collect();
    assert_eq!(*case.response(), names);
    let case = facts.take("GET /api/configs/id-token (default of a new tenant)");
    assert_eq!(
        case.response()["body"]["enabledExtendedClaims"],
        json!(provider.fixture().id_token_claims)
    );

    let ask = Ask::new(WEB, "openid profile");
    let case = facts.take("response_mode=form_post, success");
    let page = Browser::new(&provider)
        .authorize(&ask.clone().set("response_mode", "form_post"), "alice")
        .await;
    assert_eq!(case.response()["status"], page.status);
    same_form(&case.name, case.response()["body"].as_str().unwrap(), &page);
    let case = facts.take("response_mode=fragment, success");
    let back = Browser::new(&provider)
        .authorize(&ask.clone().set("response_mode", "fragment"), "alice")
        .await;
    assert_eq!(
        shape(case.response().as_str().unwrap()),
        shape(back.location())
    );
    let case = facts.take("no state in the request");
    let back = Browser::new(&provider)
        .authorize(&ask.clone().without("state"), "alice")
        .await;
    assert_eq!(
        shape(case.response().as_str().unwrap()),
        shape(back.location())
    );

    let case = facts.take("before rotation");
    let jwks = Answer::of(http().get(format!("{}/jwks", provider.issuer())))
        .await
        .json();
    let recorded = &case.response()["keys"][0];
    for (name, value) in recorded.as_object().unwrap() {
        assert!(name == "kid" || jwks["keys"][0][name] == *value, "{name}");
    }
    let discovery = format!("{}/.well-known/openid-configuration", provider.issuer());
    let algorithms =
        Answer::of(http().get(discovery)).await.json()["id_token_signing_alg_values_supported"]
            .clone();
    assert_eq!(case.response()["discovery_algs"], algorithms);
    let token = web(&provider).tokens(&ask, "alice").await["id_token"].clone();
    assert_eq!(
        case.response()["id_token"]["alg"],
        token_header(&token)["alg"]
    );
    assert_eq!(jwks["keys"][0]["kid"], token_header(&token)["kid"]);
    tabs_and_the_back_button(&provider, &mut facts).await;
    facts.finish();
}

/// An address without the values that differ: what stands before them, and their names.
fn shape(location: &str) -> (String, Vec<String>) {
    let place = location.find(['?', '#']).unwrap();
    let names = location[place + 1..]
        .split('&')
        .map(|pair| pair.split('=').next().unwrap().to_owned());
    (location[..=place].to_owned(), names.collect())
}

/// There is one pending sign-in per application and browser; a finished one is gone.
async fn tabs_and_the_back_button(provider: &Provider, facts: &mut Facts) {
    let mut recorded = |name: &str| facts.take(name).response().clone();
    let ask = Ask::new(WEB, "openid profile");
    let form = [("identifier", "alice"), ("password", "alice")];

    let mut browser = Browser::new(provider);
    let page = browser
        .get(&ask.clone().set("state", "tab-1").address())
        .await
        .location()
        .to_owned();
    browser
        .get(&ask.clone().set("state", "tab-2").address())
        .await;
    let back = browser.sign_in_at(&page, "alice").await;
    assert_eq!(back.sent("state").as_deref(), Some("tab-2"));
    let refused = browser.post(&page, &form).await;
    let tabs = recorded(
        "two tabs start sign-in with the same app in one browser; the user finishes in tab 1, then in tab 2",
    );
    let error = &tabs["finishing_tab_2"]["error"];
    assert_eq!(error["status"], refused.status);
    same_value("two tabs", "body", &error["body"], &refused.json());

    let mut browser = Browser::new(provider);
    browser.get(&ask.address()).await;
    let first = browser.post(&page, &form).await.location().to_owned();
    let consent = browser.get(&first).await.location().to_owned();
    let second = browser.get(&consent).await.location().to_owned();
    assert!(browser.get(&second).await.sent("code").is_some());
    let back =
        recorded("browser Back after a finished sign-in: the resume URLs and /sign-in again");
    for (place, address) in [&first, &second].into_iter().enumerate() {
        let answer = browser.get(address).await;
        assert_eq!(back["resume"][place]["status"], answer.status);
        let body: Value =
            serde_json::from_str(back["resume"][place]["body"].as_str().unwrap()).unwrap();
        same_value("Back", "body", &body, &answer.json());
    }
    assert_eq!(back["sign_in_page"], browser.get(&page).await.status);

    let answer = Browser::new(provider).get("/sign-in").await;
    let without = recorded("/sign-in opened without an interaction");
    assert_eq!(
        (&without["status"], &without["location"]),
        (&json!(answer.status), &json!(answer.location()))
    );
    assert_eq!(
        recorded("/unknown-session")["status"],
        Browser::new(provider).get("/unknown-session").await.status
    );
    let answer = Browser::new(provider).get("/oidc/auth/nobodys").await;
    let without = recorded("a resume URL without its cookie");
    let body: Value = serde_json::from_str(without["body"].as_str().unwrap()).unwrap();
    assert_eq!(without["status"], answer.status);
    same_value("resume without cookie", "body", &body, &answer.json());
}
