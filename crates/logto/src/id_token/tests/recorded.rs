use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::algorithm::SigningAlgorithm;
use crate::error::{IdTokenError, JwtError};
use crate::id_token::{Expected, Identity, Occasion, read};
use crate::jwt;
use crate::keys::Keys;
use crate::secret::Secret;
use crate::testing::facts::{facts, jwts};

const APPS: [&str; 5] = [
    "9llbk1n9eiovviw3z58b2",
    "5vytaeffwruh66uabfew8",
    "gt2z96x645ujm7is1cbpt",
    "hhr61wc9wosbtapc7bvex",
    "auvdvh6gdmeacykt9rw0s",
];

fn recorded_keys() -> Keys {
    Keys::read(facts("jwks").to_string().as_bytes()).unwrap()
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Judges a recorded token as the ID token of its own sign-in, at that many seconds after it was
/// made.
fn judge(token: &str, seconds_later: u64) -> Result<crate::claims::Claims, IdTokenError> {
    let claims = part(token, 1);
    let access_token = Secret::new("not known");
    let expected = Expected {
        issuer: "http://localhost:3301/oidc",
        app_id: APPS
            .into_iter()
            .find(|app| claims["aud"] == *app)
            .unwrap_or("none of the recorded applications"),
        algorithms: &[SigningAlgorithm::Es384],
        longest: super::LONGEST,
        now: claims["iat"].as_u64().unwrap() + seconds_later,
        tolerance: 60,
        occasion: match claims["nonce"].as_str() {
            Some(nonce) => Occasion::SignIn {
                nonce,
                max_age: Some(24 * 60 * 60),
            },
            None => Occasion::Refresh { identity: None },
        },
        access_token: &access_token,
    };
    read(&Secret::new(token), &recorded_keys(), &expected)
}

#[test]
fn every_recorded_jwt_has_a_right_signature() {
    let (tokens, keys) = (jwts(), recorded_keys());
    assert_eq!(tokens.len(), 80);
    for token in &tokens {
        let signed = jwt::verify(token, &keys, &[SigningAlgorithm::Es384], super::LONGEST).unwrap();
        assert_eq!(Value::Object(signed.claims), part(token, 1));
    }
}

#[test]
fn every_recorded_id_token_is_accepted_in_its_own_time_and_loses_nothing() {
    let tokens: Vec<_> = jwts()
        .into_iter()
        .filter(|token| part(token, 0).get("typ").is_none())
        .collect();
    assert_eq!(tokens.len(), 35);
    for token in &tokens {
        for seconds_later in [0, 1, 3659] {
            let claims = judge(token, seconds_later).unwrap();
            assert_eq!(serde_json::to_value(&claims).unwrap(), part(token, 1));
            let names: Vec<_> = claims.entries().into_iter().map(|(name, _)| name).collect();
            let order: Vec<_> = part(token, 1)
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect();
            assert_eq!(names, order);
        }
        assert_eq!(
            judge(token, 3660),
            Err(IdTokenError::Jwt(JwtError::Expired { seconds: 60 }))
        );
    }
}

/// JW-02 and LO-13, the other way round
#[test]
fn no_recorded_access_token_and_no_logout_token_passes_for_an_id_token() {
    let mut refused = 0;
    for token in jwts() {
        if let Some(kind) = part(&token, 0).get("typ") {
            let found = kind.as_str().unwrap().to_owned();
            assert_eq!(judge(&token, 0), Err(IdTokenError::Kind { found }));
            refused += 1;
        }
    }
    assert_eq!(refused, 45);
}

/// RF-13
#[test]
fn recorded_refreshed_id_tokens_are_about_the_same_sign_in() {
    let tokens = jwts();
    let mut compared = 0;
    for first in tokens
        .iter()
        .filter(|token| part(token, 0).get("typ").is_none())
    {
        for later in tokens
            .iter()
            .filter(|token| part(token, 0).get("typ").is_none())
        {
            let (nonce, other) = (
                part(first, 1)["nonce"].clone(),
                part(later, 1)["nonce"].clone(),
            );
            if nonce.is_string() && nonce == other && first != later {
                let identity = Identity::of(&judge(first, 0).unwrap());
                let refreshed = judge(later, 0).unwrap();
                assert_eq!(Identity::of(&refreshed), identity);
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn a_recorded_token_with_one_changed_bit_is_refused() {
    let token = &jwts()[0];
    for index in (0..token.len()).step_by(7) {
        let mut bytes = token.clone().into_bytes();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(
            jwt::verify(
                &changed,
                &recorded_keys(),
                &SigningAlgorithm::ALL,
                super::LONGEST
            )
            .is_err(),
            "at {index}"
        );
    }
}
