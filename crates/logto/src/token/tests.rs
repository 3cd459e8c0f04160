use serde_json::{Map, Value, json};

use super::exchange::Answered;
use super::*;
use crate::error::TokenError;
use crate::organization::OrganizationId;
use crate::scopes::Scopes;
use crate::secret::Secret;
use crate::sign_in::Pending;
use crate::testing::facts::cases;
use crate::testing::{answer, provider};

const NOW: u64 = 1_800_000_000;

fn right() -> Value {
    json!({ "access_token": "abc", "expires_in": 3600, "scope": "openid", "token_type": "Bearer" })
}

fn judge(body: &Value) -> Result<Answered, TokenError> {
    read(&answer(200, body), &[], &Audience::Default, None, NOW)
}

fn but(name: &str, value: impl Into<Value>) -> Result<Answered, TokenError> {
    let mut body = right();
    body[name] = value.into();
    judge(&body)
}

fn without(name: &str) -> Result<Answered, TokenError> {
    let mut body = right();
    body.as_object_mut().unwrap().remove(name);
    judge(&body)
}

fn form(request: &crate::message::Request) -> &str {
    request.form.as_ref().unwrap().expose()
}

#[test]
fn the_code_is_exchanged_with_its_verifier_and_the_same_redirect_uri() {
    let pending = Pending {
        state: "s".to_owned(),
        nonce: "n".to_owned(),
        code_verifier: Secret::new("the verifier"),
        redirect_uri: "http://localhost:3000/callback".to_owned(),
        created_at: 0,
        issuer: String::new(),
        scopes: Scopes::new(),
        max_age: None,
    };
    let request = exchange_request(
        &provider(),
        Secret::new("Basic x"),
        &Secret::new("a+b&c"),
        &pending,
    );
    assert_eq!(request.url.as_str(), "http://localhost:3301/oidc/token");
    insta::assert_snapshot!(form(&request), @"grant_type=authorization_code&code=a%2Bb%26c&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback&code_verifier=the+verifier");
}

#[test]
fn a_refresh_says_what_the_token_is_for() {
    let (organization, resource) = (
        "asl5guymvnj4".parse::<OrganizationId>().unwrap(),
        "https://shop.example/api".to_owned(),
    );
    let ask = |audience: &Audience, scopes: Option<&str>| {
        let scopes = scopes.map(Scopes::parse);
        let token = Secret::new("r");
        let request = refresh_request(
            &provider(),
            Secret::new("Basic x"),
            &token,
            audience,
            scopes.as_ref(),
        )
        .unwrap();
        form(&request).replace("grant_type=refresh_token&refresh_token=r", "…")
    };
    assert_eq!(ask(&Audience::Default, None), "…");
    assert_eq!(
        ask(&Audience::Default, Some("profile")),
        "…&scope=openid+profile"
    );
    assert_eq!(ask(&Audience::Default, Some("")), "…");
    let shop = Audience::Resource(resource.clone());
    assert_eq!(
        ask(&shop, None),
        "…&resource=https%3A%2F%2Fshop.example%2Fapi"
    );
    assert_eq!(
        ask(&shop, Some("read:orders")),
        "…&resource=https%3A%2F%2Fshop.example%2Fapi&scope=read%3Aorders"
    );
    assert_eq!(
        ask(&Audience::Organization(organization.clone()), None),
        "…&organization_id=asl5guymvnj4"
    );
    let both = Audience::OrganizationResource {
        organization,
        resource,
    };
    assert_eq!(
        ask(&both, None),
        "…&resource=https%3A%2F%2Fshop.example%2Fapi&organization_id=asl5guymvnj4"
    );
}

/// RF-04: recorded at Logto as `empty organization_id`, which answers with a token for the
/// provider.
#[test]
fn a_refresh_for_nothing_is_not_sent() {
    for audience in [
        Audience::Resource(String::new()),
        Audience::Resource(" ".to_owned()),
        Audience::OrganizationResource {
            organization: "acme".parse().unwrap(),
            resource: String::new(),
        },
    ] {
        let request = refresh_request(
            &provider(),
            Secret::new("x"),
            &Secret::new("r"),
            &audience,
            None,
        );
        assert_eq!(request.unwrap_err(), TokenError::EmptyAudience);
    }
    for organization in ["", " "] {
        assert!(organization.parse::<OrganizationId>().is_err());
    }
}

