use super::*;

/// JW-06
#[test]
fn a_token_counts_from_its_beginning_to_its_end_give_or_take_the_tolerance() {
    for (name, time, accepted) in [
        ("exp", NOW + 1, true),
        ("exp", NOW - 10, true),
        ("exp", NOW - 59, true),
        ("exp", NOW - 60, false),
        ("exp", NOW - 120, false),
        ("nbf", NOW - 10, true),
        ("nbf", NOW + 10, true),
        ("nbf", NOW + 60, true),
        ("nbf", NOW + 61, false),
        ("nbf", NOW + 3600, false),
        ("iat", NOW + 10, true),
        ("iat", NOW + 61, false),
        ("iat", NOW + 3600, false),
    ] {
        let judged = judge(&but(name, time));
        assert_eq!(judged.is_ok(), accepted, "{name} {time}: {judged:?}");
    }
    // Made long ago and still counting: its provider decides how long a token lives.
    assert!(judge(&but("iat", NOW - 30 * 24 * 3600)).is_ok());
    let text = judge(&but("exp", NOW - 120)).unwrap_err().to_string();
    assert_eq!(
        text,
        "the access token expired 120 s ago; do the clocks differ?"
    );
}

/// JW-07
#[test]
fn a_time_that_is_no_whole_number_of_seconds_is_refused() {
    for name in ["exp", "iat", "nbf"] {
        for time in [
            "\"1800000100\"",
            "1800000100.0",
            "1800000100.5",
            "1e300",
            "-1",
            "null",
            "18446744073709551615",
            "18446744073709551616",
            "253402300800",
            "true",
            "[1800000100]",
            "{}",
        ] {
            let text = but(name, "HERE").to_string().replace("\"HERE\"", time);
            let token = SIGNER.sign_text(&header().to_string(), &text);
            assert!(judge_text(&token).is_err(), "{name} {time}");
        }
    }
}

#[test]
fn no_clock_makes_a_panic() {
    for now in [0, 1, u64::from(u32::MAX), 253_402_300_799] {
        let _ = read(
            &sign(&claims()),
            &keys(&[SIGNER.jwk()]),
            &expected(&API),
            now,
        );
    }
}
