use serde_json::json;

use super::*;
use crate::secret::Secret;
use crate::testing::answer;
use crate::testing::facts::cases;
use crate::token;
use crate::token::Audience;

fn token_error(status: u16, body: &serde_json::Value) -> Error {
    token::read(&answer(status, body), &[], &Audience::Default, None, 0)
        .unwrap_err()
        .into()
}

/// RF-10
#[test]
fn transient_errors_differ_from_permanent_ones() {
    for (status, transient) in [
        (400, false),
        (401, false),
        (403, false),
        (404, false),
        (408, true),
        (429, true),
        (500, true),
        (503, true),
    ] {
        assert_eq!(
            token_error(status, &json!("")).is_transient(),
            transient,
            "{status}"
        );
        assert_eq!(
            token_error(status, &json!({ "error": "x" })).is_transient(),
            transient,
            "{status}"
        );
    }
    let unreachable = |problem| {
        Error::from(Unreachable {
            doing: "",
            url: String::new(),
            problem,
        })
    };
    assert!(unreachable(UnreachableReason::Timeout { seconds: 5.0 }).is_transient());
    assert!(!unreachable(UnreachableReason::Redirected { status: 302 }).is_transient());
    assert!(!unreachable(UnreachableReason::TooLong { limit: 1 }).is_transient());
    assert!(
        Error::from(DiscoveryError::Status {
            url: String::new(),
            status: 502
        })
        .is_transient()
    );
    assert!(!Error::from(DiscoveryError::NotJson).is_transient());
}

/// RF-09
#[test]
fn every_recorded_refusal_is_read_in_the_providers_words() {
    let mut read = 0;
    for case in cases("token-errors") {
        let response = &case["response"];
        let (Some(status), Some(error)) = (
            response["status"].as_u64(),
            response["body"]["error"].as_str(),
        ) else {
            continue;
        };
        let found = token_error(u16::try_from(status).unwrap(), &response["body"]);
        assert_eq!(found.is_invalid_grant(), error == "invalid_grant", "{case}");
        assert_eq!(found.is_forbidden(), status == 403, "{case}");
        assert_eq!(found.status(), u16::try_from(status).ok());
        assert!(!found.is_transient());
        let Error::Token(TokenError::Refused(refusal)) = found else {
            panic!("{found}")
        };
        assert_eq!(refusal.error, error);
        assert_eq!(refusal.code.as_deref(), response["body"]["code"].as_str());
        read += 1;
    }
    assert!(read > 15, "{read}");
}

#[test]
fn a_refusal_says_what_to_check() {
    let text = |status, body| token_error(status, &body).to_string();
    insta::assert_snapshot!(text(401, json!({ "error": "invalid_client", "error_description": "client authentication failed" })),
        @"the token endpoint refused: invalid_client (status 401): client authentication failed; check `app_id` and `app_secret`");
    insta::assert_snapshot!(text(400, json!({ "error": "invalid_target", "error_description": "invalid resource" })),
        @"the token endpoint refused: invalid_target (status 400): invalid resource; a resource must be registered at Logto and asked for at sign-in");
    insta::assert_snapshot!(text(400, json!({ "error": "invalid_scope", "scope": "write:orders" })),
        @"the token endpoint refused: invalid_scope (status 400) (scope write:orders)");
    insta::assert_snapshot!(text(502, json!("<html>")),
        @"the token endpoint answered with status 502 and nothing that explains it");
}

/// CB-15, SL-02
#[test]
fn a_refusal_that_repeats_a_secret_or_breaks_a_line_is_cleaned() {
    let body = json!({ "error": "invalid_grant\r\n", "error_description": "no such token: r3fr3sh-t0k3n\u{202e}\nINFO all is well" });
    let secrets = [Secret::new("r3fr3sh-t0k3n"), Secret::new("")];
    let error =
        token::read(&answer(400, &body), &secrets, &Audience::Default, None, 0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the token endpoint refused: invalid_grant (status 400): no such token: [redacted]INFO all is well"
    );
    assert!(!format!("{error:?}").contains("r3fr3sh-t0k3n"));

    let unknown = "SqhyfyNDr0eNP-tq7k3V8-VYOS3rw5ckffurB_zqtem";
    let body = json!({ "error": "x", "error_description": format!("already given: {unknown}, {unknown}.{unknown}") });
    let error = token::read(&answer(400, &body), &[], &Audience::Default, None, 0).unwrap_err();
    assert!(
        error.to_string().contains("already given")
            && !format!("{error} {error:?}").contains("SqhyfyND")
    );
}
