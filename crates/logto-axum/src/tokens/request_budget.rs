//! The rate limit of requests to Logto for one person, whatever their browser does.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::error::Error;

/// So many requests at once.
const AT_ONCE: u64 = 120;
/// After that, so many each second.
const PER_SECOND: u64 = 2;

/// Whoever is refused is named in the log once in so long.
const LOGGED_EVERY: u64 = 60 * PER_SECOND;

/// The recent requests of each person, in this process. Entries without a request for a minute are
/// dropped.
#[derive(Debug, Default)]
pub(crate) struct RequestBudget(Mutex<Asked>);

#[derive(Debug, Default)]
struct Asked {
    /// By subject: the theoretical arrival time of the rate limit (GCRA). The unit is the interval
    /// of one request.
    arrival: HashMap<String, u64>,
    /// By subject, when the log last said that they are refused.
    logged: HashMap<String, u64>,
    swept: u64,
}

impl RequestBudget {
    /// Counts a request that is about to be sent, or refuses it.
    pub(crate) fn take(&self, subject: &str, now: u64) -> Result<(), Error> {
        let now = now * PER_SECOND;
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.swept + AT_ONCE <= now {
            asked.arrival.retain(|_, arrival| *arrival > now);
            asked.logged.retain(|_, at| is_recent(*at, now));
            asked.swept = now;
        }
        let arrival = asked.arrival.get(subject).copied().unwrap_or_default();
        let most = now + AT_ONCE;
        // It can only be higher when the clock was put back. That must not lock anybody out.
        let arrival = if arrival > most {
            now
        } else {
            arrival.max(now)
        } + 1;
        if arrival > most {
            let logged = asked.logged.get(subject);
            if !logged.is_some_and(|at| is_recent(*at, now)) {
                asked.logged.insert(subject.to_owned(), now);
                tracing::warn!(
                    subject,
                    "requests to Logto for one person are refused from now on: there were too many. Said once a minute"
                );
            }
            return Err(Error::Throttled);
        }
        asked.arrival.insert(subject.to_owned(), arrival);
        Ok(())
    }
}

/// Also when the clock was put back.
fn is_recent(at: u64, now: u64) -> bool {
    now.abs_diff(at) < LOGGED_EVERY
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_334_768;

    fn answered(budget: &RequestBudget, subject: &str, now: u64) -> usize {
        let asked = (0..200).take_while(|_| budget.take(subject, now).is_ok());
        asked.count()
    }

    #[test]
    fn so_many_at_once_then_two_each_second() {
        let budget = RequestBudget::default();
        assert_eq!(answered(&budget, "alice", NOW), 120);
        assert_eq!(answered(&budget, "alice", NOW), 0);
        assert_eq!(answered(&budget, "alice", NOW + 1), 2);
        assert_eq!(answered(&budget, "alice", NOW + 11), 20);
        assert_eq!(answered(&budget, "alice", NOW + 1000), 120);
    }

    #[test]
    fn one_person_takes_nothing_from_another() {
        let budget = RequestBudget::default();
        assert_eq!(answered(&budget, "alice", NOW), 120);
        assert_eq!(answered(&budget, "bob", NOW), 120);
    }

    #[test]
    fn whoever_asks_nothing_is_forgotten() {
        let budget = RequestBudget::default();
        for number in 0..50 {
            budget.take(&number.to_string(), NOW).unwrap();
        }
        budget.take("alice", NOW + 60).unwrap();
        assert_eq!(budget.0.lock().unwrap().arrival.len(), 1);
    }

    #[test]
    fn a_clock_that_was_put_back_locks_nobody_out() {
        let budget = RequestBudget::default();
        assert_eq!(answered(&budget, "alice", NOW), 120);
        assert_eq!(answered(&budget, "alice", NOW - 3600), 120);
    }

    #[test]
    fn a_refusal_is_logged_once_a_minute_for_each_person() {
        let budget = RequestBudget::default();
        let logged = |subject: &str, now: u64| {
            let _ = answered(&budget, subject, now);
            assert!(budget.take(subject, now).is_err());
            budget.0.lock().unwrap().logged[subject]
        };
        let first = logged("alice", NOW);
        assert_eq!(logged("alice", NOW + 59), first);
        assert_eq!(logged("bob", NOW + 59), (NOW + 59) * PER_SECOND);
        assert_eq!(logged("alice", NOW + 60), (NOW + 60) * PER_SECOND);
    }
}
