//! Recent refusals of Logto: a repeated request gets the same error, and Logto is not asked.

use logto::{Audience, ErrorResponse, TokenError};
use serde::{Deserialize, Serialize};

/// How long a refusal holds, in seconds: so soon it shows that somebody was let into an
/// organization.
const HOLDS: u64 = 20;
/// How many a session keeps.
const MOST: usize = 16;

/// The token requests that Logto refused in one session. They are dropped with the session, and
/// when other scopes are chosen.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Refusals(Vec<Refused>);

#[derive(Clone, Serialize, Deserialize)]
struct Refused {
    audience: Audience,
    refusal: ErrorResponse,
    at: u64,
}

impl Refused {
    fn holds(&self, now: u64) -> bool {
        (self.at..self.at + HOLDS).contains(&now)
    }
}

impl Refusals {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What Logto said about an audience, while it holds.
    pub(crate) fn about(&self, audience: &Audience, now: u64) -> Option<logto::Error> {
        let mut refusals = self.0.iter();
        let found = refusals.find(|refused| refused.audience == *audience && refused.holds(now));
        found.map(|refused| TokenError::Refused(refused.refusal.clone()).into())
    }

    /// Notes it if it is about the audience, and will be so for a while. `false`: it is not.
    pub(crate) fn note(&mut self, audience: &Audience, error: &logto::Error, now: u64) -> bool {
        let logto::Error::Token(TokenError::Refused(refusal)) = error else {
            return false;
        };
        // Not a member, or no such organization; a resource, or organizations at all, that the
        // sign-in did not ask for.
        let about_the_audience = ["access_denied", "invalid_target", "insufficient_scope"];
        if !about_the_audience.contains(&refusal.error.as_str()) {
            return false;
        }
        self.0
            .retain(|other| other.audience != *audience && other.holds(now));
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(Refused {
            audience: audience.clone(),
            refusal: refusal.clone(),
            at: now,
        });
        true
    }

    /// It was given.
    pub(crate) fn forget(&mut self, audience: &Audience) {
        self.0.retain(|other| other.audience != *audience);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
