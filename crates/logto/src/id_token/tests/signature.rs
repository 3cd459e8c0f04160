use aws_lc_rs::hmac;

use super::*;
use crate::testing::signer::encode;

fn judge_with(token: &str, jwks: &[Value]) -> Result<Claims, IdTokenError> {
    read(&Secret::new(token), &keys(jwks), &expected())
}

#[test]
fn each_of_the_five_algorithms_is_verified() {
    for algorithm in ["ES256", "ES384", "ES512", "RS256", "PS256"] {
        let signer = Signer::new(algorithm, "one");
        let token = signer.sign(&claims());
        assert!(judge_with(&token, &[signer.jwk()]).is_ok(), "{algorithm}");
        let other = Signer::new(algorithm, "one");
        assert_eq!(
            judge_with(&token, &[other.jwk()]),
            Err(IdTokenError::Jwt(JwtError::Signature)),
            "{algorithm}"
        );
    }
}

/// RP-14
#[test]
fn a_token_with_a_broken_signature_is_refused() {
    let token = SIGNER.sign(&claims());
    let (message, _) = token.rsplit_once('.').unwrap();
    for signature in [
        encode([0; 96]),
        encode([7; 96]),
        encode([]),
        encode([0; 95]),
        encode([0; 64]),
    ] {
        assert_eq!(
            judge_text(&format!("{message}.{signature}")),
            Err(IdTokenError::Jwt(JwtError::Signature))
        );
    }
    let (header, rest) = token.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let changed = encode(but("sub", "somebody else").to_string());
    assert_eq!(
        judge_text(&format!("{header}.{changed}.{signature}")),
        Err(IdTokenError::Jwt(JwtError::Signature))
    );
}

/// RP-15
#[test]
fn a_token_without_algorithm_is_refused() {
    for name in ["none", "None", "nOnE", "NONE", ""] {
        let header = json!({ "alg": name, "kid": "one" });
        let message = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(claims().to_string())
        );
        for token in [
            format!("{message}."),
            format!("{message}.{}", encode([0; 96])),
        ] {
            assert!(
                matches!(
                    judge_text(&token),
                    Err(IdTokenError::Jwt(JwtError::Algorithm { .. }))
                ),
                "{name}"
            );
        }
        assert_eq!(
            judge_text(&message),
            Err(IdTokenError::Jwt(JwtError::NotAToken))
        );
    }
    for header in [
        "{}",
        r#"{"alg":null}"#,
        r#"{"alg":["ES384"]}"#,
        "[]",
        "null",
    ] {
        assert!(
            judge_text(&SIGNER.sign_text(header, &claims().to_string())).is_err(),
            "{header}"
        );
    }
}

/// RP-17
#[test]
fn a_token_signed_with_what_everybody_knows_is_refused() {
    let secrets = [
        "the client secret".to_owned(),
        SIGNER.jwk().to_string(),
        SIGNER.jwk()["x"].to_string(),
    ];
    for (secret, name) in secrets
        .iter()
        .flat_map(|secret| ["HS256", "HS384", "HS512"].map(|name| (secret, name)))
    {
        let header = json!({ "alg": name, "kid": "one" });
        let message = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(claims().to_string())
        );
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            message.as_bytes(),
        );
        let error = judge_text(&format!("{message}.{}", encode(tag))).unwrap_err();
        assert!(
            matches!(error, IdTokenError::Jwt(JwtError::Algorithm { .. })),
            "{error}"
        );
    }
}

