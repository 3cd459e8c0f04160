//! Times as text.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A Unix time in seconds by RFC 3339, in UTC: `2026-11-29T14:00:00Z`. Empty for a time that has no such text.
pub(crate) fn rfc3339(seconds: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok();
    time.and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_utc_and_whole_seconds() {
        assert_eq!(rfc3339(1_795_960_800), "2026-11-29T14:00:00Z");
        assert_eq!(rfc3339(i64::MAX), "");
    }
}
