use super::*;

/// RP-11
#[test]
fn a_token_that_expired_is_refused() {
    for (seconds, accepted) in [(0, true), (10, true), (59, true), (60, false), (360, false)] {
        assert_eq!(
            judge(&but("exp", NOW - seconds)).is_ok(),
            accepted,
            "{seconds}"
        );
    }
    assert_eq!(
        judge(&without("exp")),
        Err(IdTokenError::Jwt(JwtError::Missing("exp")))
    );
}

/// RP-11, JW-07
#[test]
fn a_time_that_is_no_whole_number_of_seconds_is_refused() {
    for name in ["exp", "iat", "nbf"] {
        for time in [
            "\"1800000100\"",
            "1800000100.0",
            "1800000100.5",
            "1e300",
            "1.8e9",
            "-1",
            "-1800000100",
            "18446744073709551615",
            "18446744073709551616",
            "999999999999999999999999999999",
            "253402300800",
            "true",
            "[1800000100]",
            "{}",
        ] {
            let text = but(name, "HERE").to_string().replace("\"HERE\"", time);
            let token = SIGNER.sign_text(&SIGNER.header().to_string(), &text);
            assert!(judge_text(&token).is_err(), "{name} {time}");
        }
    }
}

/// RP-09, RP-10
#[test]
fn a_token_was_made_lately() {
    assert_eq!(
        judge(&without("iat")),
        Err(IdTokenError::Jwt(JwtError::Missing("iat")))
    );
    assert!(judge(&but("iat", NOW + 10)).is_ok());
    let future = IdTokenError::Jwt(JwtError::FromTheFuture {
        claim: "iat",
        seconds: 3600,
    });
    assert_eq!(judge(&but("iat", NOW + 3600)), Err(future));
    let day = 24 * 60 * 60;
    assert_eq!(
        judge(&but("iat", NOW - day)),
        Err(IdTokenError::Stale { seconds: day })
    );
    assert!(judge(&but("iat", NOW - day + 1)).is_ok());
}

/// CB-24
#[test]
fn a_clock_45_seconds_ahead_is_tolerated_and_five_minutes_are_not() {
    let made_ahead = |seconds: u64| {
        let mut claims = but("iat", NOW + seconds);
        claims["auth_time"] = (NOW + seconds).into();
        claims["exp"] = (NOW + seconds + 3600).into();
        judge(&claims)
    };
    assert!(made_ahead(45).is_ok());
    let error = made_ahead(300).unwrap_err().to_string();
    insta::assert_snapshot!(error, @"the ID token has `iat` 300 s in the future: the clocks of provider and application differ");
}

/// F14, JW-06
#[test]
fn a_token_that_is_not_valid_yet_is_refused() {
    assert!(judge(&but("nbf", NOW + 10)).is_ok());
    assert!(judge(&but("nbf", NOW - 10)).is_ok());
    let error = IdTokenError::Jwt(JwtError::FromTheFuture {
        claim: "nbf",
        seconds: 3600,
    });
    assert_eq!(judge(&but("nbf", NOW + 3600)), Err(error));
    assert_eq!(
        judge(&but("nbf", Value::Null)),
        Err(IdTokenError::Jwt(JwtError::NoTime("nbf")))
    );
}

/// RP-34
#[test]
fn a_person_who_signed_in_too_long_ago_is_refused_when_max_age_was_asked_for() {
    let judge = |claims, max_age| {
        judge_as(
            &claims,
            Occasion::SignIn {
                nonce: "the nonce",
                max_age,
            },
        )
    };
    assert!(judge(but("auth_time", NOW - 100_000), None).is_ok());
    assert!(judge(but("auth_time", NOW - 300), Some(300)).is_ok());
    assert!(judge(but("auth_time", NOW - 360), Some(300)).is_ok());
    let error = IdTokenError::SignedInTooLongAgo {
        age: 361,
        max_age: 300,
    };
    assert_eq!(judge(but("auth_time", NOW - 361), Some(300)), Err(error));
    assert_eq!(
        judge(without("auth_time"), Some(300)),
        Err(IdTokenError::Jwt(JwtError::Missing("auth_time")))
    );
    assert_eq!(
        judge(but("auth_time", "now"), Some(300)),
        Err(IdTokenError::Jwt(JwtError::Missing("auth_time")))
    );
    assert_eq!(
        judge(but("auth_time", u64::MAX), Some(300)),
        Err(IdTokenError::Jwt(JwtError::Missing("auth_time")))
    );
    let error = IdTokenError::Jwt(JwtError::FromTheFuture {
        claim: "auth_time",
        seconds: 600,
    });
    assert_eq!(judge(but("auth_time", NOW + 600), Some(0)), Err(error));
    assert!(judge(but("auth_time", NOW), Some(u64::MAX)).is_ok());
}

#[test]
fn a_clock_at_the_beginning_of_time_makes_no_panic() {
    for now in [0, 1, u64::from(u32::MAX), 253_402_300_799] {
        let expected = Expected { now, ..expected() };
        let _ = read(
            &Secret::new(SIGNER.sign(&claims())),
            &keys(&[SIGNER.jwk()]),
            &expected,
        );
    }
}
