//! Lines that repeat: warnings and errors of one place in the code are written a few times a second, and then counted. Anybody
//! can cause most of them, as often as they like.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tracing::{
    Event, Level, Subscriber,
    callsite::Identifier,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context};

/// Lines of one place in a second. Each more is counted.
const MOST: usize = 5;
/// The target of the lines that tell of others, which are not limited themselves.
const TARGET: &str = "server::log::repeats";

/// The lines written since the last report, for each place in the code. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Repeats(Arc<Mutex<HashMap<Identifier, Lines>>>);

#[derive(Debug)]
struct Lines {
    written: usize,
    left_out: usize,
    /// The message of the first line that was left out.
    message: String,
    is_error: bool,
}

impl Repeats {
    /// Says what was left out since the last report, and begins to count anew.
    pub(super) fn report(&self) {
        let counted = std::mem::take(&mut *self.lines());
        for lines in counted.into_values().filter(|lines| lines.left_out > 0) {
            let (count, message) = (lines.left_out, lines.message);
            if lines.is_error {
                tracing::error!(target: TARGET, "{count} more like this in the last second: {message}");
            } else {
                tracing::warn!(target: TARGET, "{count} more like this in the last second: {message}");
            }
        }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Identifier, Lines>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber> Layer<S> for Repeats {
    fn event_enabled(&self, event: &Event<'_>, _context: Context<'_, S>) -> bool {
        let about = event.metadata();
        if *about.level() > Level::WARN || about.target() == TARGET {
            return true;
        }
        let mut all = self.lines();
        let lines = all.entry(about.callsite()).or_insert_with(|| Lines {
            written: 0,
            left_out: 0,
            message: String::new(),
            is_error: *about.level() == Level::ERROR,
        });
        if lines.written < MOST {
            lines.written += 1;
            return true;
        }
        if lines.left_out == 0 {
            event.record(&mut Message(&mut lines.message));
        }
        lines.left_out += 1;
        false
    }
}

/// Takes the message of an event.
struct Message<'a>(&'a mut String);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            *self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tracing_subscriber::{fmt::MakeWriter, layer::SubscriberExt as _};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Written {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    /// OU-22
    #[test]
    fn warnings_that_repeat_are_counted_and_what_is_for_the_record_is_not() {
        let (written, repeats) = (Written::default(), Repeats::default());
        let lines = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(written.clone());
        let subscriber = tracing_subscriber::registry()
            .with(lines)
            .with(repeats.clone());
        tracing::subscriber::with_default(subscriber, || {
            for number in 0..1000 {
                tracing::warn!(number, "write refused");
                tracing::info!("signed in");
            }
            tracing::error!("something else");
            repeats.report();
            tracing::warn!("write refused, later");
            repeats.report();
        });
        let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let count = |text: &str| written.lines().filter(|line| line.contains(text)).count();
        assert_eq!(count("write refused number="), MOST);
        assert_eq!(count("signed in"), 1000);
        assert_eq!(count("something else"), 1);
        assert_eq!(
            count("995 more like this in the last second: write refused"),
            1
        );
        assert_eq!(count("more like this"), 1);
        assert_eq!(count("write refused, later"), 1);
    }
}
