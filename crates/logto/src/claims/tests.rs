use serde_json::{Value, json};

use super::*;
use crate::testing::facts::cases;

fn claims(value: Value) -> Claims {
    serde_json::from_value(value).unwrap()
}

#[test]
fn every_recorded_userinfo_answer_is_kept_as_it_came() {
    let mut read = 0;
    for case in cases("userinfo") {
        let body = &case["response"]["body"];
        if case["response"]["status"] == 200 {
            let claims = claims(body.clone());
            assert_eq!(serde_json::to_string(&claims).unwrap(), body.to_string());
            assert_eq!(
                claims,
                serde_json::from_str(&serde_json::to_string(&claims).unwrap()).unwrap()
            );
            assert!(claims.other.is_empty(), "{:?}", claims.other);
            read += 1;
        }
    }
    assert_eq!(read, 10);
}

#[test]
fn the_recorded_claims_have_their_types() {
    let alice = claims(
        crate::testing::facts::case("userinfo", "alice, all scopes")["response"]["body"].clone(),
    );
    assert_eq!(
        alice.created_at,
        Claim::Value(Milliseconds(1_795_330_072_842))
    );
    assert_eq!(alice.created_at.value().unwrap().seconds(), 1_795_330_072);
    assert_eq!(alice.created_at.value().unwrap().subsec_millis(), 842);
    let roles = alice.organization_roles.value().unwrap();
    assert_eq!(roles[1].organization, "asl5guymvnj4".parse().unwrap());
    assert_eq!(roles[1].role, "admin");
    let data = alice.organization_data.value().unwrap();
    assert_eq!(data[0].name, Claim::Value("globex".to_owned()));
    assert_eq!(alice.address.value().unwrap()["country"], "FR");
    assert_eq!(alice.email_verified, Claim::Value(true));
    assert!(alice.middle_name.is_absent());

    let bob = claims(
        crate::testing::facts::case("userinfo", "bob, all scopes")["response"]["body"].clone(),
    );
    assert!(bob.picture.is_null());
    assert_eq!(bob.organizations, Claim::Value(vec![]));
}

#[test]
fn a_claim_is_absent_null_or_a_value() {
    let claims = claims(json!({ "sub": "a", "name": null, "picture": "" }));
    assert_eq!(
        (&claims.name, &claims.username),
        (&Claim::Null, &Claim::Absent)
    );
    assert_eq!(claims.picture, Claim::Value(String::new()));
    assert_eq!(
        claims.entries(),
        [
            ("sub", json!("a")),
            ("name", Value::Null),
            ("picture", json!(""))
        ]
        .map(|(n, v)| (n.to_owned(), v))
    );
}

#[test]
fn a_value_of_an_unexpected_type_is_kept_and_does_no_harm() {
    let odd = json!({
        "sub": "a", "name": 1, "email_verified": "true", "created_at": -1, "updated_at": 1.5, "roles": "admin",
        "organizations": [1], "organization_roles": ["no colon"], "organization_data": [{ "name": "no id" }],
        "address": "1 Rue Example", "custom_data": [], "auth_time": "now", "order": 1, "other": { "x": [] },
    });
    let claims = claims(odd.clone());
    assert!(
        claims.name.is_absent()
            && claims.roles.is_absent()
            && claims.organization_roles.is_absent()
    );
    assert_eq!(claims.other.len(), odd.as_object().unwrap().len() - 1);
    assert_eq!(serde_json::to_string(&claims).unwrap(), odd.to_string());
    assert_eq!(claims.get("name"), Some(json!(1)));
}

/// One id that is not valid leaves the claims of a person readable; the claim it is in is kept as it
/// came.
#[test]
fn an_invalid_organization_id_is_kept_and_does_no_harm() {
    let odd = json!({
        "sub": "a", "name": "Alice",
        "organizations": ["acme", "a&b"],
        "organization_roles": ["acme:admin", "a b:admin"],
        "organization_data": [{ "id": "" }],
    });
    let claims = claims(odd.clone());
    assert_eq!(claims.name.as_deref(), Some("Alice"));
    assert!(claims.organizations.is_absent() && claims.organization_roles.is_absent());
    assert!(claims.organization_data.is_absent());
    assert_eq!(serde_json::to_value(claims).unwrap(), odd);
}

#[test]
fn organization_data_keeps_what_it_does_not_know() {
    let value = json!({ "sub": "a", "organization_data": [{ "id": "x", "description": null, "color": "red" }] });
    assert_eq!(serde_json::to_value(claims(value.clone())).unwrap(), value);
}

/// RP-04
#[test]
fn a_claim_that_decides_about_trust_must_have_its_type() {
    for name in ["sub", "iss", "aud", "exp", "iat", "nonce"] {
        let error =
            serde_json::from_value::<Claims>(json!({ "sub": "a", name: { "x": 1 } })).unwrap_err();
        assert_eq!(error.to_string(), InvalidClaim(name_of(name)).to_string());
    }
    assert!(serde_json::from_value::<Claims>(json!({ "name": "nobody" })).is_err());
}

fn name_of(name: &str) -> &'static str {
    Field::NAMES.iter().find(|field| **field == name).unwrap()
}

#[test]
fn a_claim_that_is_set_afterwards_comes_last() {
    let mut claims = claims(json!({ "sub": "a", "email": "a@example.com" }));
    claims.name = Claim::Value("Alice".to_owned());
    claims.email = Claim::Absent;
    assert_eq!(
        serde_json::to_string(&claims).unwrap(),
        r#"{"sub":"a","name":"Alice"}"#
    );
}

#[test]
fn printed_claims_show_their_names_only() {
    let text = format!(
        "{:?}",
        claims(json!({ "sub": "vy5uejihtdj7", "email": "alice@example.com" }))
    );
    assert_eq!(text, r#"Claims(["sub", "email"])"#);
}

/// As in a JSON object of the standard library of any language: the last one counts.
#[test]
fn a_claim_that_comes_twice_counts_once() {
    let twice = r#"{"sub":"a","name":"Alice","x":1,"roles":["r"],"name":7,"roles":null,"x":2}"#;
    let claims: Claims = serde_json::from_str(twice).unwrap();
    assert_eq!(claims.name, Claim::Absent);
    assert_eq!(claims.roles, Claim::Null);
    let written = serde_json::to_string(&claims).unwrap();
    assert_eq!(written, r#"{"sub":"a","name":7,"x":2,"roles":null}"#);
    let object = serde_json::from_str(twice).unwrap();
    assert_eq!(Claims::read(object).unwrap(), claims);
}

#[test]
fn many_claims_are_named_once_each_and_in_their_order() {
    let mut members = Map::new();
    members.insert("sub".into(), "u1".into());
    members.extend((0..500).map(|number| (format!("claim{number}"), number.into())));
    let mut claims = Claims::read(members.clone()).unwrap();
    claims.other.insert("afterwards".into(), true.into());
    let names: Vec<String> = claims.entries().into_iter().map(|(name, _)| name).collect();
    let expected = members.keys().cloned().chain(["afterwards".to_owned()]);
    assert_eq!(names, expected.collect::<Vec<_>>());
}
