//! Timestamps as texts.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::model::{LocalTime, Moment, time_format};

/// A time in seconds since 1970, for [`Time`](crate::Time). `None` when there is no such time.
#[must_use]
pub fn moment(seconds: i64) -> Option<Moment> {
    described(seconds, format!("{seconds} s"), false)
}

/// A time in seconds since 1970 as [`moment`] has it, shown without the seconds.
#[must_use]
pub fn moment_to_the_minute(seconds: i64) -> Option<Moment> {
    described(seconds, format!("{seconds} s"), true)
}

/// A time in milliseconds since 1970, as Logto has it in `created_at` and `updated_at`. `None` when
/// there is no such time.
#[must_use]
pub fn moment_in_milliseconds(milliseconds: i64) -> Option<Moment> {
    let exact = format!("{milliseconds} ms");
    described(milliseconds.div_euclid(1000), exact, false)
}

fn described(seconds: i64, exact: String, to_the_minute: bool) -> Option<Moment> {
    let moment = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    let utc = LocalTime {
        year: moment.year(),
        month: moment.month().into(),
        day: moment.day(),
        hour: moment.hour(),
        minute: moment.minute(),
        second: moment.second(),
        offset: 0,
    };
    Some(Moment {
        text: utc.format(time_format(to_the_minute)),
        machine: moment.format(&Rfc3339).ok()?,
        exact,
        to_the_minute,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_and_seconds_differ_and_stay_exact() {
        let expected = |exact: &str| Moment {
            text: "2026-11-22 07:06:08 UTC".into(),
            machine: "2026-11-22T07:06:08Z".into(),
            exact: exact.into(),
            to_the_minute: false,
        };
        assert_eq!(moment(1_795_331_168), Some(expected("1795331168 s")));
        assert_eq!(
            moment_in_milliseconds(1_795_331_168_755),
            Some(expected("1795331168755 ms"))
        );
    }

    #[test]
    fn to_the_minute_only_the_text_is_shorter() {
        let seconds = 1_795_331_168;
        let (short, full) = (moment_to_the_minute(seconds), moment(seconds).unwrap());
        let expected = Moment {
            text: "2026-11-22 07:06 UTC".into(),
            to_the_minute: true,
            ..full
        };
        assert_eq!(short, Some(expected));
    }

    #[test]
    fn a_time_before_1970_is_rounded_down_as_any_other() {
        let moment = moment_in_milliseconds(-1).unwrap();
        assert_eq!(moment.machine, "1969-12-31T23:59:59Z");
    }

    #[test]
    fn what_is_no_time_is_none() {
        assert_eq!(moment(i64::MAX), None);
        assert_eq!(moment_in_milliseconds(i64::MIN), None);
    }
}
