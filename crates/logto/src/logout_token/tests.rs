use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{EVENT, Expected, LogoutToken, look, read};
use crate::algorithm::SigningAlgorithm;
use crate::claims::InvalidClaim;
use crate::error::{JwtError, LogoutTokenError};
use crate::keys::Keys;
use crate::testing::facts::{case, facts};
use crate::testing::signer::{Signer, encode};

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://example.logto.app/oidc";

static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::new("ES384", "one"));
static KEYS: LazyLock<Keys> = LazyLock::new(|| keys(&json!({ "keys": [SIGNER.jwk()] })));

fn keys(jwks: &Value) -> Keys {
    Keys::read(jwks.to_string().as_bytes()).unwrap()
}

/// What a right token says, as Logto writes it.
fn claims() -> Value {
    json!({ "sub": "vy5uejihtdj7", "events": { EVENT: {} }, "jti": "8nriFzXf", "sid": "SPmuoTA2", "aud": "the app",
        "exp": NOW + 120, "iat": NOW, "iss": ISSUER })
}

/// What a right token says, but for one claim.
fn but(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

/// What a right token says, without these claims.
fn without(names: &[&str]) -> Value {
    let mut claims = claims();
    for name in names {
        claims.as_object_mut().unwrap().remove(*name);
    }
    claims
}

fn header(kind: &str) -> Value {
    json!({ "alg": "ES384", "typ": kind, "kid": "one" })
}

fn sign(claims: &Value) -> String {
    SIGNER.sign_with(&header("logout+jwt"), claims)
}

fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        app_id: "the app",
        algorithms: &[SigningAlgorithm::Es384],
        tolerance: 60,
    }
}

fn judge_text(token: &str) -> Result<LogoutToken, LogoutTokenError> {
    read(token, &KEYS, &expected(), NOW)
}

/// Judges a truly signed token that says this.
fn judge(claims: &Value) -> Result<LogoutToken, LogoutTokenError> {
    judge_text(&sign(claims))
}

fn malformed(name: &'static str) -> LogoutTokenError {
    LogoutTokenError::Jwt(JwtError::Claim(InvalidClaim(name)))
}

/// LO-07, LO-08
#[test]
fn a_token_names_a_session_a_person_or_both() {
    let both = judge(&claims()).unwrap();
    assert_eq!(both.sub.as_deref(), Some("vy5uejihtdj7"));
    assert_eq!(both.sid.as_deref(), Some("SPmuoTA2"));
    assert_eq!(
        (both.jti.as_str(), both.iat, both.exp),
        ("8nriFzXf", NOW, NOW + 120)
    );
    let person = judge(&without(&["sid"])).unwrap();
    assert_eq!(
        (person.sub.as_deref(), person.sid),
        (Some("vy5uejihtdj7"), None)
    );
    let session = judge(&without(&["sub"])).unwrap();
    assert_eq!(
        (session.sub, session.sid.as_deref()),
        (None, Some("SPmuoTA2"))
    );
}

/// LO-07, LO-08
#[test]
fn recorded_logout_tokens_are_accepted_in_their_own_time() {
    let keys = keys(&facts("jwks"));
    for (name, has_sid) in [
        ("backchannelLogoutSessionRequired=false", false),
        ("backchannelLogoutSessionRequired=true", true),
    ] {
        let case = case("backchannel-logout", name);
        let received = &case["received"][0];
        let token = received["logout_token"].as_str().unwrap();
        let payload = &received["decoded"]["payload"];
        let iat = payload["iat"].as_u64().unwrap();
        let expected = Expected {
            issuer: "http://localhost:3301/oidc",
            app_id: "9llbk1n9eiovviw3z58b2",
            ..expected()
        };
        let read = |now| read(token, &keys, &expected, now);
        let found = read(iat + 1).unwrap();
        assert_eq!(found.sub.as_deref(), payload["sub"].as_str());
        assert_eq!(found.sid.as_deref(), payload["sid"].as_str());
        assert_eq!(found.sid.is_some(), has_sid);
        assert_eq!(found.jti, payload["jti"]);
        let expired = LogoutTokenError::Jwt(JwtError::Expired { seconds: 60 });
        assert_eq!(read(iat + 180), Err(expired));
    }
}