#[test]
fn every_recorded_success_is_read_and_tells_what_was_granted() {
    let mut read_cases = 0;
    for case in cases("token-responses")
        .iter()
        .chain(&cases("m2m-and-token-exchange"))
    {
        let response = &case["response"];
        if response["status"] != 200 || !response["body"]["access_token"].is_string() {
            continue;
        }
        let answered = read(
            &answer(200, &response["body"]),
            &[],
            &Audience::Default,
            None,
            NOW,
        )
        .unwrap();
        let body = &response["body"];
        assert_eq!(answered.access_token.token.expose(), body["access_token"]);
        assert_eq!(
            answered.access_token.scope.to_string(),
            body["scope"].as_str().unwrap_or_default()
        );
        assert_eq!(
            answered.access_token.expires_at,
            NOW + body["expires_in"].as_u64().unwrap()
        );
        assert_eq!(
            answered.refresh_token.is_some(),
            body["refresh_token"].is_string()
        );
        assert_eq!(answered.id_token.is_some(), body["id_token"].is_string());
        read_cases += 1;
    }
    assert!(read_cases > 30, "{read_cases}");
}

/// RP-27, RP-29
#[test]
fn only_bearer_tokens_are_taken_in_whatever_case() {
    for name in ["Bearer", "bearer", "bEARER"] {
        assert!(but("token_type", name).is_ok());
    }
    for name in ["mac", "DPoP", "Bearer ", ""] {
        assert_eq!(
            but("token_type", name).unwrap_err(),
            TokenError::TokenType {
                found: name.to_owned()
            }
        );
    }
    assert_eq!(
        without("token_type").unwrap_err(),
        TokenError::Member("token_type")
    );
    assert_eq!(
        but("token_type", 1).unwrap_err(),
        TokenError::Member("token_type")
    );
}

/// RP-28
#[test]
fn a_token_without_a_said_life_lives_five_minutes() {
    let answered = without("expires_in").unwrap();
    assert_eq!(answered.access_token.expires_at, NOW + 300);
}

/// JW-07
#[test]
fn a_life_that_is_no_number_of_seconds_is_refused() {
    for life in [
        json!("3600"),
        json!(-1),
        json!(3600.5),
        json!(1e300),
        json!(true),
        json!([1]),
    ] {
        assert_eq!(
            but("expires_in", life).unwrap_err(),
            TokenError::Member("expires_in")
        );
    }
    assert_eq!(
        but("expires_in", u64::MAX).unwrap().access_token.expires_at,
        u64::MAX
    );
    assert!(!but("expires_in", 0).unwrap().access_token.fresh_at(NOW));
}

#[test]
fn an_answer_without_scope_grants_what_was_asked_for() {
    assert!(without("scope").unwrap().access_token.scope.is_empty());
    let body = json!({ "access_token": "abc", "token_type": "Bearer" });
    let asked = Scopes::parse("a b");
    let answered = read(
        &answer(200, &body),
        &[],
        &Audience::Default,
        Some(&asked),
        NOW,
    )
    .unwrap();
    assert_eq!(answered.access_token.scope, asked);
    let body = json!({ "access_token": "abc", "token_type": "Bearer", "scope": "" });
    let answered = read(
        &answer(200, &body),
        &[],
        &Audience::Default,
        Some(&asked),
        NOW,
    )
    .unwrap();
    assert!(answered.access_token.scope.is_empty());
}

#[test]
fn a_token_must_be_able_to_travel() {
    for token in [
        json!(""),
        json!(null),
        json!(1),
        json!("a b"),
        json!("a\r\nb"),
        json!("ключ"),
    ] {
        assert_eq!(
            but("access_token", token).unwrap_err(),
            TokenError::Member("access_token")
        );
    }
    assert_eq!(
        without("access_token").unwrap_err(),
        TokenError::Member("access_token")
    );
    assert_eq!(
        but("refresh_token", 1).unwrap_err(),
        TokenError::Member("refresh_token")
    );
    assert!(but("refresh_token", "").unwrap().refresh_token.is_none());
}

#[test]
fn an_answer_that_is_no_answer_is_refused() {
    for body in [
        "",
        "[]",
        "null",
        "<html>",
        r#"{"access_token":"a","access_token":"b","token_type":"Bearer"}"#,
    ] {
        let answer = crate::message::Answer {
            status: 200,
            content_type: String::new(),
            retry_after: None,
            body: body.into(),
        };
        let error = read(&answer, &[], &Audience::Default, None, NOW).unwrap_err();
        assert_eq!(error, TokenError::NotJson, "{body}");
    }
    assert_eq!(
        read(&answer(204, &right()), &[], &Audience::Default, None, NOW).unwrap_err(),
        TokenError::Status { status: 204 }
    );
}