/// RP-16
#[test]
fn an_algorithm_that_is_not_accepted_is_refused() {
    let signer = Signer::new("RS256", "one");
    let expected = Expected {
        algorithms: &[SigningAlgorithm::Es384, SigningAlgorithm::Es256],
        ..expected()
    };
    let error = read(
        &Secret::new(signer.sign(&claims())),
        &keys(&[signer.jwk()]),
        &expected,
    )
    .unwrap_err();
    insta::assert_snapshot!(error, @r#"the ID token is signed with "RS256", and accepted are ES384, ES256: those of `algorithms` in the configuration or, without it, those that the provider announces"#);
}

#[test]
fn the_key_must_fit_the_algorithm() {
    let rsa = Signer::new("RS256", "one");
    for (signer, name) in [
        (&*SIGNER, "ES256"),
        (&SIGNER, "ES512"),
        (&SIGNER, "RS256"),
        (&rsa, "ES384"),
    ] {
        let token = signer.sign_with(&json!({ "alg": name, "kid": "one" }), &claims());
        let error = judge_with(&token, &[signer.jwk()]).unwrap_err();
        assert!(
            matches!(error, IdTokenError::Jwt(JwtError::UnknownKey { .. })),
            "{name}: {error}"
        );
    }
    // A key that names its algorithm is for no other.
    let mut jwk = rsa.jwk();
    jwk["alg"] = "PS256".into();
    assert!(matches!(
        judge_with(&rsa.sign(&claims()), &[jwk]),
        Err(IdTokenError::Jwt(JwtError::UnknownKey { .. }))
    ));
    // The two paddings of RSA are not the same signature.
    let token = rsa.sign_with(&json!({ "alg": "PS256", "kid": "one" }), &claims());
    assert_eq!(
        judge_with(&token, &[rsa.jwk()]),
        Err(IdTokenError::Jwt(JwtError::Signature))
    );
}

/// RP-18, RP-19
#[test]
fn a_token_that_names_no_key_is_tried_with_each_that_fits() {
    let (two, rsa) = (Signer::new("ES384", "two"), Signer::new("RS256", "three"));
    let jwks = [rsa.jwk(), SIGNER.jwk(), two.jwk()];
    let header = json!({ "alg": "ES384" });
    for _ in 0..20 {
        assert!(judge_with(&SIGNER.sign_with(&header, &claims()), &[SIGNER.jwk()]).is_ok());
        assert!(judge_with(&SIGNER.sign_with(&header, &claims()), &jwks).is_ok());
        assert!(judge_with(&two.sign_with(&header, &claims()), &jwks).is_ok());
    }
    let stranger = Signer::new("ES384", "one");
    let error = judge_with(&stranger.sign_with(&header, &claims()), &jwks);
    assert_eq!(error, Err(IdTokenError::Jwt(JwtError::SignatureWithoutKid)));
    let error = judge_with(&stranger.sign_with(&header, &claims()), &[rsa.jwk()]);
    assert_eq!(
        error,
        Err(IdTokenError::Jwt(JwtError::NoKey(SigningAlgorithm::Es384)))
    );
}

/// JW-10
#[test]
fn a_strange_key_id_is_only_an_unknown_key() {
    let long = "k".repeat(10_000);
    for kid in [
        "two",
        "../../etc/passwd",
        "' OR 1=1",
        "a\r\nb\u{0}",
        "ключ",
        "",
        long.as_str(),
    ] {
        let token = SIGNER.sign_with(&json!({ "alg": "ES384", "kid": kid }), &claims());
        let error = judge_text(&token).unwrap_err();
        assert!(
            matches!(error, IdTokenError::Jwt(JwtError::UnknownKey { .. })),
            "{error}"
        );
        assert!(error.to_string().len() < 1000 && !error.to_string().contains(['\r', '\n', '\0']));
    }
    let token = SIGNER.sign_with(&json!({ "alg": "ES384", "kid": ["one"] }), &claims());
    assert_eq!(
        judge_text(&token),
        Err(IdTokenError::Jwt(JwtError::Header("kid")))
    );
}

/// F14, JW-08
#[test]
fn header_members_that_change_the_meaning_are_refused() {
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!(null)),
        ("b64", json!(false)),
        ("b64", json!("false")),
        ("b64", json!(null)),
        ("typ", json!(["JWT"])),
    ] {
        let mut header = SIGNER.header();
        header[name] = value;
        assert!(
            matches!(
                judge_text(&SIGNER.sign_with(&header, &claims())),
                Err(IdTokenError::Jwt(JwtError::Header(_)))
            ),
            "{header}"
        );
    }
}