/// LO-09
#[test]
fn only_a_signature_of_the_provider_counts() {
    let token = sign(&claims());
    let (message, signature) = token.rsplit_once('.').unwrap();
    let none = encode(json!({ "alg": "none", "typ": "logout+jwt", "kid": "one" }).to_string());
    let payload = message.split_once('.').unwrap().1;
    for unsigned in [
        format!("{none}.{payload}."),
        format!("{none}.{payload}.{signature}"),
    ] {
        let refused = judge_text(&unsigned);
        assert!(
            matches!(
                refused,
                Err(LogoutTokenError::Jwt(JwtError::Algorithm { .. }))
            ),
            "{refused:?}"
        );
    }
    let wrong = LogoutTokenError::Jwt(JwtError::Signature);
    assert_eq!(
        judge_text(&format!("{message}.{}", encode([7; 96]))),
        Err(wrong.clone())
    );
    let header = message.split_once('.').unwrap().0;
    let changed = encode(but("sub", "0jcp3swajm9l").to_string());
    assert_eq!(
        judge_text(&format!("{header}.{changed}.{signature}")),
        Err(wrong.clone())
    );
    let stranger = Signer::new("ES384", "one");
    let forged = stranger.sign_with(&self::header("logout+jwt"), &claims());
    assert_eq!(judge_text(&forged), Err(wrong));
    let stranger = Signer::new("ES384", "two");
    let unknown = json!({ "alg": "ES384", "typ": "logout+jwt", "kid": "two" });
    assert!(matches!(
        judge_text(&stranger.sign_with(&unknown, &claims())),
        Err(LogoutTokenError::Jwt(JwtError::UnknownKey { .. }))
    ));
}

/// LO-09: a genuine key of the provider, for an algorithm that is not accepted.
#[test]
fn an_algorithm_that_is_not_accepted_is_refused() {
    let rsa = Signer::new("RS256", "two");
    let keys = keys(&json!({ "keys": [SIGNER.jwk(), rsa.jwk()] }));
    let header = json!({ "alg": "RS256", "typ": "logout+jwt", "kid": "two" });
    let token = rsa.sign_with(&header, &claims());
    assert!(matches!(
        read(&token, &keys, &expected(), NOW),
        Err(LogoutTokenError::Jwt(JwtError::Algorithm { .. }))
    ));
    let algorithms = &SigningAlgorithm::ALL;
    let lenient = Expected {
        algorithms,
        ..expected()
    };
    assert!(read(&token, &keys, &lenient, NOW).is_ok());
}

/// LO-10
#[test]
fn events_say_that_somebody_is_logged_out() {
    for events in [
        Value::Null,
        true.into(),
        json!(EVENT),
        json!([EVENT]),
        json!({}),
        json!({ "http://schemas.openid.net/event/frontchannel-logout": {} }),
        json!({ EVENT: true }),
        json!({ EVENT: null }),
        json!({ EVENT: [] }),
        json!({ EVENT: "{}" }),
    ] {
        let refused = judge(&but("events", events.clone()));
        assert_eq!(refused, Err(LogoutTokenError::Event), "{events}");
    }
    assert_eq!(judge(&without(&["events"])), Err(LogoutTokenError::Event));
    // Section 2.4: the object should be empty; and there may be other events.
    assert!(
        judge(&but(
            "events",
            json!({ EVENT: { "more": 1 }, "https://other.example": {} })
        ))
        .is_ok()
    );
}

/// LO-11
#[test]
fn a_token_with_a_nonce_is_refused() {
    for nonce in [json!("the nonce"), json!(""), Value::Null] {
        let refused = judge(&but("nonce", nonce));
        assert_eq!(refused, Err(LogoutTokenError::Nonce));
    }
    assert_eq!(judge(&but("nonce", 1)), Err(malformed("nonce")));
}