/// RF-15
#[test]
fn a_token_is_not_fresh_when_little_of_its_life_is_left() {
    let token = |expires_in| but("expires_in", expires_in).unwrap().access_token;
    let mut replaced_at = std::collections::HashSet::new();
    for (life, earliest, latest) in [
        (3600, 60, 45),
        (240, 60, 45),
        (60, 15, 12),
        (5, 1, 1),
        (3, 0, 0),
    ] {
        for number in 0..50 {
            let mut token = token(life);
            token.token = Secret::new(format!("token {number}"));
            assert!(token.fresh_at(NOW + life - earliest - 1), "{life}");
            assert!(!token.fresh_at(NOW + life - latest), "{life}");
            assert!(token.lives_at(NOW + life - 1) && !token.lives_at(NOW + life));
            let seconds = NOW..=NOW + life;
            replaced_at.extend(
                seconds
                    .filter(|now| life == 3600 && !token.fresh_at(*now))
                    .min(),
            );
        }
    }
    assert!(replaced_at.len() > 8, "not all at once: {replaced_at:?}");
    assert!(!token(3600).fresh_at(u64::MAX) && !token(3600).lives_at(u64::MAX));
}

#[test]
fn audiences_are_distinct_keys_of_a_cache() {
    let organization: OrganizationId = "a".parse().unwrap();
    let resource = "https://shop.example/api".to_owned();
    let all = std::collections::HashSet::from([
        Audience::Default,
        Audience::Resource(resource.clone()),
        Audience::Resource("https://other.example".to_owned()),
        Audience::Organization(organization.clone()),
        Audience::OrganizationResource {
            organization,
            resource,
        },
    ]);
    assert_eq!(all.len(), 5);
    for audience in &all {
        let stored = serde_json::to_string(audience).unwrap();
        assert_eq!(
            &serde_json::from_str::<Audience>(&stored).unwrap(),
            audience
        );
    }
}

/// SL-05
#[test]
fn tokens_survive_being_stored_and_do_not_print() {
    let access_token = but("access_token", "s3cr3t").unwrap().access_token;
    let tokens = Tokens {
        scope: access_token.scope.clone(),
        access_token: Some(access_token),
        refresh_token: Some(Secret::new("r3fr3sh")),
        id_token: Secret::new("1dt0k3n"),
    };
    let stored = serde_json::to_string(&tokens).unwrap();
    assert_eq!(serde_json::from_str::<Tokens>(&stored).unwrap(), tokens);
    let printed = format!("{tokens:?}");
    assert!(
        ["s3cr3t", "r3fr3sh", "1dt0k3n"]
            .iter()
            .all(|secret| !printed.contains(secret)),
        "{printed}"
    );
}

/// What a page may show of a token: recorded ones, decoded.
#[test]
fn an_access_token_says_what_was_recorded_and_an_opaque_one_says_nothing() {
    let mut said = 0;
    for case in cases("token-responses") {
        let response = &case["response"];
        let Some(text) = response["body"]["access_token"].as_str() else {
            continue;
        };
        let token = token(text);
        let recorded = response["decoded_access_token"]["payload"].as_object();
        assert_eq!(token.claims().as_ref(), recorded, "{}", case["name"]);
        said += usize::from(recorded.is_some());
    }
    assert!(said > 10);
}

#[test]
fn what_is_no_token_says_nothing() {
    for text in [
        "",
        "a.b",
        "a.b.c",
        "..",
        "a.e30.c.d",
        "e30.WzFd.x",
        "e30.!!.x",
        "e30.IiI.x",
    ] {
        assert_eq!(token(text).claims(), None, "{text}");
    }
    assert_eq!(token("e30.e30.x").claims(), Some(Map::new()));
}

#[test]
fn an_access_token_knows_when_it_was_given() {
    assert_eq!(token("x").issued_at(), NOW);
}

fn token(text: &str) -> AccessToken {
    AccessToken {
        token: Secret::new(text),
        scope: Scopes::new(),
        expires_at: NOW + 3600,
        expires_in: 3600,
        audience: Audience::Default,
    }
}
