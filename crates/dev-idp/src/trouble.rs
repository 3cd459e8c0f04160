//! Requests that wait or fail because a test says so.

use std::time::Duration;

use axum::http::StatusCode;

use crate::{
    cookies,
    requests::{Call, bearer},
    state::State,
};

/// Trouble for the next requests it fits.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    /// The path; none is every path.
    pub(crate) path: Option<String>,
    /// The id of the person whose requests it meets; none is everybody's, and those that are nobody's.
    pub(crate) person: Option<String>,
    /// How long a request waits.
    pub(crate) wait: Duration,
    /// What it is answered with, if it fails.
    pub(crate) status: Option<StatusCode>,
    /// Whether it is served, and the connection breaks before the answer is complete.
    pub(crate) loses_answer: bool,
    /// How many requests it is still for.
    pub(crate) left: u32,
}

/// What a request meets.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Met {
    pub(crate) wait: Duration,
    pub(crate) status: Option<StatusCode>,
    pub(crate) loses_answer: bool,
}

#[derive(Default)]
pub(crate) struct Troubles(Vec<Trouble>);

impl Troubles {
    pub(crate) fn add(&mut self, trouble: Trouble) {
        self.0.push(trouble);
    }

    /// Ends those of one person, or all.
    pub(crate) fn end(&mut self, person: Option<&str>) {
        self.0
            .retain(|trouble| person.is_some() && trouble.person.as_deref() != person);
    }

    /// Counts down what this request meets: at most one failure, and one wait that is no failure.
    pub(crate) fn meet(&mut self, path: &str, person: Option<&str>) -> Met {
        let mut met = Met::default();
        for failing in [false, true] {
            let trouble = self
                .0
                .iter_mut()
                .find(|trouble| trouble.fails() == failing && trouble.fits(path, person));
            if let Some(trouble) = trouble {
                trouble.left -= 1;
                met.wait += trouble.wait;
                met.status = trouble.status.or(met.status);
                met.loses_answer |= trouble.loses_answer;
            }
        }
        self.0.retain(|trouble| trouble.left > 0);
        met
    }
}

impl Trouble {
    /// Whether the request gets no answer of its own.
    fn fails(&self) -> bool {
        self.status.is_some() || self.loses_answer
    }

    fn fits(&self, path: &str, person: Option<&str>) -> bool {
        self.left > 0
            && self.path.as_deref().is_none_or(|held| held == path)
            && (self.person.is_none() || self.person.as_deref() == person)
    }
}

impl State {
    /// Whose request this is, as far as a code, a token or a cookie tells.
    pub(crate) fn person_of(&self, call: &Call) -> Option<&str> {
        let access = |value| Some(&self.access_tokens.get(value)?.standing);
        let refresh = |value| Some(&self.refresh_tokens.get(value)?.standing);
        let body = |name| call.body.get(name);
        let standing = None
            .or_else(|| Some(&self.codes.get(body("code")?)?.standing))
            .or_else(|| refresh(body("refresh_token")?))
            .or_else(|| body("token").and_then(|value| refresh(value).or_else(|| access(value))))
            .or_else(|| access(body("access_token")?))
            .or_else(|| access(bearer(call)?));
        standing.map(|standing| standing.user.as_str()).or_else(|| {
            let session = cookies::read(&call.headers, cookies::SESSION)?;
            self.sessions.get(session)?.user.as_deref()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTAGE: Option<StatusCode> = Some(StatusCode::SERVICE_UNAVAILABLE);

    fn trouble(path: Option<&str>, person: Option<&str>, status: Option<StatusCode>) -> Trouble {
        Trouble {
            path: path.map(str::to_owned),
            person: person.map(str::to_owned),
            wait: Duration::from_secs(u64::from(status.is_none())),
            status,
            loses_answer: false,
            left: 1,
        }
    }

    #[test]
    fn trouble_is_for_a_path_and_a_person_and_ends() {
        let mut troubles = Troubles::default();
        troubles.add(trouble(Some("/me"), Some("alice"), OUTAGE));
        for (path, person) in [
            ("/me", None),
            ("/me", Some("bob")),
            ("/jwks", Some("alice")),
        ] {
            assert_eq!(
                troubles.meet(path, person),
                Met::default(),
                "{path} {person:?}"
            );
        }
        assert_eq!(troubles.meet("/me", Some("alice")).status, OUTAGE);
        assert_eq!(troubles.meet("/me", Some("alice")), Met::default());
    }

    #[test]
    fn a_request_may_wait_and_then_fail() {
        let mut troubles = Troubles::default();
        troubles.add(trouble(None, None, OUTAGE));
        troubles.add(trouble(None, None, None));
        let wait = Duration::from_secs(1);
        assert_eq!(
            troubles.meet("/me", None),
            Met {
                wait,
                status: OUTAGE,
                loses_answer: false,
            }
        );
        assert_eq!(troubles.meet("/me", None), Met::default());
    }

    #[test]
    fn one_persons_trouble_ends_alone() {
        let mut troubles = Troubles::default();
        for person in [Some("alice"), Some("bob"), None] {
            troubles.add(trouble(None, person, OUTAGE));
        }
        troubles.end(Some("alice"));
        assert_eq!(troubles.0.len(), 2);
        troubles.end(None);
        assert_eq!(troubles.0.len(), 0);
    }
}