/// LO-12
#[test]
fn a_token_of_another_provider_or_for_another_application_is_refused() {
    for issuer in [
        "https://evil.example/oidc",
        "https://example.logto.app/oidc/",
        "",
    ] {
        assert!(matches!(
            judge(&but("iss", issuer)),
            Err(LogoutTokenError::Jwt(JwtError::Issuer { .. }))
        ));
    }
    for audience in [
        json!("another app"),
        json!(["the app", "another app"]),
        json!([]),
        json!(""),
    ] {
        let refused = judge(&but("aud", audience.clone()));
        assert!(
            matches!(refused, Err(LogoutTokenError::Audience { .. })),
            "{audience}"
        );
    }
    assert!(judge(&but("aud", json!(["the app"]))).is_ok());
    for name in ["iss", "aud"] {
        let missing = LogoutTokenError::Jwt(JwtError::Missing(name));
        assert_eq!(judge(&without(&[name])), Err(missing));
        assert_eq!(judge(&but(name, 1)), Err(malformed(name)));
    }
}

/// LO-13
#[test]
fn only_a_logout_token_is_one() {
    for (kind, accepted) in [
        ("logout+jwt", true),
        ("LOGOUT+JWT", true),
        ("application/logout+jwt", true),
        ("JWT", false),
        ("at+jwt", false),
        ("application/at+jwt", false),
        ("logout", false),
        ("", false),
    ] {
        let token = SIGNER.sign_with(&header(kind), &claims());
        let judged = judge_text(&token);
        if accepted {
            assert!(judged.is_ok(), "{kind}");
        } else {
            let found = kind.to_owned();
            assert_eq!(judged, Err(LogoutTokenError::Kind { found }));
            assert!(
                look(&token, &SigningAlgorithm::ALL).is_err(),
                "before the keys are read"
            );
        }
    }
    // An ID token has no type at all.
    let found = String::new();
    assert_eq!(
        judge_text(&SIGNER.sign(&claims())),
        Err(LogoutTokenError::Kind { found })
    );
}

/// LO-14
#[test]
fn a_token_has_an_id_and_its_times_are_of_now() {
    assert_eq!(judge(&without(&["jti"])), Err(malformed("jti")));
    for id in [json!(""), json!(1), Value::Null, json!("a\nb")] {
        assert_eq!(judge(&but("jti", id)), Err(malformed("jti")));
    }
    for name in ["iat", "exp"] {
        let missing = LogoutTokenError::Jwt(JwtError::Missing(name));
        assert_eq!(judge(&without(&[name])), Err(missing));
        assert_eq!(judge(&but(name, "now")), Err(malformed(name)));
    }
    let mut old = without(&["exp"]);
    old["iat"] = (NOW - 600).into();
    assert_eq!(
        judge(&old),
        Err(LogoutTokenError::Jwt(JwtError::Missing("exp")))
    );
    old["exp"] = (NOW + 600).into();
    assert_eq!(judge(&old), Err(LogoutTokenError::Stale { seconds: 600 }));
    assert_eq!(
        judge(&but("iat", NOW - 361)),
        Err(LogoutTokenError::Stale { seconds: 361 })
    );
    assert!(judge(&but("iat", NOW - 360)).is_ok());
    assert!(judge(&but("iat", NOW + 60)).is_ok());
    let future = JwtError::FromTheFuture {
        claim: "iat",
        seconds: 61,
    };
    assert_eq!(
        judge(&but("iat", NOW + 61)),
        Err(LogoutTokenError::Jwt(future))
    );
    let expired = LogoutTokenError::Jwt(JwtError::Expired { seconds: 60 });
    assert_eq!(judge(&but("exp", NOW - 60)), Err(expired));
    assert!(judge(&but("exp", NOW - 59)).is_ok());
    assert!(judge(&but("nbf", NOW + 600)).is_err());
}

