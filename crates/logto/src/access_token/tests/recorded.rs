//! The tokens that a real Logto made, each judged at its own time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::testing::facts::{facts, jwts};

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn recorded_keys() -> Keys {
    Keys::read(facts("jwks").to_string().as_bytes()).unwrap()
}

fn judge(
    token: &str,
    audience: &Audience,
    seconds_later: u64,
) -> Result<VerifiedToken, AccessTokenError> {
    let expected = Expected {
        issuer: "http://localhost:3301/oidc",
        algorithms: &[SigningAlgorithm::Es384],
        tolerance: 60,
        audience,
    };
    let made = part(token, 1)["iat"].as_u64().unwrap();
    read(token, &recorded_keys(), &expected, made + seconds_later)
}

/// What a recorded token is for, by the terms of the recorded facts.
fn audience(claims: &Value) -> Audience {
    let aud = claims["aud"].as_str().unwrap().to_owned();
    let organization = claims["organization_id"]
        .as_str()
        .map(|id| id.parse().unwrap());
    match (aud.strip_prefix("urn:logto:organization:"), organization) {
        (Some(id), None) => Audience::Organization(id.parse().unwrap()),
        (None, None) => Audience::Resource(aud),
        (None, Some(organization)) => Audience::OrganizationResource {
            organization,
            resource: aud,
        },
        (Some(_), Some(_)) => panic!("not recorded: {claims}"),
    }
}

fn access_tokens() -> Vec<(String, Audience)> {
    let is_access = |token: &String| part(token, 0)["typ"] == "at+jwt";
    jwts()
        .into_iter()
        .filter(is_access)
        .map(|token| {
            let audience = audience(&part(&token, 1));
            (token, audience)
        })
        .collect()
}

/// JW-01
#[test]
fn every_recorded_access_token_is_accepted_in_its_own_time_and_loses_nothing() {
    let tokens = access_tokens();
    assert_eq!(tokens.len(), 43);
    for (token, audience) in &tokens {
        for seconds_later in [0, 1, 3659] {
            let verified = judge(token, audience, seconds_later).unwrap();
            let claims = part(token, 1);
            assert_eq!(serde_json::to_value(&verified.claims).unwrap(), claims);
            let scope = claims
                .get("scope")
                .map_or("", |scope| scope.as_str().unwrap());
            assert_eq!(verified.scopes.to_string(), scope);
            assert_eq!(verified.client_id, claims["client_id"].as_str().unwrap());
        }
        assert_eq!(
            judge(token, audience, 3660),
            Err(JwtError::Expired { seconds: 60 }.into())
        );
    }
}

/// JW-14: all recorded tokens for all audiences.
#[test]
fn every_recorded_access_token_opens_what_it_is_for_and_nothing_else() {
    let tokens = access_tokens();
    let mut audiences: Vec<&Audience> = Vec::new();
    for (_, audience) in &tokens {
        if !audiences.contains(&audience) {
            audiences.push(audience);
        }
    }
    assert!(audiences.len() >= 7, "{audiences:?}");
    for (token, own) in &tokens {
        for expected in &audiences {
            assert_eq!(
                judge(token, expected, 0).is_ok(),
                own == *expected,
                "{own} at {expected}"
            );
        }
    }
}

/// JW-02
#[test]
fn no_recorded_id_token_and_no_logout_token_passes_for_an_access_token() {
    let mut refused = 0;
    for token in jwts() {
        if part(&token, 0)["typ"] == "at+jwt" {
            continue;
        }
        let own = Audience::Resource(part(&token, 1)["aud"].as_str().unwrap().to_owned());
        assert!(matches!(
            judge(&token, &own, 0),
            Err(AccessTokenError::Kind { .. })
        ));
        refused += 1;
    }
    assert_eq!(refused, 80 - 43);
}

/// The fact that makes the plain token unfit for what belongs to an organization: alice has
/// `write:orders` by her role at acme only, and it is in the token that names no organization.
#[test]
fn a_plain_token_holds_permissions_of_organization_roles() {
    let plain = Audience::Resource(SHOP.to_owned());
    let holds = access_tokens().into_iter().any(|(token, audience)| {
        audience == plain && judge(&token, &plain, 0).unwrap().may("write:orders")
    });
    assert!(holds);
}
