//! FZ-08: whatever is changed in a right token, it is refused, unless the change is one of the
//! harmless ones.

use super::*;

/// Values that no claim that decides about trust may have.
fn strange() -> Vec<Value> {
    vec![
        Value::Null,
        true.into(),
        0.into(),
        (-1).into(),
        1e300.into(),
        json!(""),
        json!("x"),
        json!("the nonce "),
        json!([]),
        json!([null]),
        json!({}),
        json!([["the app"]]),
        json!(u64::MAX),
    ]
}

#[test]
fn every_claim_that_decides_about_trust_can_neither_be_dropped_nor_changed() {
    for name in ["sub", "nonce", "aud", "exp", "iat", "iss"] {
        assert!(judge(&without(name)).is_err(), "{name} dropped");
        for value in strange() {
            let harmless = name == "sub" && value.as_str().is_some_and(|text| !text.is_empty());
            assert_eq!(
                judge(&but(name, value.clone())).is_ok(),
                harmless,
                "{name} = {value}"
            );
        }
        let doubled =
            claims()
                .to_string()
                .replacen('{', &format!("{{\"{name}\":{},", claims()[name]), 1);
        let token = SIGNER.sign_text(&SIGNER.header().to_string(), &doubled);
        assert_eq!(
            judge_text(&token),
            Err(IdTokenError::Jwt(JwtError::NotAToken)),
            "{name} doubled"
        );
    }
    // Without max_age, `auth_time` is informative.
    for value in strange() {
        assert!(judge(&but("auth_time", value)).is_ok());
    }
}

#[test]
fn every_header_member_that_chooses_can_neither_be_dropped_nor_changed() {
    for value in strange() {
        for name in ["alg", "kid", "typ", "crit", "b64"] {
            let harmless = name == "b64" && value == true;
            let mut header = SIGNER.header();
            header[name] = value.clone();
            let judged = judge_text(&SIGNER.sign_with(&header, &claims()));
            assert_eq!(judged.is_ok(), harmless, "{name} = {value}");
        }
    }
}

#[test]
fn no_random_damage_makes_another_token_right() {
    let token = SIGNER.sign(&claims());
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(below).unwrap()).unwrap()
    };
    for _ in 0..4000 {
        let mut bytes = token.clone().into_bytes();
        for _ in 0..=next(3) {
            let at = next(bytes.len());
            match next(4) {
                0 => bytes[at] = b"ABCxyz019-_.=+/ \n{"[next(18)],
                1 => {
                    bytes.remove(at);
                }
                2 => bytes.insert(at, b"A.e"[next(3)]),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let damaged = String::from_utf8(bytes).unwrap();
        if damaged != token {
            assert!(judge_text(&damaged).is_err(), "{damaged}");
        }
    }
}

#[test]
fn no_random_claims_make_a_panic() {
    let header = SIGNER.header().to_string();
    for (name, value) in [
        "sub",
        "aud",
        "exp",
        "iat",
        "organization_data",
        "organization_roles",
        "at_hash",
        "azp",
        "x",
    ]
    .iter()
    .flat_map(|name| strange().into_iter().map(move |value| (name, value)))
    {
        let text = json!({ *name: value }).to_string();
        assert!(judge_text(&SIGNER.sign_text(&header, &text)).is_err());
        for cut in 0..text.len() {
            assert!(judge_text(&SIGNER.sign_text(&header, &text[..cut])).is_err());
        }
    }
}
