//! A limit on how often one line is written to the log.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// So long the same line is left out after it was written.
const INTERVAL: Duration = Duration::from_secs(10);

/// When a line was last written, and how often it was left out since.
#[derive(Debug, Default)]
pub(crate) struct LogLimit(Mutex<(Option<Instant>, u64)>);

impl LogLimit {
    /// Whether the line may be written now: how often it was left out since the last time.
    pub(crate) fn permit(&self) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, left_out) = &mut *state;
        if last.is_some_and(|last| last.elapsed() < INTERVAL) {
            *left_out += 1;
            return None;
        }
        *last = Some(Instant::now());
        Some(std::mem::take(left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_line_is_left_out_and_counted() {
        let limit = LogLimit::default();
        assert_eq!(limit.permit(), Some(0));
        assert_eq!(limit.permit(), None);
        assert_eq!(limit.permit(), None);
        if let (Some(last), _) = &mut *limit.0.lock().unwrap() {
            *last -= INTERVAL;
        }
        assert_eq!(limit.permit(), Some(2));
    }
}
