use serde_json::json;

use super::*;
use crate::testing::facts::{case, cases};
use crate::testing::{answer, provider};

const ALICE: &str = "vy5uejihtdj7";

/// RP-01
#[test]
fn the_token_travels_in_the_header() {
    let request = request(&provider(), &Secret::new("abc"));
    assert_eq!(request.url.as_str(), "http://localhost:3301/oidc/me");
    assert_eq!(request.authorization.unwrap().expose(), "Bearer abc");
    assert!(request.form.is_none());
}

/// RP-24
#[test]
fn an_answer_about_another_person_is_refused() {
    let body = &case("userinfo", "alice, all scopes")["response"]["body"];
    assert_eq!(read(&answer(200, body), &[], ALICE).unwrap().sub, ALICE);
    assert_eq!(
        read(&answer(200, body), &[], "0jcp3swajm9l"),
        Err(UserInfoError::AnotherPerson)
    );
    assert_eq!(
        read(&answer(200, &json!({ "sub": "" })), &[], ""),
        Err(UserInfoError::AnotherPerson)
    );
    assert!(matches!(
        read(&answer(200, &json!({ "name": "x" })), &[], ALICE),
        Err(UserInfoError::Claim(_))
    ));
}

/// RP-33
#[test]
fn an_answer_that_is_no_json_object_is_refused() {
    for body in [
        "",
        "[]",
        "null",
        r#"[{"sub":"vy5uejihtdj7"}]"#,
        r#"{"sub":"vy5uejihtdj7","sub":"x"}"#,
        "<html>",
    ] {
        let answer = Answer {
            status: 200,
            content_type: "application/json".to_owned(),
            retry_after: None,
            body: body.into(),
        };
        assert_eq!(
            read(&answer, &[], ALICE),
            Err(UserInfoError::NotJson),
            "{body}"
        );
    }
    let signed = Answer {
        status: 200,
        content_type: "application/jwt".to_owned(),
        retry_after: None,
        body: b"eyJ.eyJ.sig".to_vec(),
    };
    assert_eq!(read(&signed, &[], ALICE), Err(UserInfoError::Signed));
}

#[test]
fn every_recorded_refusal_is_read() {
    let mut read_cases = 0;
    for case in cases("userinfo") {
        let response = &case["response"];
        let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
        if status != 200 {
            let Err(UserInfoError::Refused(refusal)) =
                read(&answer(status, &response["body"]), &[], ALICE)
            else {
                panic!("{case}")
            };
            assert_eq!(refusal.error, response["body"]["error"]);
            read_cases += 1;
        }
    }
    assert_eq!(read_cases, 6);
    assert_eq!(
        read(&answer(502, &json!(null)), &[], ALICE),
        Err(UserInfoError::Status { status: 502 })
    );
}

/// RP-33: what no 64-bit type holds comes as it was sent, also out of a store.
#[test]
fn numbers_of_any_size_are_kept() {
    let number = "12345678901234567890123";
    let body = format!(
        r#"{{"sub":"{ALICE}","custom_data":{{"big":{number},"small":1}},"{number}":{number}}}"#
    );
    let answer = Answer {
        status: 200,
        content_type: "application/json".to_owned(),
        retry_after: None,
        body: body.into(),
    };
    let claims = read(&answer, &[], ALICE).unwrap();
    let stored = serde_json::to_string(&claims).unwrap();
    let restored: Claims = serde_json::from_str(&stored).unwrap();
    for claims in [claims, restored] {
        let data = claims.get("custom_data").unwrap();
        assert_eq!(crate::exact_number(&data["big"]), Some(number));
        assert_eq!(data["small"], 1);
        let other = claims.get(number).unwrap();
        assert_eq!(crate::exact_number(&other), Some(number));
    }
}
