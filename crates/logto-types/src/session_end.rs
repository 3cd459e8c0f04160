/// When a session ends, in Unix seconds by the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SessionEnd {
    /// The time when the server answered, for browsers whose clock is off.
    pub now: i64,
    /// When the session ends if nobody uses it again. The real end may be up to a minute after
    /// this: a use is written once a minute.
    pub at: i64,
    /// When it ends at the latest, however much it is used.
    pub latest: i64,
}

impl SessionEnd {
    /// Whether using the session moves its end.
    #[must_use]
    pub const fn can_be_prolonged(self) -> bool {
        self.at < self.latest
    }

    /// When to warn the person, in Unix seconds: five minutes before the end, or in the last fifth
    /// of a shorter rest.
    #[must_use]
    pub fn warn_at(self) -> i64 {
        self.at - ((self.at - self.now) / 5).clamp(0, 300)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(now: i64, at: i64, latest: i64) -> SessionEnd {
        SessionEnd { now, at, latest }
    }

    #[test]
    fn a_session_at_its_latest_end_cannot_be_prolonged() {
        assert!(end(0, 100, 200).can_be_prolonged());
        assert!(!end(0, 200, 200).can_be_prolonged());
    }

    #[test]
    fn the_warning_comes_five_minutes_before_the_end_or_in_the_last_fifth() {
        assert_eq!(end(0, 86_400, 604_800).warn_at(), 86_100);
        assert_eq!(end(0, 100, 604_800).warn_at(), 80);
        assert_eq!(end(100, 100, 604_800).warn_at(), 100);
        assert_eq!(end(200, 100, 604_800).warn_at(), 100);
    }
}
