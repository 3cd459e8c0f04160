use std::time::Duration;

use logto_types::FirstScreen;

use super::*;
use crate::config::tests::recorded;
use crate::organization::OrganizationId;
use crate::prompt::Prompt;
use crate::resource::ApiResource;
use crate::testing::provider;

const RANDOMNESS: Randomness = Randomness {
    state: [1; 32],
    nonce: [2; 32],
    verifier: [3; 32],
};

fn start(config: &Config, options: &SignIn) -> (Url, Pending) {
    request(config, &provider(), options, &RANDOMNESS, 1_800_000_000).unwrap()
}

fn query(config: &Config, options: &SignIn) -> Vec<(String, String)> {
    start(config, options)
        .0
        .query_pairs()
        .into_owned()
        .collect()
}

/// All values of a parameter.
fn values(config: &Config, options: &SignIn, name: &str) -> Vec<String> {
    query(config, options)
        .into_iter()
        .filter(|(known, _)| known == name)
        .map(|(_, value)| value)
        .collect()
}

/// CB-01
#[test]
fn a_plain_sign_in_asks_for_this() {
    let (url, pending) = start(&recorded(), &SignIn::default());
    let url = url
        .as_str()
        .replace(&pending.state, "[STATE]")
        .replace(&pending.nonce, "[NONCE]");
    insta::assert_snapshot!(url, @"http://localhost:3301/oidc/auth?client_id=9llbk1n9eiovviw3z58b2&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback&response_type=code&scope=openid+offline_access+profile&state=[STATE]&nonce=[NONCE]&code_challenge=g77gcvvTQj90gfwWOCFjatjPtz-u8N0FgfOXnqDHMbk&code_challenge_method=S256&prompt=consent");
}

#[test]
fn a_sign_in_with_every_option_asks_for_this() {
    let mut config = recorded();
    config.scopes.extend([scope::EMAIL, scope::ORGANIZATIONS]);
    config.resources.push(ApiResource::new(
        "https://shop.example/api",
        ["read:orders"],
    ));
    let options = SignIn {
        first_screen: Some(FirstScreen::IdentifierRegister),
        prompts: Some(vec![Prompt::Login, Prompt::Consent, Prompt::Login]),
        scopes: None,
        resources: None,
        login_hint: Some("alice@example.com".to_owned()),
        ui_locales: Some("fr-FR fr".to_owned()),
        max_age: Some(Duration::from_mins(5)),
        direct_sign_in: Some(DirectSignIn::Social("github".to_owned())),
        identifiers: vec![Identifier::Email, Identifier::Phone],
        one_time_token: Some(Secret::new("a+b")),
        organization: Some("asl5guymvnj4".parse().unwrap()),
    };
    let (url, pending) = start(&config, &options);
    let (_, rest) = url
        .as_str()
        .split_once("&code_challenge_method=S256")
        .unwrap();
    insta::assert_snapshot!(rest, @"&resource=https%3A%2F%2Fshop.example%2Fapi&resource=urn%3Alogto%3Aresource%3Aorganizations&prompt=login+consent&first_screen=identifier%3Aregister&identifier=email+phone&direct_sign_in=social%3Agithub&login_hint=alice%40example.com&one_time_token=a%2Bb&ui_locales=fr-FR+fr&max_age=300&organization_id=asl5guymvnj4");
    assert_eq!(pending.max_age, Some(300));
}