/// F14, JW-02
#[test]
fn only_a_jwt_of_no_kind_or_of_kind_jwt_is_an_id_token() {
    for (kind, accepted) in [
        ("JWT", true),
        ("jwt", true),
        ("at+jwt", false),
        ("application/at+jwt", false),
        ("logout+jwt", false),
        ("", false),
    ] {
        let header = json!({ "alg": "ES384", "kid": "one", "typ": kind });
        assert_eq!(
            judge_text(&SIGNER.sign_with(&header, &claims())).is_ok(),
            accepted,
            "{kind}"
        );
    }
}

/// JW-09
#[test]
fn keys_in_the_header_are_not_looked_at() {
    let evil = Signer::new("ES384", "one");
    let header = json!({ "alg": "ES384", "kid": "one", "jwk": evil.jwk(), "jku": "https://evil.example/jwks",
        "x5u": "https://evil.example/x5u", "x5c": ["AAAA"] });
    assert_eq!(
        judge_text(&evil.sign_with(&header, &claims())),
        Err(IdTokenError::Jwt(JwtError::Signature))
    );
    assert!(judge_text(&SIGNER.sign_with(&header, &claims())).is_ok());
}

/// JW-11, JW-12, JW-19
#[test]
fn what_is_no_plain_signed_token_is_refused() {
    let token = SIGNER.sign(&claims());
    let unsigned = format!(
        "{}.{}.",
        encode(r#"{"alg":"none"}"#),
        encode(claims().to_string())
    );
    let wrapped = format!(
        "{}.AAAA.AAAA.{}.AAAA",
        encode(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#),
        encode(unsigned)
    );
    for text in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        wrapped,
        format!("{token}."),
        format!("{token}="),
        format!(" {token}"),
        format!("{token}\n"),
        token.replace('.', " "),
        "a.b.c".to_owned(),
        "\u{0}".repeat(100),
    ] {
        assert_eq!(
            judge_text(&text),
            Err(IdTokenError::Jwt(JwtError::NotAToken)),
            "{text:?}"
        );
    }
    let twice = claims()
        .to_string()
        .replacen('{', r#"{"sub":"somebody else","#, 1);
    assert_eq!(
        judge_text(&SIGNER.sign_text(&SIGNER.header().to_string(), &twice)),
        Err(IdTokenError::Jwt(JwtError::NotAToken))
    );
    let header = r#"{"alg":"ES384","kid":"one","alg":"ES384"}"#;
    assert_eq!(
        judge_text(&SIGNER.sign_text(header, &claims().to_string())),
        Err(IdTokenError::Jwt(JwtError::NotAToken))
    );
    let long = SIGNER.sign(&but("more", "x".repeat(1024 * 1024)));
    let limit = 1024 * 1024;
    assert_eq!(
        judge_text(&long),
        Err(IdTokenError::Jwt(JwtError::TooLong { limit }))
    );
}

/// The person is in 500 organizations, with four roles in each.
#[test]
fn a_token_of_many_organizations_is_accepted() {
    let organizations: Vec<_> = (0..500)
        .map(|number| format!("organization{number:09}"))
        .collect();
    let roles = organizations
        .iter()
        .flat_map(|id| (0..4).map(move |role| format!("{id}:role number {role}")));
    let mut many = claims();
    many["organization_roles"] = roles.collect::<Vec<_>>().into();
    many["organizations"] = organizations.into();
    let token = SIGNER.sign(&many);
    assert!(token.len() > 64 * 1024, "{}", token.len());
    let claims = judge_text(&token).unwrap();
    assert_eq!(claims.organization_roles.value().unwrap().len(), 2000);
}

/// FZ-09: what could not be stored and read again is refused, and says so.
#[test]
fn claims_that_are_nested_too_deep_are_refused() {
    let nested = |depth: usize| {
        let mut value = json!(1);
        for _ in 0..depth {
            value = json!([value]);
        }
        but("custom_data", json!({ "a": value }))
    };
    judge(&nested(62)).unwrap();
    for depth in [63, 125] {
        let error = judge(&nested(depth)).unwrap_err();
        assert_eq!(error, IdTokenError::Jwt(JwtError::TooDeep { limit: 64 }));
    }
}
