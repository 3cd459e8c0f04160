//! Whom a token is for: the API, the API inside an organization, or an organization itself. None
//! stands for another.

use super::*;

fn of_acme(aud: &str) -> Value {
    let mut claims = but("aud", aud);
    claims["organization_id"] = ACME.into();
    claims
}

/// JW-01
#[test]
fn a_right_token_is_accepted_and_says_what_it_is() {
    let token = judge(&claims()).unwrap();
    assert_eq!(token.subject, "vy5uejihtdj7");
    assert_eq!(token.client_id, "the app");
    assert_eq!(token.id, "nfzCu7jlgT4lHKkJMI7CJHbaR4zssePZVAFICU2jX8N");
    assert_eq!(token.scopes.to_string(), "read:orders write:orders");
    assert_eq!(token.audience, *API);
    assert_eq!(token.expires_at, NOW + 3600);
    assert_eq!(token.organization(), None);
    assert_eq!(serde_json::to_value(&token.claims).unwrap(), claims());
}

/// JW-03
#[test]
fn the_api_is_among_those_a_token_is_for() {
    for audience in [
        json!("https://billing.example/api"),
        json!("https://shop.example/api/"),
        json!("https://shop.example/"),
        json!("HTTPS://shop.example/api"),
        json!("the app"),
        json!("urn:logto:resource:organizations"),
        json!(""),
        json!([]),
        json!(["https://billing.example/api"]),
        json!([""]),
    ] {
        assert!(
            matches!(
                judge(&but("aud", audience.clone())),
                Err(AccessTokenError::Audience { .. })
            ),
            "{audience}"
        );
    }
    let missing = Err(JwtError::Missing("aud").into());
    assert_eq!(judge(&without("aud")), missing);
    assert_eq!(judge(&but("aud", Value::Null)), missing);
    for malformed in [json!(1), json!({}), json!([1]), json!([SHOP, null])] {
        assert!(judge(&but("aud", malformed)).is_err());
    }
    // RFC 9068 section 4: a list that names the API among others.
    assert!(judge(&but("aud", vec![SHOP])).is_ok());
    assert!(judge(&but("aud", vec!["https://billing.example/api", SHOP])).is_ok());
}

/// JW-14
#[test]
fn each_kind_of_token_is_valid_for_its_own_audience_only() {
    let kinds = [
        (API.clone(), claims()),
        (in_acme(), of_acme(SHOP)),
        (acme(), but("aud", "urn:logto:organization:asl5guymvnj4")),
    ];
    for (expected, _) in &kinds {
        for (kind, claims) in &kinds {
            let judged = judge_for(expected, claims);
            assert_eq!(
                judged.is_ok(),
                expected == kind,
                "{kind} at {expected}: {judged:?}"
            );
            if let Ok(token) = judged {
                assert_eq!(token.audience, *expected);
                assert_eq!(token.organization(), expected.organization());
            }
        }
    }
}

/// JW-14, OR-06
#[test]
fn a_token_for_one_organization_opens_no_other() {
    let globex = "1xld34l574eb";
    let found = |claims: &Value, audience: &Audience| judge_for(audience, claims).unwrap_err();
    let mut of_globex = of_acme(SHOP);
    of_globex["organization_id"] = globex.into();
    assert_eq!(
        found(&of_globex, &in_acme()),
        AccessTokenError::AnotherOrganization {
            expected: ACME.to_owned(),
            found: globex.to_owned()
        }
    );
    assert_eq!(
        found(&of_globex, &API),
        AccessTokenError::InOrganization {
            found: globex.to_owned()
        }
    );
    assert_eq!(
        found(&claims(), &in_acme()),
        AccessTokenError::OutsideOrganizations {
            expected: ACME.to_owned()
        }
    );
    for audience in [
        format!("urn:logto:organization:{globex}"),
        "urn:logto:organization:".to_owned(),
        "urn:logto:organization:ASL5GUYMVNJ4".to_owned(),
        "urn:logto:resource:organizations".to_owned(),
        ACME.to_owned(),
    ] {
        assert!(matches!(
            found(&but("aud", audience), &acme()),
            AccessTokenError::Audience { .. }
        ));
    }
    // Recorded: a token for an organization itself has no `organization_id`. What has both is
    // neither.
    let both = of_acme("urn:logto:organization:asl5guymvnj4");
    assert!(judge_for(&acme(), &both).is_err() && judge_for(&in_acme(), &both).is_err());
}

/// Recorded: asking for the resource that stands for all organizations brings the permissions of
/// all of them at once.
#[test]
fn a_token_for_all_organizations_opens_none() {
    let all = but("aud", "urn:logto:resource:organizations");
    let mut with_id = all.clone();
    with_id["organization_id"] = ACME.into();
    for audience in [&*API, &in_acme(), &acme()] {
        assert!(judge_for(audience, &all).is_err());
        assert!(judge_for(audience, &with_id).is_err());
    }
}

#[test]
fn an_organization_id_that_is_none_is_refused_for_every_audience() {
    for id in [
        json!(null),
        json!(""),
        json!(1),
        json!([ACME]),
        json!({}),
        json!("a b"),
        json!("x".repeat(200)),
    ] {
        for audience in [&*API, &in_acme(), &acme()] {
            let claims = but("organization_id", id.clone());
            assert!(judge_for(audience, &claims).is_err(), "{id} at {audience}");
        }
    }
}

#[test]
fn no_token_is_for_logto_itself() {
    for audience in ["", "https://example.logto.app/oidc/me", ISSUER] {
        let judged = judge_for(&Audience::Default, &but("aud", audience));
        assert!(matches!(judged, Err(AccessTokenError::Audience { .. })));
    }
}
