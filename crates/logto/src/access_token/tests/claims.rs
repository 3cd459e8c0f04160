use super::*;
use crate::claims::InvalidClaim;

/// JW-04
#[test]
fn the_issuer_is_compared_byte_by_byte() {
    for issuer in [
        "https://evil.example/oidc",
        "https://example.logto.app/oidc/",
        "https://EXAMPLE.logto.app/oidc",
        "https://example.logto.app:443/oidc",
        "https://example.logto.app",
        "",
    ] {
        assert_eq!(
            judge(&but("iss", issuer)),
            Err(JwtError::Issuer {
                expected: ISSUER.to_owned(),
                found: issuer.to_owned()
            }
            .into())
        );
    }
    assert_eq!(judge(&without("iss")), Err(JwtError::Missing("iss").into()));
    // F14: a list that holds the right one.
    assert!(judge(&but("iss", vec![ISSUER])).is_err());
}

/// RFC 9068 section 2.2
#[test]
fn what_every_access_token_says_is_there() {
    for name in ["sub", "client_id", "jti", "iat", "exp", "iss", "aud"] {
        assert!(judge(&without(name)).is_err(), "{name}");
        for value in [json!(null), json!(""), json!(["a"]), json!({}), json!(true)] {
            assert!(
                judge(&but(name, value.clone())).is_err(),
                "{name} = {value}"
            );
        }
    }
    for name in ["client_id", "jti"] {
        let invalid = Err(InvalidClaim(name).into());
        assert_eq!(judge(&without(name)), invalid);
        assert_eq!(judge(&but(name, 1)), invalid);
        assert_eq!(judge(&but(name, "a\nb")), invalid);
    }
    assert_eq!(judge(&but("sub", "a\u{0}b")), Err(JwtError::Subject.into()));
}

/// JW-13
#[test]
fn a_permission_is_a_whole_word_of_the_scope() {
    let may = |scope: &str, permission: &str| judge(&but("scope", scope)).unwrap().may(permission);
    assert!(may("read:orders write:orders", "write:orders"));
    assert!(may("  read:orders  ", "read:orders"));
    for scope in [
        "",
        " ",
        "read:ordersx",
        "xread:orders",
        "read",
        "READ:ORDERS",
        "read:orders,write:orders",
        "read:orders\twrite:orders",
        "read: orders",
    ] {
        assert!(!may(scope, "read:orders"), "{scope:?}");
    }
    assert!(!may("read:orders write:orders", "read:orders write:orders"));
    assert!(!may("a", ""));
}

/// JW-13. Recorded: an application that asked for no permission gets a token without a scope.
#[test]
fn no_scope_is_no_permission_and_a_scope_of_another_shape_no_token() {
    assert!(judge(&without("scope")).unwrap().scopes.is_empty());
    assert!(judge(&but("scope", "")).unwrap().scopes.is_empty());
    for scope in [json!(["read:orders"]), json!(null), json!(1), json!({})] {
        assert_eq!(
            judge(&but("scope", scope)),
            Err(InvalidClaim("scope").into())
        );
    }
}

/// JW-12
#[test]
fn a_claim_named_twice_is_refused() {
    for name in ["sub", "scope", "aud", "organization_id", "exp", "client_id"] {
        let doubled = claims().to_string().replacen(
            '{',
            &format!("{{\"{name}\":\"x\",\"{name}\":{},", claims()[name]),
            1,
        );
        assert_eq!(
            judge_text(&SIGNER.sign_text(&header().to_string(), &doubled)),
            Err(JwtError::NotAToken.into()),
            "{name}"
        );
    }
}

/// SL-05
#[test]
fn a_printed_token_says_nothing_about_the_person() {
    let mut claims = claims();
    claims["email"] = "alice@example.com".into();
    let printed = format!("{:?}", judge(&claims).unwrap());
    for personal in ["vy5uejihtdj7", "alice@example.com", "nfzCu7"] {
        assert!(!printed.contains(personal), "{printed}");
    }
    assert!(printed.contains("read:orders"), "{printed}");
}

/// CB-15, JW-10
#[test]
fn foreign_text_in_a_refusal_is_cleaned_and_cut() {
    let evil = format!("x\r\nINFO all is well\u{202e}{}", "y".repeat(5000));
    for claims in [but("iss", evil.as_str()), but("aud", evil.as_str())] {
        let text = judge(&claims).unwrap_err().to_string();
        assert!(text.len() < 1000 && !text.contains(['\r', '\n', '\u{202e}']));
    }
}
