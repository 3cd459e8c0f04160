//! The audit log: one line of JSON for each sign-in, sign-out, revocation, refused access and failed refresh.
//!
//! A thread of its own writes the lines, so that a disk or a reader that stalls stops no request. Lines that do not fit into its
//! queue are dropped, and the log counts them.

mod file;
mod line;
mod refusals;
mod writer;

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use logto_axum::{Hooks, SessionKeys};
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

use crate::settings::{AuditOutput, AuditSettings, Fault};
use file::AuditFile;
use line::{Line, Privacy};
use refusals::Refusals;
use writer::AuditWriter;

/// Lines that wait to be written. More are dropped and counted.
const MOST_LINES: usize = 65_536;

/// The running audit log. When it is dropped, lines that wait are written; a second at most.
#[derive(Clone, Debug)]
pub struct Audit {
    writer: NonBlocking,
    dropped: ErrorCounter,
    /// `None`: no file.
    reopen: Option<Arc<AtomicBool>>,
    _guard: Arc<WorkerGuard>,
}

impl Audit {
    /// Opens the output of the settings; `None` when it is off. `standard` is written to for `stdout`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(
        settings: &AuditSettings,
        standard: impl io::Write + Send + 'static,
    ) -> Result<Option<Self>, Fault> {
        match &settings.output {
            AuditOutput::Off => Ok(None),
            AuditOutput::Stdout => Ok(Some(Self::to(standard))),
            AuditOutput::File(path) => {
                let file = AuditFile::open(path).map_err(|error| {
                    let problem = format!("is {path:?}, which cannot be opened: {error}");
                    Fault::new("AUDIT_LOG", problem, "stdout, off, or audit.jsonl")
                })?;
                let reopen = Some(file.reopen());
                Ok(Some(Self {
                    reopen,
                    ..Self::to(file)
                }))
            }
        }
    }

    fn to(output: impl io::Write + Send + 'static) -> Self {
        let (writer, guard) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(MOST_LINES)
            .thread_name("audit")
            .finish(AuditWriter::new(output));
        Self {
            dropped: writer.error_counter(),
            writer,
            reopen: None,
            _guard: Arc::new(guard),
        }
    }

    /// Opens its file again for each SIGHUP, at the next line: logrotate renames it. Without a file, SIGHUP is left alone.
    #[cfg(unix)]
    pub async fn reopen_on_sighup(self) {
        use tokio::signal::unix::{SignalKind, signal};

        let Some(reopen) = self.reopen else { return };
        match signal(SignalKind::hangup()) {
            Ok(mut hangups) => {
                while hangups.recv().await.is_some() {
                    reopen.store(true, Ordering::Relaxed);
                    tracing::info!("SIGHUP: the next line of the audit log opens its file again");
                }
            }
            Err(error) => {
                tracing::error!(%error, "SIGHUP cannot be handled: it ends this process");
            }
        }
    }

    /// The hooks that write it.
    #[must_use]
    pub fn hooks(&self, settings: &AuditSettings, keys: SessionKeys) -> Hooks {
        let (dropped, reported) = (self.dropped.clone(), AtomicUsize::new(0));
        let after = move || {
            let count = dropped.dropped_lines();
            if reported.swap(count, Ordering::Relaxed) < count {
                tracing::error!(
                    dropped = count,
                    "lines of the audit log were dropped: it is not written fast enough"
                );
            }
        };
        hooks(settings, keys, self.writer.clone(), after)
    }
}

/// The hooks that write lines to `output`, and call `after` for each.
#[must_use]
pub fn hooks(
    settings: &AuditSettings,
    keys: SessionKeys,
    output: impl io::Write + Send + 'static,
    after: impl Fn() + Send + Sync + 'static,
) -> Hooks {
    let output = Mutex::new(output);
    let privacy = Privacy::new(settings, keys);
    let write = Arc::new(move |line: Line| {
        let Some(text) = line.into_json(&privacy) else {
            return;
        };
        let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
        // The whole line at once, so that none is cut by another one.
        if let Err(error) = output.write_all(text.as_bytes()) {
            tracing::error!(%error, "the audit log cannot be written");
        }
        drop(output);
        after();
    });
    let [sign_in, sign_out, refresh] = [(); 3].map(|()| Arc::clone(&write));
    let refusals = Refusals::new(move |line| write(line));
    Hooks::new()
        .on_sign_in_finished(move |event| {
            sign_in(event.into());
            async {}
        })
        .on_sign_out(move |event| {
            sign_out(event.into());
            async {}
        })
        .on_refresh_failed(move |event| {
            refresh(event.into());
            async {}
        })
        .on_access_denied(move |event| {
            refusals.write(event.into());
            async {}
        })
}
