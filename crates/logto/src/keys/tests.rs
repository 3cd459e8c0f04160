use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use serde_json::json;

use super::*;
use crate::testing::facts::facts;
use crate::testing::signer::{Signer, encode};

fn read(keys: &Value) -> Result<Keys, DiscoveryError> {
    Keys::read(json!({ "keys": keys }).to_string().as_bytes())
}

fn with(mut jwk: Value, name: &str, value: impl Into<Value>) -> Value {
    jwk[name] = value.into();
    jwk
}

#[test]
fn the_recorded_key_set_is_read() {
    let keys = Keys::read(facts("jwks").to_string().as_bytes()).unwrap();
    assert_eq!(
        format!("{keys:?}"),
        r#"Keys([Some("UE6WGEsffGObwKZeBfIFX6RDBUljLZmdZBFscw5bkVo")])"#
    );
}

/// JW-15
#[test]
fn a_key_that_cannot_or_must_not_be_used_is_left_out_and_the_others_work() {
    let (ec, rsa) = (Signer::new("ES384", "ec"), Signer::new("RS256", "rsa"));
    let point = |name: &str| {
        URL_SAFE_NO_PAD
            .decode(ec.jwk()[name].as_str().unwrap())
            .unwrap()
    };
    let small = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let small = &small
        .public_key()
        .modulus()
        .big_endian_without_leading_zero()[..255];
    let unusable = [
        json!({ "kty": "oct", "kid": "x", "k": "AAAA" }),
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": "AAAA" }),
        json!({ "kty": "quantum", "kid": "x" }),
        json!({ "kid": "x" }),
        json!("a text"),
        json!(null),
        json!([]),
        // Another purpose.
        with(ec.jwk(), "use", "enc"),
        with(ec.jwk(), "use", Value::Null),
        with(ec.jwk(), "key_ops", json!(["encrypt"])),
        with(ec.jwk(), "key_ops", "verify"),
        // Kind, curve and algorithm that do not belong together.
        with(ec.jwk(), "alg", "ES256"),
        with(ec.jwk(), "alg", "HS256"),
        with(ec.jwk(), "alg", "ECDH-ES"),
        with(ec.jwk(), "alg", 1),
        with(ec.jwk(), "crv", "P-256"),
        with(ec.jwk(), "crv", "secp256k1"),
        with(ec.jwk(), "kty", "RSA"),
        with(rsa.jwk(), "kty", "EC"),
        with(rsa.jwk(), "alg", "RSA-OAEP"),
        with(rsa.jwk(), "alg", "RS512"),
        with(rsa.jwk(), "crv", "P-384"),
        with(ec.jwk(), "kid", 1),
        // A point off the curve, at infinity, too short, too long, not base64url.
        with(ec.jwk(), "x", encode([1; 48])),
        with(with(ec.jwk(), "x", encode([0; 48])), "y", encode([0; 48])),
        with(ec.jwk(), "x", encode(&point("x")[1..])),
        with(
            ec.jwk(),
            "x",
            encode([&[0], point("x").as_slice()].concat()),
        ),
        with(ec.jwk(), "x", "!"),
        with(ec.jwk(), "x", ""),
        with(ec.jwk(), "x", encode([255; 48])),
        // An RSA key that is too small, or whose exponent signs everything.
        with(rsa.jwk(), "n", encode([255; 64])),
        with(rsa.jwk(), "n", encode(small)),
        with(rsa.jwk(), "n", ""),
        with(rsa.jwk(), "n", encode([255; 2048])),
        with(rsa.jwk(), "e", "AQ"),
        with(rsa.jwk(), "e", "Ag"),
        with(rsa.jwk(), "e", ""),
        with(rsa.jwk(), "e", encode([255; 256])),
    ];
    for jwk in &unusable {
        assert_eq!(
            read(&json!([jwk])).unwrap_err(),
            DiscoveryError::NoUsableKey,
            "{jwk}"
        );
    }
    let mut all = unusable.to_vec();
    all.extend([ec.jwk(), rsa.jwk()]);
    assert_eq!(
        format!("{:?}", read(&all.into()).unwrap()),
        r#"Keys([Some("ec"), Some("rsa")])"#
    );
}

#[test]
fn a_key_needs_neither_use_nor_algorithm_nor_id() {
    for name in ["use", "alg", "kid"] {
        let mut jwk = Signer::new("ES384", "ec").jwk();
        jwk.as_object_mut().unwrap().remove(name);
        assert!(read(&json!([jwk])).is_ok(), "{name}");
    }
    let jwk = with(
        Signer::new("ES384", "ec").jwk(),
        "key_ops",
        json!(["verify"]),
    );
    assert!(read(&json!([jwk])).is_ok());
}

/// FZ-05
#[test]
fn what_is_no_key_set_is_refused() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":null}"#,
        "<html>",
        r#"{"keys":[],"keys":[]}"#,
    ] {
        assert_eq!(
            Keys::read(text.as_bytes()).unwrap_err(),
            DiscoveryError::KeysNotJson,
            "{text}"
        );
    }
    assert_eq!(read(&json!([])).unwrap_err(), DiscoveryError::NoUsableKey);
}

#[test]
fn a_key_set_without_end_is_read_only_so_far() {
    let jwk = Signer::new("ES384", "ec").jwk();
    assert_eq!(read(&vec![jwk; 1000].into()).unwrap().0.len(), MOST_KEYS);
}