/// LO-15
#[test]
fn a_token_that_names_nobody_is_refused() {
    let refused = judge(&without(&["sub", "sid"]));
    assert_eq!(refused, Err(LogoutTokenError::Nobody));
    for sid in [json!(""), json!(7), Value::Null, json!("a\u{0}b")] {
        assert_eq!(judge(&but("sid", sid)), Err(malformed("sid")));
    }
    for sub in [String::new(), "a\n".to_owned(), "s".repeat(256)] {
        let refused = LogoutTokenError::Jwt(JwtError::Subject);
        assert_eq!(judge(&but("sub", sub)), Err(refused));
    }
    for sub in [json!(7), Value::Null] {
        assert_eq!(judge(&but("sub", sub)), Err(malformed("sub")));
    }
}

#[test]
fn a_token_longer_than_64_kb_is_refused_before_it_is_read() {
    let long = sign(&but("more", "x".repeat(64 * 1024)));
    let refused = LogoutTokenError::Jwt(JwtError::TooLong { limit: 64 * 1024 });
    assert_eq!(look(&long, &SigningAlgorithm::ALL), Err(refused));
}

#[test]
fn nothing_of_a_token_is_printed() {
    let token = judge(&claims()).unwrap();
    let printed = format!("{token:?}");
    for secret in ["vy5uejihtdj7", "SPmuoTA2", "8nriFzXf"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    for refused in [
        but("aud", "another app"),
        but("iss", "a\r\nb"),
        without(&["events"]),
    ] {
        let text = judge(&refused).unwrap_err().to_string();
        assert!(
            !text.contains("vy5uejihtdj7") && !text.contains('\n'),
            "{text}"
        );
    }
}

/// FZ-06, FZ-08: 10,000 changes of a right token. What is truly signed and means the same is the only one accepted.
#[test]
fn no_mutation_of_a_right_token_is_accepted() {
    let token = sign(&claims());
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(below).unwrap()).unwrap()
    };
    let mut mutations = 0;
    while mutations < 10_000 {
        let mut bytes = token.clone().into_bytes();
        for _ in 0..=next(3) {
            let at = next(bytes.len());
            match next(6) {
                0 => bytes[at] = b"ABCxyz019-_.=+/ \n{"[next(18)],
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"A.e"[next(3)]),
                3 => bytes.truncate(at.max(1)),
                4 => {
                    let other = next(bytes.len());
                    bytes.swap(at, other);
                }
                _ => {
                    // A part of the token once more.
                    let part = bytes[at..].to_vec();
                    bytes.extend(part);
                }
            }
        }
        let damaged = String::from_utf8(bytes).unwrap();
        if damaged == token {
            continue;
        }
        mutations += 1;
        let refused = judge_text(&damaged);
        assert!(refused.is_err(), "{damaged}");
    }
}

/// FZ-08: whatever a truly signed token says, it makes no panic.
#[test]
fn no_claims_make_a_panic() {
    let strange = [
        Value::Null,
        true.into(),
        (-1).into(),
        1e300.into(),
        u64::MAX.into(),
        json!("x"),
        json!([]),
        json!({}),
        json!([{ "a": [1] }]),
    ];
    for name in [
        "sub", "sid", "events", "jti", "aud", "exp", "iat", "iss", "nonce", "nbf",
    ] {
        for value in &strange {
            let judged = judge(&but(name, value.clone()));
            let harmless = matches!(name, "sub" | "sid" | "jti") && value == "x";
            assert_eq!(judged.is_ok(), harmless, "{name} = {value}");
        }
        let doubled = claims()
            .to_string()
            .replacen('{', &format!("{{\"{name}\":1,"), 1);
        let token = SIGNER.sign_text(&header("logout+jwt").to_string(), &doubled);
        assert!(
            judge_text(&token).is_err() || name == "nbf",
            "{name} doubled"
        );
    }
}
