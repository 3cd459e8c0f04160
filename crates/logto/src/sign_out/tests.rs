use serde_json::json;

use super::*;
use crate::config::tests::recorded;
use crate::testing::{answer, provider};

/// LO-01
#[test]
fn signing_out_names_the_application_and_where_to_go() {
    let url = end_session_url(&recorded(), &provider(), None, None);
    insta::assert_snapshot!(url, @"http://localhost:3301/oidc/session/end?client_id=9llbk1n9eiovviw3z58b2&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A3000%2F");
    let url = end_session_url(
        &recorded(),
        &provider(),
        Some(&Secret::new("a.b.c")),
        Some("x&y"),
    );
    assert!(url.as_str().ends_with("&id_token_hint=a.b.c&state=x%26y"));
}

/// LO-01: the ID token of a person in many organizations would make an address that no proxy lets
/// through.
#[test]
fn a_hint_that_makes_the_address_too_long_is_left_out() {
    let with = |length: usize| {
        let hint = Secret::new("h".repeat(length));
        end_session_url(&recorded(), &provider(), Some(&hint), Some("st4t3"))
    };
    let bare = end_session_url(&recorded(), &provider(), None, Some("st4t3"));
    let longest = 2000 - bare.as_str().len() - "&id_token_hint=".len();
    assert_eq!(with(longest).as_str().len(), 2000);
    for length in [longest + 1, 7000, 200_000] {
        assert_eq!(with(length), bare, "{length}");
    }
    assert!(
        bare.as_str().contains("client_id="),
        "Logto comes back without a hint"
    );
}

#[test]
fn a_token_is_revoked_by_a_form() {
    let request = request(&provider(), Secret::new("Basic x"), &Secret::new("r&r"));
    assert_eq!(
        request.url.as_str(),
        "http://localhost:3301/oidc/token/revocation"
    );
    assert_eq!(request.form.unwrap().expose(), "token=r%26r");
}

#[test]
fn a_refused_revocation_is_an_error() {
    assert_eq!(read(&answer(200, &json!("")), &[]), Ok(()));
    let body = json!({ "error": "unsupported_token_type", "error_description": "revocation of the presented token type is not supported" });
    let error = read(&answer(400, &body), &[]).unwrap_err();
    insta::assert_snapshot!(error, @"the revocation endpoint refused: unsupported_token_type (status 400): revocation of the presented token type is not supported");
    assert_eq!(
        read(&answer(503, &json!(null)), &[]),
        Err(RevocationError::Status { status: 503 })
    );
}
