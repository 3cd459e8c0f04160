//! 429 with `Retry-After`: until then, no request is sent to that endpoint.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;

use url::Url;

/// The longest time that one answer stops requests to an endpoint, in seconds.
const LONGEST: u64 = 60;

/// Until when no request is sent to an endpoint, in seconds since 1970.
#[derive(Debug, Default)]
pub(super) struct RateLimits(Mutex<HashMap<Url, u64>>);

impl RateLimits {
    /// How many seconds are left for an endpoint; `None` when requests may be sent.
    pub(super) fn left(&self, endpoint: &Url, now: u64) -> Option<u64> {
        seconds_left(*self.lock().get(endpoint)?, now)
    }

    /// The same, of the endpoint that has the most.
    pub(super) fn longest(&self, now: u64) -> Option<u64> {
        let limits = self.lock();
        let left = limits
            .values()
            .filter_map(|until| seconds_left(*until, now));
        left.max()
    }

    /// Begins to wait as the header says (RFC 9110 section 10.2.3), one minute at most. `None` when
    /// the header cannot be read or says that there is nothing to wait for.
    pub(super) fn begin(&self, endpoint: &Url, header: &str, now: u64) -> Option<u64> {
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
        let mut limits = self.lock();
        limits.retain(|_, until| seconds_left(*until, now).is_some());
        limits.insert(endpoint.clone(), now.saturating_add(seconds));
        Some(seconds)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Url, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// More than the longest time is left only when the clock was set back: then the wait is over.
fn seconds_left(until: u64, now: u64) -> Option<u64> {
    let left = until.saturating_sub(now);
    (1..=LONGEST).contains(&left).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn endpoint(path: &str) -> Url {
        format!("https://logto.example/oidc/{path}")
            .parse()
            .unwrap()
    }

    /// OU-10
    #[test]
    fn seconds_and_dates_are_read_and_bounded() {
        for (header, seconds) in [
            ("7", Some(7)),
            (" 7 ", Some(7)),
            ("86400", Some(60)),
            ("99999999999999999999", None),
            ("0", None),
            ("-1", None),
            ("soon", None),
            ("", None),
            ("Fri, 15 Jan 2027 08:00:30 GMT", Some(30)),
            ("Fri, 15 Jan 2027 07:59:00 GMT", None),
            ("Fri, 15 Jan 2038 08:00:00 GMT", Some(60)),
        ] {
            let (limits, token) = (RateLimits::default(), endpoint("token"));
            assert_eq!(limits.begin(&token, header, NOW), seconds, "{header:?}");
            assert_eq!(limits.left(&token, NOW), seconds, "{header:?}");
            assert_eq!(limits.left(&endpoint("me"), NOW), None, "{header:?}");
        }
    }

    #[test]
    fn the_wait_ends_also_when_the_clock_is_set_back() {
        let (limits, token) = (RateLimits::default(), endpoint("token"));
        limits.begin(&token, "7", NOW);
        assert_eq!(limits.left(&token, NOW + 6), Some(1));
        assert_eq!(limits.left(&token, NOW + 7), None);
        assert_eq!(limits.left(&token, NOW - 3600), None);
    }

    #[test]
    fn the_longest_wait_is_of_any_endpoint_and_waits_that_are_over_are_forgotten() {
        let limits = RateLimits::default();
        limits.begin(&endpoint("token"), "7", NOW);
        limits.begin(&endpoint("me"), "20", NOW);
        assert_eq!(limits.longest(NOW), Some(20));
        assert_eq!(limits.longest(NOW + 20), None);
        limits.begin(&endpoint("jwks"), "7", NOW + 20);
        assert_eq!(limits.lock().len(), 1);
    }
}
