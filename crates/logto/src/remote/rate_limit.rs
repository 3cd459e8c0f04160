//! 429 with `Retry-After`: until then, no request is sent to the provider.

use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

/// No provider keeps us away for longer, in seconds.
const LONGEST: u64 = 5 * 60;

/// Until when no request is sent, in seconds since 1970.
#[derive(Debug, Default)]
pub(super) struct RateLimit(Mutex<u64>);

impl RateLimit {
    /// How many seconds are left; `None` when requests may be sent.
    pub(super) fn left(&self, now: u64) -> Option<u64> {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // More than that is left only when the clock was set back.
        let left = until.saturating_sub(now);
        (1..=LONGEST).contains(&left).then_some(left)
    }

    /// Begins to wait as the header says (RFC 9110 section 10.2.3), five minutes at most. `None` when it cannot be read or says
    /// that there is nothing to wait for.
    pub(super) fn begin(&self, header: &str, now: u64) -> Option<u64> {
        let header = header.trim();
        let seconds = header.parse().ok().or_else(|| {
            let date = httpdate::parse_http_date(header).ok()?;
            let date = date.duration_since(UNIX_EPOCH).ok()?.as_secs();
            Some(date.saturating_sub(now))
        })?;
        let seconds = u64::min(seconds, LONGEST);
        if seconds == 0 {
            return None;
        }
        let mut until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *until = now.saturating_add(seconds);
        Some(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    /// OU-10
    #[test]
    fn seconds_and_dates_are_read_and_bounded() {
        for (header, seconds) in [
            ("7", Some(7)),
            (" 7 ", Some(7)),
            ("86400", Some(300)),
            ("99999999999999999999", None),
            ("0", None),
            ("-1", None),
            ("soon", None),
            ("", None),
            ("Fri, 15 Jan 2027 08:00:30 GMT", Some(30)),
            ("Fri, 15 Jan 2027 07:59:00 GMT", None),
            ("Fri, 15 Jan 2038 08:00:00 GMT", Some(300)),
        ] {
            let limit = RateLimit::default();
            assert_eq!(limit.begin(header, NOW), seconds, "{header:?}");
            assert_eq!(limit.left(NOW), seconds, "{header:?}");
        }
    }

    #[test]
    fn the_wait_ends_also_when_the_clock_is_set_back() {
        let limit = RateLimit::default();
        limit.begin("7", NOW);
        assert_eq!(limit.left(NOW + 6), Some(1));
        assert_eq!(limit.left(NOW + 7), None);
        assert_eq!(limit.left(NOW - 3600), None);
    }
}
