//! What a token is, before anything that it says.

use super::*;
use crate::testing::signer::encode;

fn with_header(name: &str, value: impl Into<Value>) -> String {
    let mut header = header();
    header[name] = value.into();
    SIGNER.sign_with(&header, &claims())
}

/// JW-02
#[test]
fn only_a_jwt_of_the_kind_for_access_is_an_access_token() {
    for (kind, accepted) in [
        ("at+jwt", true),
        ("AT+JWT", true),
        ("application/at+jwt", true),
        ("Application/At+Jwt", true),
        ("JWT", false),
        ("logout+jwt", false),
        ("application/at+jwt; x=y", false),
        ("at+jwt ", false),
        ("at", false),
        ("", false),
    ] {
        let judged = judge_text(&with_header("typ", kind));
        assert_eq!(judged.is_ok(), accepted, "{kind}");
        if !accepted {
            let found = kind.to_owned();
            assert_eq!(judged, Err(AccessTokenError::Kind { found }));
        }
    }
    // As an ID token of Logto is: without `typ`.
    assert!(matches!(
        judge_text(&SIGNER.sign(&claims())),
        Err(AccessTokenError::Kind { .. })
    ));
    for kind in [json!(null), json!(["at+jwt"]), json!(1)] {
        assert_eq!(
            judge_text(&with_header("typ", kind)),
            Err(JwtError::Header("typ").into())
        );
    }
}

/// JW-08
#[test]
fn a_header_that_changes_the_meaning_is_refused() {
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!(["unknown"])),
        ("crit", json!([])),
        ("crit", json!(null)),
        ("b64", json!(false)),
        ("b64", json!("false")),
    ] {
        assert_eq!(
            judge_text(&with_header(name, value)),
            Err(JwtError::Header(name).into())
        );
    }
}

/// JW-09
#[test]
fn keys_in_the_header_are_not_looked_at() {
    let evil = Signer::new("ES384", "one");
    let header = json!({ "alg": "ES384", "typ": "at+jwt", "kid": "one", "jwk": evil.jwk(),
        "jku": "https://evil.example/jwks", "x5u": "https://evil.example/x5u", "x5c": ["AAAA"] });
    assert_eq!(
        judge_text(&evil.sign_with(&header, &claims())),
        Err(JwtError::Signature.into())
    );
    assert!(judge_text(&SIGNER.sign_with(&header, &claims())).is_ok());
}

/// JW-10
#[test]
fn a_strange_name_of_a_key_is_only_a_key_nobody_knows() {
    let long = "k".repeat(10_000);
    for kid in [
        "../../etc/passwd",
        "' OR 1=1 --",
        "a\r\nb\u{0}",
        "ключ",
        "",
        long.as_str(),
    ] {
        let error = judge_text(&with_header("kid", kid)).unwrap_err();
        assert!(
            matches!(error, AccessTokenError::Jwt(JwtError::UnknownKey { .. })),
            "{error}"
        );
        let text = error.to_string();
        assert!(text.len() < 1000 && !text.contains(['\r', '\n', '\0']));
    }
}

/// JW-11
#[test]
fn what_is_not_signed_is_refused() {
    let unsigned = |header: Value| {
        format!(
            "{}.{}.",
            encode(header.to_string()),
            encode(claims().to_string())
        )
    };
    for algorithm in ["none", "None", "NONE", "HS256", "HS384", "", "ES384 "] {
        let mut header = header();
        header["alg"] = algorithm.into();
        let token = unsigned(header);
        for text in [token.clone(), token + "AAAA"] {
            assert!(
                matches!(
                    judge_text(&text),
                    Err(AccessTokenError::Jwt(JwtError::Algorithm { .. }))
                ),
                "{algorithm}"
            );
        }
    }
    assert_eq!(
        judge_text(&unsigned(header())),
        Err(JwtError::Signature.into())
    );
    let wrapped = format!(
        "{}.AAAA.AAAA.{}.AAAA",
        encode(r#"{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT"}"#),
        encode(unsigned(json!({ "alg": "none", "typ": "at+jwt" })))
    );
    assert_eq!(judge_text(&wrapped), Err(JwtError::NotAToken.into()));
}

/// RFC 8725 section 3.1
#[test]
fn only_the_allowed_algorithms_count() {
    for algorithm in SigningAlgorithm::ALL {
        let signer = Signer::new(algorithm.name(), "key");
        let header = json!({ "alg": algorithm.name(), "typ": "at+jwt", "kid": "key" });
        let token = signer.sign_with(&header, &claims());
        let judge = |algorithms: &[SigningAlgorithm]| {
            let expected = Expected {
                algorithms,
                ..expected(&API)
            };
            read(&token, &keys(&[signer.jwk()]), &expected, NOW)
        };
        assert!(judge(&[algorithm]).is_ok());
        let others: Vec<_> = SigningAlgorithm::ALL
            .into_iter()
            .filter(|other| *other != algorithm)
            .collect();
        assert!(judge(&others).is_err());
    }
}

/// JW-15
#[test]
fn keys_that_must_not_be_used_are_skipped_and_the_others_work() {
    let good = SIGNER.jwk();
    let mut off_the_curve = good.clone();
    off_the_curve["y"] = off_the_curve["x"].clone();
    let mut for_encryption = good.clone();
    for_encryption["use"] = "enc".into();
    let unusable = [
        json!({ "kty": "oct", "kid": "one", "k": encode("secret") }),
        json!({ "kty": "RSA", "kid": "one", "n": encode([0xff; 64]), "e": "AQAB" }),
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "one", "x": encode([1; 32]) }),
        json!({ "kty": "future", "kid": "one" }),
        off_the_curve,
        for_encryption,
    ];
    let token = sign(&claims());
    for key in &unusable {
        let other = Signer::new("ES384", "another").jwk();
        let judged = read(&token, &keys(&[key.clone(), other]), &expected(&API), NOW);
        assert!(judged.is_err(), "{key}");
    }
    let mut all = unusable.to_vec();
    all.push(good);
    assert!(read(&token, &keys(&all), &expected(&API), NOW).is_ok());
}

/// JW-19
#[test]
fn a_token_longer_than_any_real_one_is_refused_before_it_is_read() {
    let long = sign(&but("more", "x".repeat(1024 * 1024)));
    assert_eq!(
        judge_text(&long),
        Err(JwtError::TooLong { limit: 64 * 1024 }.into())
    );
}

#[test]
fn what_no_key_could_make_right_is_seen_without_keys() {
    let refused = |token: &str| look(token, &expected(&API)).is_err();
    assert!(refused(""));
    assert!(refused("an-opaque-token-as-Logto-gives-for-userinfo"));
    assert!(refused("a.b.c"));
    assert!(refused(&SIGNER.sign(&claims())));
    assert!(refused(&with_header("crit", json!(["x"]))));
    assert!(refused(&with_header("alg", "none")));
    // Who signed it, and what it says, is judged with the keys.
    assert!(!refused(
        &Signer::new("ES384", "nobody").sign_with(&header(), &claims())
    ));
    assert!(!refused(&sign(&but("exp", 0))));
}

/// FZ-08
#[test]
fn no_damage_makes_another_token_right() {
    let token = sign(&claims());
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let damaged = String::from_utf8(bytes).unwrap();
        assert!(judge_text(&damaged).is_err(), "{damaged}");
        assert!(judge_text(&token[..at]).is_err());
    }
}
