//! How long sessions last and what they keep, and how long the server goes on after it was told to
//! stop.

use std::time::Duration;

use super::{fault::Fault, file, flag::parse_flag};

/// Logto's refresh tokens live 14 days; a session that outlives them could not be kept up (SE-07).
const LONGEST: Duration = Duration::from_hours(14 * 24);
/// Shorter than that, a page could hardly be read.
const SHORTEST: Duration = Duration::from_secs(10);

/// The idle time and the lifetime.
pub(super) fn times(
    file: file::Session,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<(Duration, Duration), Fault> {
    let text = env("SESSION_LIFETIME").unwrap_or(file.lifetime);
    let fault = |problem| Fault::new("SESSION_LIFETIME", format!("is {text:?}; {problem}"), "7d");
    let lifetime = duration(&text).ok_or_else(|| fault(FORM))?;
    if !(SHORTEST..=LONGEST).contains(&lifetime) {
        let problem = "it must be from 10s to 14d, the life of a refresh token";
        return Err(fault(problem));
    }
    let text = env("SESSION_IDLE").unwrap_or(file.idle);
    let fault = |problem| Fault::new("SESSION_IDLE", format!("is {text:?}; {problem}"), "24h");
    let idle = duration(&text).ok_or_else(|| fault(FORM))?;
    if !(SHORTEST..=lifetime).contains(&idle) {
        return Err(fault("it must be from 10s to the lifetime"));
    }
    Ok((idle, lifetime))
}

/// A load balancer looks more often than that.
const LONGEST_SHUTDOWN_DELAY: Duration = Duration::from_mins(5);

/// How long the server accepts connections after it was told to stop.
pub(super) fn shutdown_delay(text: Option<&str>) -> Result<Duration, Fault> {
    let Some(text) = text else {
        return Ok(Duration::ZERO);
    };
    let fault = |problem| Fault::new("SHUTDOWN_DELAY", format!("is {text:?}; {problem}"), "10s");
    let delay = duration(text).ok_or_else(|| fault(FORM))?;
    if delay > LONGEST_SHUTDOWN_DELAY {
        return Err(fault("it must be from 0s to 5m"));
    }
    Ok(delay)
}

/// Whether a session keeps the network of the address that it began from.
pub(super) fn parse_keep_address(
    file: &file::Session,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<bool, Fault> {
    parse_flag("SESSION_KEEP_ADDRESS", env, file.keep_address, "false")
}

const FORM: &str = "a time is a number and one of s, m, h, d";

/// Reads `90s`, `10m`, `24h` or `7d`.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    let number = Some(number).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))?;
    let number: u64 = number.parse().ok()?;
    number.checked_mul(seconds).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_of_a_shutdown_has_a_limit() {
        let seconds = |text| shutdown_delay(text).map(|delay| delay.as_secs());
        assert_eq!(seconds(None), Ok(0));
        assert_eq!(seconds(Some("0s")), Ok(0));
        assert_eq!(seconds(Some("10s")), Ok(10));
        assert_eq!(seconds(Some("5m")), Ok(300));
        for text in ["301s", "10", "-1s", "soon"] {
            let fault = shutdown_delay(Some(text)).unwrap_err();
            assert_eq!(fault.key, "SHUTDOWN_DELAY", "{text}");
        }
    }

    #[test]
    fn a_time_is_a_number_and_a_unit() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("24h", 86_400), ("7d", 604_800)] {
            assert_eq!(duration(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "s",
            "24",
            "24 h",
            "-1h",
            "+1h",
            "1.5h",
            "1w",
            "24H",
            "1時",
            "99999999999999999999s",
            "9999999999999999999d",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
