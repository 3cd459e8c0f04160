use super::*;
use crate::scopes::Scopes;
use crate::testing::facts::cases;

const ISSUER: &str = "http://localhost:3301/oidc";
const NOW: u64 = 1_800_000_000;

fn pending() -> Pending {
    Pending {
        state: "the-state".to_owned(),
        nonce: "the-nonce".to_owned(),
        code_verifier: Secret::new("the-verifier"),
        redirect_uri: "http://localhost:3000/callback".to_owned(),
        created_at: NOW,
        issuer: ISSUER.to_owned(),
        scopes: Scopes::new(),
        max_age: None,
    }
}

fn judge_at(query: &str, now: u64) -> Result<String, CallbackError> {
    let callback = Callback::parse(query)?;
    read(&callback, &pending(), ISSUER, now).map(|code| code.expose().to_owned())
}

fn judge(query: &str) -> Result<String, CallbackError> {
    judge_at(query, NOW + 1)
}

fn refused(error: &str) -> Result<String, CallbackError> {
    Err(CallbackError::Refused {
        error: error.to_owned(),
        description: None,
    })
}

const RIGHT: &str = "state=the-state&iss=http%3A%2F%2Flocalhost%3A3301%2Foidc";

/// RP-01
#[test]
fn an_answer_with_state_and_issuer_gives_its_code() {
    assert_eq!(judge(&format!("?code=abc&{RIGHT}")), Ok("abc".to_owned()));
    assert_eq!(
        judge(&format!("{RIGHT}&session_state=x&y=1&y=2&code=a%2Bb+c")),
        Ok("a+b c".to_owned())
    );
}

#[test]
fn a_bare_callback_is_a_cancelled_sign_in() {
    for query in ["", "?", "&", "utm_source=x"] {
        assert!(Callback::parse(query).unwrap().is_bare());
        assert_eq!(judge(query), Err(CallbackError::Cancelled));
    }
    assert!(!Callback::parse("state=").unwrap().is_bare());
}

/// CB-03
#[test]
fn an_answer_to_another_sign_in_is_refused() {
    let issuer = "iss=http%3A%2F%2Flocalhost%3A3301%2Foidc";
    assert_eq!(
        judge(&format!("code=abc&{issuer}")),
        Err(CallbackError::MissingState)
    );
    assert_eq!(
        judge(&format!("code=abc&state=&{issuer}")),
        Err(CallbackError::MissingState)
    );
    for state in [
        "the-statf",
        "the-stat",
        "the-state%20",
        "The-state",
        "the-state%00",
    ] {
        let query = format!("code=abc&state={state}&{issuer}");
        assert_eq!(judge(&query), Err(CallbackError::StateMismatch), "{state}");
    }
}

/// CB-11, CB-12
#[test]
fn an_answer_must_say_who_it_is_from() {
    for query in ["code=abc&state=the-state", "code=abc&state=the-state&iss="] {
        assert_eq!(judge(query), Err(CallbackError::MissingIssuer));
    }
    for issuer in [
        "http://localhost:3301/oidc/",
        "http://LOCALHOST:3301/oidc",
        "https://evil.example",
    ] {
        let error = judge(&format!("code=abc&state=the-state&iss={issuer}"));
        assert_eq!(
            error,
            Err(CallbackError::WrongIssuer {
                expected: ISSUER.to_owned(),
                found: issuer.to_owned()
            })
        );
    }
    // A sign-in that was started at another provider does not end at this one.
    let elsewhere = Pending {
        issuer: "https://old.example/oidc".to_owned(),
        ..pending()
    };
    let callback = Callback::parse(&format!("code=abc&{RIGHT}")).unwrap();
    assert!(matches!(
        read(&callback, &elsewhere, ISSUER, NOW),
        Err(CallbackError::WrongIssuer { .. })
    ));
}

/// CB-08
#[test]
fn an_answer_after_ten_minutes_is_refused() {
    let query = format!("code=abc&{RIGHT}");
    assert!(judge_at(&query, NOW + 599).is_ok());
    assert_eq!(judge_at(&query, NOW + 600), Err(CallbackError::Expired));
    assert_eq!(judge_at(&query, u64::MAX), Err(CallbackError::Expired));
    assert!(judge_at(&query, 0).is_ok());
}

