//! When to look at the end of a session again, and what to show until then.

use logto_types::SessionEnd;

/// The end that the server sends may be a minute early, and a check extends a session that has not
/// ended. So a page checks only when the session has certainly ended.
const AFTER_THE_END: f64 = 90.0;

/// The seconds left, when they are worth a warning, and in how many seconds to look again: none
/// when it is over.
pub(super) fn next_tick(end: SessionEnd, now: f64) -> (Option<u32>, f64) {
    let left = seconds(end.at) - now;
    let until_warning = seconds(end.warn_at()) - now;
    if until_warning > 0.0 {
        return (None, until_warning);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 300"
    )]
    let shown = left.clamp(0.0, 300.0).ceil() as u32;
    if left > 0.0 {
        (Some(shown), left.fract().max(0.05))
    } else {
        (Some(0), left + AFTER_THE_END)
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit")]
pub(super) fn seconds(time: i64) -> f64 {
    time as f64
}

#[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit")]
pub(super) fn whole(time: f64) -> i64 {
    time as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: SessionEnd = SessionEnd {
        now: 1000,
        at: 2000,
        latest: 9000,
    };

    #[test]
    fn the_clock_sleeps_until_the_warning_counts_seconds_and_waits_after_the_end() {
        assert_eq!(next_tick(END, 1000.0), (None, 800.0));
        assert_eq!(next_tick(END, 1990.25), (Some(10), 0.75));
        assert_eq!(next_tick(END, 2000.0), (Some(0), 90.0));
        assert_eq!(next_tick(END, 2090.0), (Some(0), 0.0));
    }
}
