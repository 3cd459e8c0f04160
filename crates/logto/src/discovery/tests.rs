use serde_json::json;

use super::*;
use crate::testing::facts::facts;
use crate::testing::{answer, remote_config};

const ISSUER: &str = "http://localhost:3301/oidc";

#[test]
fn the_recorded_description_is_read() {
    let provider = read(&answer(200, &facts("discovery")), &remote_config(ISSUER)).unwrap();
    assert_eq!(provider.issuer, ISSUER);
    assert_eq!(
        provider.authorization_endpoint.as_str(),
        "http://localhost:3301/oidc/auth"
    );
    assert_eq!(
        provider.token_endpoint.as_str(),
        "http://localhost:3301/oidc/token"
    );
    assert_eq!(
        provider.userinfo_endpoint.as_str(),
        "http://localhost:3301/oidc/me"
    );
    assert_eq!(
        provider.end_session_endpoint.as_str(),
        "http://localhost:3301/oidc/session/end"
    );
    assert_eq!(
        provider.revocation_endpoint.as_str(),
        "http://localhost:3301/oidc/token/revocation"
    );
    assert_eq!(
        provider.jwks_uri.as_str(),
        "http://localhost:3301/oidc/jwks"
    );
}

#[test]
fn the_description_is_where_logto_serves_it() {
    let request = request("https://example.org/tenant/oidc").unwrap();
    assert_eq!(
        request.url.as_str(),
        "https://example.org/tenant/oidc/.well-known/openid-configuration"
    );
}

/// RP-22
#[test]
fn another_issuer_is_refused_and_says_what_to_set() {
    for issuer in [
        "http://localhost:3301/oidc/",
        "http://LOCALHOST:3301/oidc",
        "https://evil.example/oidc",
        "",
    ] {
        let mut document = facts("discovery");
        document["issuer"] = issuer.into();
        let error = read(&answer(200, &document), &remote_config(ISSUER)).unwrap_err();
        assert!(matches!(error, DiscoveryError::Issuer { .. }), "{issuer}");
    }
    let error = read(
        &answer(200, &facts("discovery")),
        &remote_config("https://login.example/oidc"),
    )
    .unwrap_err();
    insta::assert_snapshot!(error, @r#"the provider calls itself "http://localhost:3301/oidc" and `endpoint` makes it "https://login.example/oidc": set `endpoint` to the provider's own name, or ENDPOINT at the provider"#);
}

#[test]
fn a_missing_member_is_named() {
    for name in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "end_session_endpoint",
        "revocation_endpoint",
        "jwks_uri",
    ] {
        for value in [None, Some(json!(null)), Some(json!(1)), Some(json!(["x"]))] {
            let mut document = facts("discovery");
            match value {
                Some(value) => document[name] = value,
                None => drop(document.as_object_mut().unwrap().remove(name)),
            }
            assert_eq!(
                read(&answer(200, &document), &remote_config(ISSUER)),
                Err(DiscoveryError::Missing(name))
            );
        }
    }
}

#[test]
fn an_address_must_be_safe_to_send_secrets_to() {
    let secure = "https://login.example/oidc";
    for (issuer, address, accepted) in [
        (ISSUER, "http://localhost:3301/token", true),
        (ISSUER, "https://elsewhere.example/token", true),
        (ISSUER, "http://elsewhere.example/token", false),
        (secure, "https://login.example/token", true),
        (secure, "http://localhost/token", false),
        (secure, "http://login.example/token", false),
        (secure, "file:///etc/passwd", false),
        (secure, "javascript:alert(1)", false),
        (secure, "/token", false),
        (secure, "https://a:b@login.example/token", false),
        (secure, "https://login.example/token#x", false),
    ] {
        let text = facts("discovery")
            .to_string()
            .replace("http://localhost:3301/oidc", issuer);
        let mut document: Value = serde_json::from_str(&text).unwrap();
        document["token_endpoint"] = address.into();
        let read = read(&answer(200, &document), &remote_config(issuer));
        assert_eq!(read.is_ok(), accepted, "{issuer} {address} {read:?}");
    }
}

/// OU-06, FZ-05
#[test]
fn garbage_is_refused_and_says_what_to_look_at() {
    for body in [
        "",
        "<html>hello</html>",
        "[]",
        "null",
        "{\"issuer\":",
        "\u{0}\u{1}",
    ] {
        let answer = Answer {
            status: 200,
            content_type: "text/html".to_owned(),
            retry_after: None,
            body: body.into(),
        };
        assert_eq!(
            read(&answer, &remote_config(ISSUER)),
            Err(DiscoveryError::NotJson)
        );
    }
    let error = read(&answer(404, &json!({})), &remote_config(ISSUER)).unwrap_err();
    insta::assert_snapshot!(error, @"http://localhost:3301/oidc/.well-known/openid-configuration answers with status 404: is `endpoint` the address of a Logto?");
}

/// RP-16: without a configuration, what the provider announces is what is accepted.
#[test]
fn the_announced_algorithms_are_read() {
    let named = |names: Value| {
        let mut document = facts("discovery");
        document["id_token_signing_alg_values_supported"] = names;
        document
    };
    let recorded = read(&answer(200, &facts("discovery")), &remote_config(ISSUER)).unwrap();
    assert_eq!(recorded.signing_algorithms, [SigningAlgorithm::Es384]);
    let mixed = named(json!(["none", "HS256", "RS256", 1, "ES512", "EdDSA"]));
    let mixed = read(&answer(200, &mixed), &remote_config(ISSUER)).unwrap();
    let expected = [SigningAlgorithm::Rs256, SigningAlgorithm::Es512];
    assert_eq!(mixed.signing_algorithms, expected);
    for names in [
        json!([]),
        json!(["none", "HS256"]),
        json!("ES384"),
        json!(null),
    ] {
        let document = answer(200, &named(names.clone()));
        let error = read(&document, &remote_config(ISSUER)).unwrap_err();
        assert_eq!(error, DiscoveryError::NoSigningAlgorithm, "{names}");
        let configured = RemoteConfig {
            algorithms: Some(vec![SigningAlgorithm::Es384]),
            ..remote_config(ISSUER)
        };
        assert!(read(&document, &configured).is_ok(), "{names}");
    }
}

/// Where plain http is allowed for the provider, it is for what the provider names, too.
#[test]
fn plain_http_elsewhere_is_for_a_configuration_that_allows_it() {
    let issuer = "http://logto:3001/oidc";
    let text = facts("discovery").to_string();
    let text = text.replace("http://localhost:3301/oidc", issuer);
    let document = answer(200, &serde_json::from_str(&text).unwrap());
    let mut allowed = remote_config(issuer);
    allowed.connection.allow_http = true;
    assert!(read(&document, &allowed).is_ok());
    let refused = read(&document, &remote_config(issuer));
    assert!(
        matches!(refused, Err(DiscoveryError::Url { .. })),
        "{refused:?}"
    );
}