/// CB-14
#[test]
fn an_error_is_read_when_state_and_issuer_are_right() {
    for error in [
        "access_denied",
        "login_required",
        "consent_required",
        "server_error",
        "something_new",
    ] {
        assert_eq!(judge(&format!("error={error}&{RIGHT}")), refused(error));
    }
    assert_eq!(
        judge("error=access_denied"),
        Err(CallbackError::MissingState)
    );
    assert_eq!(
        judge("error=access_denied&state=x"),
        Err(CallbackError::StateMismatch)
    );
    assert_eq!(
        judge("error=access_denied&state=the-state"),
        Err(CallbackError::MissingIssuer)
    );
}

/// CB-16
#[test]
fn an_answer_with_error_and_code_is_an_error() {
    assert_eq!(
        judge(&format!("code=abc&error=server_error&{RIGHT}")),
        refused("server_error")
    );
    assert_eq!(judge(&format!("code=abc&error=&{RIGHT}")), refused(""));
}

/// CB-17
#[test]
fn tokens_in_the_url_are_refused() {
    for name in ["access_token", "id_token", "refresh_token"] {
        assert_eq!(
            judge(&format!("{name}=abc&{RIGHT}")),
            Err(CallbackError::TokensInUrl)
        );
        assert_eq!(
            judge(&format!("{name}=abc&code=abc&{RIGHT}")),
            Err(CallbackError::TokensInUrl)
        );
        assert_eq!(
            judge(&format!("{name}=abc")),
            Err(CallbackError::MissingState)
        );
    }
}

#[test]
fn an_answer_without_code_and_error_is_refused() {
    assert_eq!(judge(RIGHT), Err(CallbackError::MissingCode));
    assert_eq!(
        judge(&format!("code=&{RIGHT}")),
        Err(CallbackError::MissingCode)
    );
}

#[test]
fn a_parameter_that_comes_twice_is_refused() {
    for name in [
        "code",
        "state",
        "iss",
        "error",
        "error_description",
        "error_uri",
        "access_token",
        "id_token",
    ] {
        let error = Callback::parse(&format!("{name}=a&x=1&x=2&{name}=a"));
        assert_eq!(error, Err(CallbackError::Duplicate(name)));
    }
    assert_eq!(
        Callback::parse("state=a&st%61te=b"),
        Err(CallbackError::Duplicate("state"))
    );
}

/// CB-15
#[test]
fn the_description_of_an_error_is_cleaned_and_cut() {
    let long = "x".repeat(10_000);
    let query =
        format!("error=a%0D%0Ab&error_description=%3Cscript%3E%E2%80%AE%00%0A{long}&{RIGHT}");
    let Err(CallbackError::Refused { error, description }) = judge(&query) else {
        panic!()
    };
    assert_eq!(error, "ab");
    let description = description.unwrap();
    assert_eq!(description.chars().count(), 200);
    assert!(description.starts_with("<script>xxx") && description.ends_with("x…"));
}

/// FZ-01
#[test]
fn no_query_makes_a_panic() {
    assert_eq!(
        Callback::parse(&"x".repeat(20_000)),
        Err(CallbackError::TooLong)
    );
    for query in [
        "%",
        "%%%",
        "=",
        "&&&===",
        "code=%ff%fe&state=%00",
        "?????",
        "\u{0}",
        "code",
        "é=ü",
    ] {
        let _ = judge(query);
    }
}

/// SL-05, SL-07
#[test]
fn a_printed_callback_shows_neither_code_nor_state() {
    let callback = Callback::parse(&format!("code=c0de&{RIGHT}")).unwrap();
    let text = format!("{callback:?} {:?}", pending());
    for secret in ["c0de", "the-state", "the-nonce", "the-verifier"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn every_recorded_redirect_has_an_issuer_and_is_read() {
    let mut read = 0;
    for case in cases("authorize-errors") {
        let Some(location) = find_location(&case["response"]) else {
            continue;
        };
        let Some((_, query)) = location.split_once("/callback?") else {
            continue;
        };
        let callback = Callback::parse(query).unwrap();
        assert_eq!(callback.iss.as_deref(), Some(ISSUER), "{location}");
        assert!(
            callback.error.is_some() != callback.code.is_some(),
            "{location}"
        );
        read += 1;
    }
    assert!(read > 10, "{read}");
}

fn find_location(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) if text.contains("/callback?") => Some(text.clone()),
        serde_json::Value::Object(members) => members.values().find_map(find_location),
        serde_json::Value::Array(items) => items.iter().find_map(find_location),
        _ => None,
    }
}
