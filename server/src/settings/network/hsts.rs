//! `Strict-Transport-Security` (RFC 6797).

use axum::http::HeaderValue;

use crate::settings::fault::Fault;

/// For this host alone: what other names of its domain do is not for this application to say.
pub(super) const DEFAULT: &str = "max-age=31536000";
/// The `max-age` that browsers' preload lists require, in seconds.
const PRELOAD: u64 = 31_536_000;

/// Reads the value of the header, or `off`.
pub(super) fn parse(text: Option<&str>) -> Result<Option<HeaderValue>, Fault> {
    let text = text.unwrap_or(DEFAULT);
    if text == "off" {
        return Ok(None);
    }
    let fault = |problem: &str| {
        let example = "max-age=63072000; includeSubDomains, or off";
        Fault::new("HSTS", format!("is {text:?}; {problem}"), example)
    };
    let (mut age, mut subdomains, mut preload) = (None, false, false);
    for directive in text.split(';').map(str::trim) {
        let directive = directive.to_ascii_lowercase();
        let twice = match directive.as_str() {
            "includesubdomains" => std::mem::replace(&mut subdomains, true),
            "preload" => std::mem::replace(&mut preload, true),
            other => {
                let seconds = other.strip_prefix("max-age=");
                let seconds = seconds.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
                let seconds = seconds.and_then(|text| text.parse::<u64>().ok());
                let seconds = seconds.ok_or_else(|| {
                    fault(
                        "it must have max-age=SECONDS, and may have includeSubDomains and preload",
                    )
                })?;
                age.replace(seconds).is_some()
            }
        };
        if twice {
            return Err(fault("it has a directive twice"));
        }
    }
    let age = age.ok_or_else(|| fault("max-age=SECONDS is missing"))?;
    if preload && !(subdomains && age >= PRELOAD) {
        return Err(fault(
            "preload needs includeSubDomains and a max-age of a year or more (31536000)",
        ));
    }
    let value = HeaderValue::from_str(text).map_err(|_| fault("it is no value of a header"))?;
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_browsers_understand_is_sent_as_it_is() {
        assert_eq!(parse(None).unwrap().unwrap(), DEFAULT);
        for text in [
            "max-age=0",
            "max-age=63072000; includeSubDomains; preload",
            "includeSubDomains;max-age=1",
        ] {
            assert_eq!(parse(Some(text)).unwrap().unwrap(), text);
        }
        assert_eq!(parse(Some("off")).unwrap(), None);
    }

    #[test]
    fn any_other_is_refused() {
        for text in [
            "on",
            "31536000",
            "max-age",
            "max-age=",
            "max-age=1y",
            "max-age=-1",
            "max-age=1; max-age=2",
            "max-age=1; domain=x",
            "max-age=1;",
            "includeSubDomains",
            "max-age=1; preload",
            "max-age=1; includeSubDomains; preload",
            "max-age=1\r\nx: y",
        ] {
            assert_eq!(parse(Some(text)).unwrap_err().key, "HSTS", "{text}");
        }
    }
}
