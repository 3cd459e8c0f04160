//! Faults: requests that wait, fail or lose their answer because a test asked for it.

use std::time::Duration;

use axum::http::StatusCode;

/// A fault, for the next requests that match.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// The path; none is every path.
    pub(crate) path: Option<String>,
    /// The id of the person whose requests it is for; none is every request.
    pub(crate) person: Option<String>,
    /// The delay of a request.
    pub(crate) wait: Duration,
    /// The status of the answer, if the request fails.
    pub(crate) status: Option<StatusCode>,
    /// Whether the request is served and the connection breaks before the answer is complete.
    pub(crate) loses_answer: bool,
    /// How many more requests it applies to.
    pub(crate) left: u32,
}

/// The effect of the faults on one request.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Effect {
    pub(crate) wait: Duration,
    pub(crate) status: Option<StatusCode>,
    pub(crate) loses_answer: bool,
}

#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Removes the faults of one person, or all.
    pub(crate) fn end(&mut self, person: Option<&str>) {
        self.0
            .retain(|fault| person.is_some() && fault.person.as_deref() != person);
    }

    /// Applies the matching faults to a request and counts them down: at most one delay and one failure.
    pub(crate) fn apply(&mut self, path: &str, person: Option<&str>) -> Effect {
        let mut effect = Effect::default();
        for failing in [false, true] {
            let fault = self
                .0
                .iter_mut()
                .find(|fault| fault.fails() == failing && fault.matches(path, person));
            if let Some(fault) = fault {
                fault.left -= 1;
                effect.wait += fault.wait;
                effect.status = fault.status.or(effect.status);
                effect.loses_answer |= fault.loses_answer;
            }
        }
        self.0.retain(|fault| fault.left > 0);
        effect
    }
}

impl Fault {
    /// No effect yet on so many next requests for a path.
    pub(crate) fn next(path: &str, times: u32) -> Self {
        Self {
            path: Some(path.to_owned()),
            person: None,
            wait: Duration::ZERO,
            status: None,
            loses_answer: false,
            left: times,
        }
    }

    /// Whether the request gets no answer of its own.
    fn fails(&self) -> bool {
        self.status.is_some() || self.loses_answer
    }

    fn matches(&self, path: &str, person: Option<&str>) -> bool {
        self.left > 0
            && self.path.as_deref().is_none_or(|held| held == path)
            && (self.person.is_none() || self.person.as_deref() == person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTAGE: Option<StatusCode> = Some(StatusCode::SERVICE_UNAVAILABLE);

    fn fault(path: Option<&str>, person: Option<&str>, status: Option<StatusCode>) -> Fault {
        Fault {
            path: path.map(str::to_owned),
            person: person.map(str::to_owned),
            wait: Duration::from_secs(u64::from(status.is_none())),
            status,
            loses_answer: false,
            left: 1,
        }
    }

    #[test]
    fn a_fault_is_for_a_path_and_a_person_and_ends() {
        let mut faults = Faults::default();
        faults.add(fault(Some("/me"), Some("alice"), OUTAGE));
        for (path, person) in [
            ("/me", None),
            ("/me", Some("bob")),
            ("/jwks", Some("alice")),
        ] {
            assert_eq!(
                faults.apply(path, person),
                Effect::default(),
                "{path} {person:?}"
            );
        }
        assert_eq!(faults.apply("/me", Some("alice")).status, OUTAGE);
        assert_eq!(faults.apply("/me", Some("alice")), Effect::default());
    }

    #[test]
    fn a_request_may_wait_and_then_fail() {
        let mut faults = Faults::default();
        faults.add(fault(None, None, OUTAGE));
        faults.add(fault(None, None, None));
        let wait = Duration::from_secs(1);
        assert_eq!(
            faults.apply("/me", None),
            Effect {
                wait,
                status: OUTAGE,
                loses_answer: false,
            }
        );
        assert_eq!(faults.apply("/me", None), Effect::default());
    }

    #[test]
    fn the_faults_of_one_person_end_alone() {
        let mut faults = Faults::default();
        for person in [Some("alice"), Some("bob"), None] {
            faults.add(fault(None, person, OUTAGE));
        }
        faults.end(Some("alice"));
        assert_eq!(faults.0.len(), 2);
        faults.end(None);
        assert_eq!(faults.0.len(), 0);
    }
}
