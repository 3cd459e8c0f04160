//! The limit of refused accesses: anybody who is signed in can cause them, as fast as the server answers.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::line::Line;

/// The refused accesses of one session that are lines of their own in a minute.
const MOST_LINES: u32 = 10;
/// From the first of them.
const MINUTE: Duration = Duration::from_mins(1);

/// The refused accesses of this minute, by session. Those of no session are limited together.
pub(super) struct Refusals<W> {
    write: W,
    minute: Duration,
    sessions: Mutex<HashMap<String, Minute>>,
}

#[derive(Default)]
struct Minute {
    written: u32,
    suppressed: u64,
    /// The last of those suppressed.
    last: Option<Line>,
}

impl<W: Fn(Line) + Send + Sync + 'static> Refusals<W> {
    pub(super) fn new(write: W) -> Arc<Self> {
        Self::every(MINUTE, write)
    }

    fn every(minute: Duration, write: W) -> Arc<Self> {
        let sessions = Mutex::default();
        Arc::new(Self {
            write,
            minute,
            sessions,
        })
    }

    /// Writes the line, or counts it for one that is written at the end of the minute. In a Tokio runtime.
    pub(super) fn write(self: &Arc<Self>, line: Line) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = match sessions.entry(line.session().unwrap_or_default().to_owned()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let (refusals, session) = (Arc::clone(self), entry.key().clone());
                tokio::spawn(async move {
                    tokio::time::sleep(refusals.minute).await;
                    refusals.end_minute(&session);
                });
                entry.insert(Minute::default())
            }
        };
        if minute.written == MOST_LINES {
            minute.suppressed += 1;
            minute.last = Some(line);
            return;
        }
        minute.written += 1;
        drop(sessions);
        (self.write)(line);
    }

    fn end_minute(&self, session: &str) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = sessions.remove(session);
        drop(sessions);
        if let Some(minute) = minute
            && let Some(last) = minute.last
        {
            (self.write)(last.with_suppressed(minute.suppressed));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SHORT: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn refused_accesses_above_the_limit_are_one_line_with_their_number() {
        let (sender, written) = mpsc::channel();
        let refusals = Refusals::every(SHORT, move |line: Line| {
            let said = (line.session().map(str::to_owned), line.suppressed());
            sender.send(said).unwrap();
        });
        let refuse = |session: &str, times| {
            for _ in 0..times {
                refusals.write(Line::refused(session));
            }
        };
        let line = |session: &str, suppressed| (Some(session.to_owned()), suppressed);
        refuse("one", 13);
        refuse("other", 10);
        let at_once: Vec<_> = written.try_iter().collect();
        assert_eq!(at_once[..10], vec![line("one", None); 10]);
        assert_eq!(at_once[10..], vec![line("other", None); 10]);

        tokio::time::sleep(SHORT * 3).await;
        let later: Vec<_> = written.try_iter().collect();
        assert_eq!(later, [line("one", Some(3))], "and none of the other");
        assert!(refusals.sessions.lock().unwrap().is_empty());

        refuse("one", 1);
        assert_eq!(written.try_iter().collect::<Vec<_>>(), [line("one", None)]);
    }
}
