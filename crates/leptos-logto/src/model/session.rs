use serde::{Deserialize, Serialize};

use super::Viewer;
use crate::json::parse_struct;

/// A session, as far as the browser may know it. Never a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The person who is looking.
    pub viewer: Viewer,
    /// The ids of the organizations the person is in, from the ID token.
    pub organizations: Vec<String>,
    /// The person's roles everywhere; `None` when the ID token does not say.
    pub roles: Option<Vec<String>>,
    /// The person's roles in organizations, as `<organization id>:<role>`; `None` when the ID token does not say.
    pub organization_roles: Option<Vec<String>>,
    /// The scopes that were granted at the sign-in.
    pub scopes: Vec<String>,
    /// The scopes and permissions that the person has switched off: nobody else can help.
    pub switched_off: Vec<String>,
    /// When it ends.
    pub end: SessionEnd,
}

/// When a session ends, in Unix seconds by the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnd {
    /// What the server's clock said when it answered.
    pub now: i64,
    /// When it ends if nobody uses it any more.
    pub at: i64,
    /// When it ends however much it is used.
    pub latest: i64,
}

parse_struct!(Session {
    viewer,
    organizations,
    roles,
    organization_roles,
    scopes,
    switched_off,
    end,
});

parse_struct!(SessionEnd { now, at, latest });

impl SessionEnd {
    /// Whether using it makes it end later.
    #[must_use]
    pub fn can_be_prolonged(self) -> bool {
        self.at < self.latest
    }

    /// How long before its end a session is worth a warning: five minutes, or a fifth of its rest if that is less.
    #[must_use]
    pub fn warn_at(self) -> i64 {
        self.at - ((self.at - self.now) / 5).clamp(0, 300)
    }
}

impl Session {
    /// Tells two sessions apart, and says nothing: another person, or another sign-in of the same one, is another.
    #[must_use]
    pub fn identity(&self) -> String {
        format!("{} {}", self.end.latest, self.viewer.subject)
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
