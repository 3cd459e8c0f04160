//! The log: lines on standard error, written by a thread of their own so that a reader that stalls stops no request.

mod repeats;

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::IsTerminal as _,
    panic::{PanicHookInfo, set_hook},
    time::Duration,
};

use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{
    EnvFilter, Layer, Registry, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use repeats::Repeats;

/// Ours at `info`, everybody else's at `warn`. tower-sessions calls every old cookie suspicious, and at `error` repeats
/// what we say ourselves.
const DEFAULT: &str = "warn,server=info,logto=info,logto_axum=info,leptos_logto=info,leptos_logto_panels=info,shop=info,dev_idp=info,\
tower_sessions=off,tower_sessions_core=off";

/// Lines that wait for the reader. More are left out and counted.
const MOST_LINES: usize = 8192;
/// How often the log says what was left out.
const INTERVAL: Duration = Duration::from_secs(1);

/// The running log. When it is dropped, lines that wait are written; a second at most.
#[derive(Debug)]
pub struct Log {
    lost: ErrorCounter,
    repeats: Repeats,
    _writer: WorkerGuard,
}

/// Writes to standard error, filtered as `RUST_LOG` says, else as is sensible. `spans` takes spans, whatever the filter says.
#[must_use]
pub fn start(filter: Option<&str>, spans: Option<impl Layer<Registry> + Send + Sync>) -> Log {
    let filter = EnvFilter::new(filter.unwrap_or(DEFAULT));
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(MOST_LINES)
        .thread_name("log")
        .finish(std::io::stderr());
    let log = Log {
        lost: writer.error_counter(),
        repeats: Repeats::default(),
        _writer: guard,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(writer)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .compact()
        .and_then(log.repeats.clone())
        .with_filter(filter);
    tracing_subscriber::registry()
        .with(spans)
        .with(lines)
        .init();
    // The usual hook writes to standard error itself, and waits for the reader.
    set_hook(Box::new(log_panic));
    log
}

impl Log {
    /// Says each second what was left out, for as long as the future is polled.
    pub fn report(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut lost = Lost::new(self.lost.clone());
        let repeats = self.repeats.clone();
        async move {
            let mut interval = tokio::time::interval(INTERVAL);
            loop {
                interval.tick().await;
                repeats.report();
                lost.report(|count| {
                    tracing::warn!(
                        "{count} log lines dropped: standard error was not read in time"
                    );
                });
            }
        }
    }
}

/// Lines that were lost because the reader of the log stalled.
struct Lost {
    counter: ErrorCounter,
    reported: usize,
    before: usize,
}

impl Lost {
    fn new(counter: ErrorCounter) -> Self {
        Self {
            counter,
            reported: 0,
            before: 0,
        }
    }

    /// Reports how many, once no more are being lost: the line about it would be lost too.
    fn report(&mut self, write: impl FnOnce(usize)) {
        let now = self.counter.dropped_lines();
        if now > self.reported && now == self.before {
            write(now - self.reported);
            if self.counter.dropped_lines() == now {
                self.reported = now;
            }
        }
        self.before = self.counter.dropped_lines();
    }
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("(no message)");
    let at = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        tracing::error!(at, %backtrace, "panic: {message}");
    } else {
        tracing::error!(at, "panic: {message}");
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        sync::mpsc::{Receiver, channel},
    };

    use super::*;

    /// Writes one line each time somebody reads.
    struct Stalled(Receiver<()>);

    impl Write for Stalled {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// OU-22
    #[test]
    fn lines_that_are_lost_are_counted_and_reported_when_they_can_be() {
        let (read, stalled) = channel();
        let builder = NonBlockingBuilder::default().buffered_lines_limit(4);
        let (mut writer, guard) = builder.finish(Stalled(stalled));
        let mut lost = Lost::new(writer.error_counter());
        let reported = std::cell::Cell::new(0);
        for _ in 0..100 {
            writer.write_all(b"line\n").unwrap();
        }
        // The thread that writes has taken a line by now; this one fills its place in the queue.
        std::thread::sleep(std::time::Duration::from_millis(100));
        writer.write_all(b"line\n").unwrap();
        let count = writer.error_counter().dropped_lines();
        assert!((95..=97).contains(&count), "{count}");
        lost.report(|count| reported.set(count));
        assert_eq!(reported.get(), 0, "lines may be lost still");
        let mut full = writer.clone();
        lost.report(|_| full.write_all(b"lost too\n").unwrap());
        drop(read);
        while lost.reported == 0 {
            lost.report(|count| {
                writer.write_all(b"report\n").unwrap();
                reported.set(count);
            });
            std::thread::yield_now();
        }
        assert_eq!(reported.get(), lost.reported);
        assert!(reported.get() > count);
        lost.report(|_| panic!("once"));
        drop(guard);
    }
}