/// RFC 7636 appendix B
#[test]
fn the_challenge_is_the_hash_of_the_verifier() {
    let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_eq!(
        challenge(&verifier),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
}

/// CB-01
#[test]
fn the_verifier_is_in_no_address() {
    let (url, pending) = start(&recorded(), &SignIn::default());
    assert_eq!(pending.code_verifier.expose().len(), 43);
    assert!(!url.as_str().contains(pending.code_verifier.expose()));
    assert_eq!((pending.state.len(), pending.nonce.len()), (43, 43));
}

#[test]
fn the_reserved_scopes_are_asked_for_once_and_whatever_is_configured() {
    let scopes = |configured: &str, asked: Option<&str>| {
        let config = Config {
            scopes: Scopes::parse(configured),
            ..recorded()
        };
        values(
            &config,
            &SignIn {
                scopes: asked.map(Scopes::parse),
                ..SignIn::default()
            },
            "scope",
        )
    };
    assert_eq!(scopes("", None), ["openid offline_access profile"]);
    assert_eq!(
        scopes("email profile openid email", None),
        ["openid offline_access profile email"]
    );
    assert_eq!(
        scopes("email", Some("phone")),
        ["openid offline_access profile phone"]
    );
    assert_eq!(scopes("email", Some("")), ["openid offline_access profile"]);
}

#[test]
fn the_permissions_of_resources_and_organizations_are_asked_for_with_the_scopes() {
    let mut config = Config {
        scopes: Scopes::parse("email read:orders"),
        resources: vec![
            ApiResource::new("https://shop.example/api", ["read:orders", "write:orders"]),
            ApiResource::new("https://billing.example/api", ["view:invoices"]),
        ],
        ..recorded()
    };
    let asked = |config: &Config, options: &SignIn| {
        let scopes = values(config, options, "scope").join(" ");
        (scopes, values(config, options, "resource"))
    };
    let (scopes, resources) = asked(&config, &SignIn::default());
    assert_eq!(
        scopes,
        "openid offline_access profile email read:orders write:orders view:invoices"
    );
    assert_eq!(scopes, config.asked_scopes().to_string());
    assert_eq!(
        resources,
        ["https://shop.example/api", "https://billing.example/api"]
    );

    // Without the scope for organizations, Logto would leave their permissions out.
    config.organization_permissions = vec!["manage:billing".to_owned()];
    let (scopes, resources) = asked(&config, &SignIn::default());
    assert!(scopes.ends_with(" urn:logto:scope:organizations manage:billing"));
    assert_eq!(resources[2..], [scope::ORGANIZATIONS_RESOURCE]);

    let otherwise = SignIn {
        scopes: Some(Scopes::parse("phone")),
        resources: Some(vec!["https://other.example/api".to_owned()]),
        ..SignIn::default()
    };
    let (scopes, resources) = asked(&config, &otherwise);
    assert_eq!(scopes, "openid offline_access profile phone");
    assert_eq!(resources, ["https://other.example/api"]);
}

#[test]
fn the_organization_resource_goes_with_the_organization_scope() {
    let organizations = || Some(Scopes::parse(scope::ORGANIZATIONS));
    let resources = |resources: &[&str], scopes| {
        let resources = Some(resources.iter().map(ToString::to_string).collect());
        values(
            &recorded(),
            &SignIn {
                scopes,
                resources,
                ..SignIn::default()
            },
            "resource",
        )
    };
    assert!(resources(&[], None).is_empty());
    assert_eq!(
        resources(&[], organizations()),
        [scope::ORGANIZATIONS_RESOURCE]
    );
    assert_eq!(
        resources(&[scope::ORGANIZATIONS_RESOURCE], organizations()),
        [scope::ORGANIZATIONS_RESOURCE]
    );
    assert_eq!(
        resources(&["https://a", "https://b", "https://a"], None),
        ["https://a", "https://b"]
    );
}

#[test]
fn prompts_can_be_chosen_for_one_sign_in() {
    let prompts = |prompts| {
        values(
            &recorded(),
            &SignIn {
                prompts: Some(prompts),
                ..SignIn::default()
            },
            "prompt",
        )
    };
    assert_eq!(prompts(vec![Prompt::None]), ["none"]);
    assert_eq!(
        prompts(vec![Prompt::Login, Prompt::Consent]),
        ["login consent"]
    );
    assert!(prompts(vec![]).is_empty());
    let options = SignIn {
        prompts: Some(vec![Prompt::None, Prompt::Consent]),
        ..SignIn::default()
    };
    let error = request(&recorded(), &provider(), &options, &RANDOMNESS, 0);
    assert_eq!(error, Err(ConfigError::PromptNoneNotAlone));
}

/// CB-20
#[test]
fn no_option_smuggles_a_parameter_in() {
    let evil = "x&scope=admin&redirect_uri=https://evil.example&state=s#f\r\nSet-Cookie: a";
    let options = SignIn {
        login_hint: Some(evil.to_owned()),
        ui_locales: Some(evil.to_owned()),
        direct_sign_in: Some(DirectSignIn::Sso(evil.to_owned())),
        ..SignIn::default()
    };
    let query = query(&recorded(), &options);
    for name in [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "prompt",
    ] {
        assert_eq!(
            query.iter().filter(|(known, _)| known == name).count(),
            1,
            "{name}"
        );
    }
    assert!(query.contains(&("login_hint".to_owned(), evil.to_owned())));
    assert!(evil.parse::<OrganizationId>().is_err());
    let bad = |scopes: &str, resource: &str| {
        let (scopes, resources) = (Some(Scopes::parse(scopes)), Some(vec![resource.to_owned()]));
        let options = SignIn {
            scopes,
            resources,
            ..SignIn::default()
        };
        request(&recorded(), &provider(), &options, &RANDOMNESS, 0).is_err()
    };
    assert!(bad("a\"b", "https://a") && bad("a", "relative") && bad("a", "https://a#b"));
}

/// CB-08
#[test]
fn a_pending_sign_in_expires_after_ten_minutes() {
    let (_, pending) = start(&recorded(), &SignIn::default());
    assert!(!pending.expired(1_800_000_599));
    assert!(pending.expired(1_800_000_600));
}

#[test]
fn a_pending_sign_in_survives_being_stored() {
    let (_, pending) = start(&recorded(), &SignIn::default());
    let stored = serde_json::to_string(&pending).unwrap();
    assert_eq!(serde_json::from_str::<Pending>(&stored).unwrap(), pending);
}

#[test]
fn names_are_those_of_logto() {
    for name in [
        "sign_in",
        "register",
        "reset_password",
        "identifier:sign_in",
        "identifier:register",
        "single_sign_on",
    ] {
        let screen: FirstScreen = name.parse().unwrap();
        assert_eq!(screen.to_string(), name);
        assert_eq!(serde_json::to_value(screen).unwrap(), name);
    }
    let error = "signIn".parse::<FirstScreen>().unwrap_err();
    insta::assert_snapshot!(error, @r#"a first screen is one of sign_in, register, reset_password, identifier:sign_in, identifier:register, single_sign_on; Logto does not know "signIn""#);
    let error = "select_account".parse::<Prompt>().unwrap_err();
    insta::assert_snapshot!(error, @r#"a prompt is one of none, login, consent; Logto does not know "select_account""#);
}
