use serde::{Deserialize, Serialize};

use crate::texts::use_texts;

/// A moment, ready to be shown by [`Time`](crate::Time). The server makes it:
/// `server::moment`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// In the language of the page, in UTC.
    pub text: String,
    /// As RFC 3339 has it, for programs.
    pub machine: String,
    /// The number that was sent, with its unit: `1795331168755 ms`.
    pub exact: String,
    /// Whether it is written without the seconds, in UTC and in the reader's time zone.
    pub to_the_minute: bool,
}

/// The format of a time in the language of the page.
pub(crate) fn time_format(to_the_minute: bool) -> &'static str {
    let texts = &use_texts().time;
    if to_the_minute {
        texts.to_the_minute
    } else {
        texts.format
    }
}

/// A date and a time of day in some time zone, written one way on the server and in the browser.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalTime {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    /// Minutes east of UTC.
    pub offset: i32,
}

impl LocalTime {
    /// Reads a time of [`Moment::machine`], which is in UTC.
    pub(crate) fn in_utc(machine: &str) -> Option<Self> {
        let part = |from: usize| machine.get(from..from + 2)?.parse().ok();
        Some(Self {
            year: machine.get(..4)?.parse().ok()?,
            month: part(5)?,
            day: part(8)?,
            hour: part(11)?,
            minute: part(14)?,
            second: part(17)?,
            offset: 0,
        })
    }

    /// In a format of [`Texts`](crate::Texts), whose names in braces stand for the parts.
    pub(crate) fn format(self, format: &str) -> String {
        let mut text = String::with_capacity(format.len());
        let mut rest = format;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let part = after.split_once('}');
            let part = part.and_then(|(name, after)| Some((self.part(name)?, after)));
            let (part, after) = part.unwrap_or_else(|| ("{".to_owned(), after));
            text.push_str(&part);
            rest = after;
        }
        text.push_str(rest);
        text
    }

    fn part(self, name: &str) -> Option<String> {
        let number = match name {
            "year" => return Some(format!("{:04}", self.year)),
            "zone" => return Some(self.zone()),
            "month" => self.month,
            "day" => self.day,
            "hour" => self.hour,
            "minute" => self.minute,
            "second" => self.second,
            _ => return None,
        };
        Some(format!("{number:02}"))
    }

    /// `UTC`, `UTC+9` or `UTC-3:30`.
    fn zone(self) -> String {
        let sign = match self.offset {
            0 => return "UTC".to_owned(),
            ..0 => '-',
            _ => '+',
        };
        let offset = self.offset.unsigned_abs();
        match (offset / 60, offset % 60) {
            (hours, 0) => format!("UTC{sign}{hours}"),
            (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Texts;

    #[test]
    fn every_part_of_a_time_is_written_in_full_and_the_zone_by_its_offset() {
        let time = |offset| LocalTime {
            year: 2026,
            month: 3,
            day: 9,
            hour: 7,
            minute: 6,
            second: 0,
            offset,
        };
        let english = Texts::ENGLISH.time.format;
        for (offset, text) in [
            (0, "2026-03-09 07:06:00 UTC"),
            (540, "2026-03-09 07:06:00 UTC+9"),
            (-210, "2026-03-09 07:06:00 UTC-3:30"),
        ] {
            assert_eq!(time(offset).format(english), text);
        }
        let english = Texts::ENGLISH.time.to_the_minute;
        assert_eq!(time(0).format(english), "2026-03-09 07:06 UTC");
        assert_eq!(time(0).format("{ {hour} {week} {day"), "{ 07 {week} {day");
    }

    #[test]
    fn a_time_in_a_list_is_read_from_what_programs_read() {
        let short = |machine| {
            let time = LocalTime::in_utc(machine)?;
            Some(time.format(Texts::ENGLISH.time.short))
        };
        let expected = Some("2026-03-09 07:06".to_owned());
        assert_eq!(short("2026-03-09T07:06:08Z"), expected);
        for odd in ["", "2026-03-09", "2026-03-09T07:0é:08Z", "soon"] {
            assert_eq!(short(odd), None, "{odd}");
        }
    }
}
