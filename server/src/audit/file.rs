//! The file of the audit log.

use std::{
    fs, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// A file to whose end lines are written. It is opened again by its path when that is asked for: after it was renamed.
pub(super) struct AuditFile {
    path: String,
    file: fs::File,
    reopen: Arc<AtomicBool>,
}

impl AuditFile {
    pub(super) fn open(path: &str) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            file: open(path)?,
            reopen: Arc::default(),
        })
    }

    /// Set it, and the next line opens the file again.
    pub(super) fn reopen(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.reopen)
    }
}

impl io::Write for AuditFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.reopen.swap(false, Ordering::Relaxed) {
            match open(&self.path) {
                Ok(file) => self.file = file,
                Err(error) => {
                    let path = &self.path;
                    tracing::error!(path, %error, "the file of the audit log cannot be opened again: lines go on in the old one");
                }
            }
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// For its owner alone: subjects may be in it.
fn open(path: &str) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
