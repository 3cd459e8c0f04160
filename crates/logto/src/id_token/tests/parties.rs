use super::*;

/// RP-01
#[test]
fn a_right_token_is_accepted() {
    let accepted = judge(&claims()).unwrap();
    assert_eq!(accepted.sub, "vy5uejihtdj7");
    assert_eq!(serde_json::to_value(&accepted).unwrap(), claims());
}

/// RP-02, RP-03
#[test]
fn the_issuer_is_compared_byte_by_byte() {
    for issuer in [
        "https://evil.example/oidc",
        "https://example.logto.app/oidc/",
        "https://EXAMPLE.logto.app/oidc",
        "https://example.logto.app:443/oidc",
        "http://example.logto.app/oidc",
        "",
    ] {
        let error = judge(&but("iss", issuer)).unwrap_err();
        assert_eq!(
            error,
            IdTokenError::Jwt(JwtError::Issuer {
                expected: ISSUER.to_owned(),
                found: issuer.to_owned()
            })
        );
    }
    assert_eq!(
        judge(&without("iss")),
        Err(IdTokenError::Jwt(JwtError::Missing("iss")))
    );
}

/// F14
#[test]
fn an_issuer_in_a_list_is_refused() {
    assert!(matches!(
        judge(&but("iss", vec![ISSUER])),
        Err(IdTokenError::Jwt(JwtError::Claim(_)))
    ));
    assert!(matches!(
        judge(&but("iss", 1)),
        Err(IdTokenError::Jwt(JwtError::Claim(_)))
    ));
}

/// RP-04
#[test]
fn the_subject_has_one_to_255_characters() {
    assert!(judge(&without("sub")).is_err());
    for subject in [
        json!(""),
        json!("x".repeat(256)),
        json!(1),
        json!(null),
        json!(["a"]),
        json!("a\nb"),
    ] {
        assert!(judge(&but("sub", subject.clone())).is_err(), "{subject}");
    }
    assert!(judge(&but("sub", "x".repeat(255))).is_ok());
}

/// RP-05, RP-06, RP-07
#[test]
fn the_token_is_for_this_application_alone() {
    for audience in [
        json!("another app"),
        json!("the app "),
        json!([]),
        json!(["the app", "a stranger"]),
        json!(["a stranger"]),
        json!(""),
    ] {
        assert!(
            matches!(
                judge(&but("aud", audience.clone())),
                Err(IdTokenError::Audience { .. })
            ),
            "{audience}"
        );
    }
    let mut vouched = but("aud", vec!["the app", "a stranger"]);
    vouched["azp"] = "the app".into();
    assert!(matches!(
        judge(&vouched),
        Err(IdTokenError::Audience { .. })
    ));
    assert_eq!(
        judge(&without("aud")),
        Err(IdTokenError::Jwt(JwtError::Missing("aud")))
    );
    assert_eq!(
        judge(&but("aud", json!(null))),
        Err(IdTokenError::Jwt(JwtError::Missing("aud")))
    );
    assert!(matches!(
        judge(&but("aud", json!([1]))),
        Err(IdTokenError::Jwt(JwtError::Claim(_)))
    ));

    assert!(judge(&but("aud", vec!["the app"])).is_ok());
    assert!(judge(&but("aud", vec!["the app", "the app"])).is_ok());
}

/// RP-08
#[test]
fn the_authorized_party_is_this_application() {
    for party in [json!("another app"), json!(null), json!(["the app"])] {
        assert_eq!(
            judge(&but("azp", party)),
            Err(IdTokenError::AuthorizedParty)
        );
    }
    assert!(judge(&but("azp", "the app")).is_ok());
}

/// RP-12, RP-13
#[test]
fn the_nonce_is_the_one_that_was_sent() {
    assert_eq!(judge(&but("nonce", "the Nonce")), Err(IdTokenError::Nonce));
    assert_eq!(judge(&but("nonce", "")), Err(IdTokenError::Nonce));
    assert_eq!(
        judge(&without("nonce")),
        Err(IdTokenError::Jwt(JwtError::Missing("nonce")))
    );
    assert!(matches!(
        judge(&but("nonce", vec!["the nonce"])),
        Err(IdTokenError::Jwt(JwtError::Claim(_)))
    ));
}

/// RP-32
#[test]
fn an_access_token_hash_must_be_right_when_there_is_one() {
    use crate::testing::signer::encode;
    use aws_lc_rs::digest::{SHA256, SHA384, digest};
    let hash = |algorithm| encode(digest(algorithm, ACCESS_TOKEN.expose().as_bytes()));
    let half = |algorithm| {
        let hash = digest(algorithm, ACCESS_TOKEN.expose().as_bytes());
        encode(&hash.as_ref()[..hash.as_ref().len() / 2])
    };
    assert!(judge(&but("at_hash", half(&SHA384))).is_ok());
    for wrong in [
        json!(half(&SHA256)),
        json!(hash(&SHA384)),
        json!(""),
        json!(null),
        json!(1),
    ] {
        assert_eq!(
            judge(&but("at_hash", wrong)),
            Err(IdTokenError::AccessTokenHash)
        );
    }
}

/// RF-13
#[test]
fn a_refreshed_token_is_about_the_same_person_and_sign_in() {
    let identity = Identity {
        subject: "vy5uejihtdj7".to_owned(),
        auth_time: Some(NOW - 5),
    };
    let refresh = |claims| {
        judge_as(
            &claims,
            Occasion::Refresh {
                identity: Some(&identity),
            },
        )
    };
    assert!(refresh(claims()).is_ok());
    assert!(refresh(without("nonce")).is_ok());
    assert!(refresh(without("auth_time")).is_ok());
    assert_eq!(
        refresh(but("sub", "somebody else")),
        Err(IdTokenError::AnotherPerson)
    );
    assert_eq!(
        refresh(but("auth_time", NOW)),
        Err(IdTokenError::AnotherSignIn)
    );
    assert!(matches!(
        refresh(but("iss", "https://evil.example")),
        Err(IdTokenError::Jwt(JwtError::Issuer { .. }))
    ));
    assert!(matches!(
        refresh(but("aud", "another app")),
        Err(IdTokenError::Audience { .. })
    ));

    let by_subject = Identity::new("vy5uejihtdj7");
    assert!(
        judge_as(
            &but("auth_time", NOW),
            Occasion::Refresh {
                identity: Some(&by_subject)
            }
        )
        .is_ok()
    );
}

/// RP-31
#[test]
fn further_claims_are_kept() {
    let mut claims = claims();
    claims["https://example.com/more"] = json!({ "deep": ["x".repeat(20_000)] });
    claims["picture"] = Value::Null;
    claims["email_verified"] = "yes".into();
    let accepted = judge(&claims).unwrap();
    assert_eq!(serde_json::to_value(&accepted).unwrap(), claims);
    assert!(accepted.picture.is_null() && accepted.email_verified.is_absent());
    assert_eq!(accepted.other["email_verified"], "yes");
}
