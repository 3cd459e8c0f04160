//! Lines that cannot be written are counted, and the log says so.

use std::io;

/// Writes lines to `output`, each at once.
///
/// The thread that calls it ignores errors, so that they are logged here: once until a line can be written again, and then how
/// many were lost.
pub(super) struct AuditWriter<W> {
    output: W,
    /// Whether the output ends within a line, as after a short write.
    ends_within_line: bool,
    fails: bool,
    lost: u64,
}

impl<W: io::Write> AuditWriter<W> {
    pub(super) const fn new(output: W) -> Self {
        Self {
            output,
            ends_within_line: false,
            fails: false,
            lost: 0,
        }
    }

    fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        let begun_anew;
        let mut rest = line;
        if self.ends_within_line {
            begun_anew = [b"\n", line].concat();
            rest = &begun_anew;
        }
        while !rest.is_empty() {
            match self.output.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    let (written, unwritten) = rest.split_at(count);
                    self.ends_within_line = !written.ends_with(b"\n");
                    rest = unwritten;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn report(&mut self, error: &io::Error) {
        if !self.fails {
            tracing::error!(%error, "the audit log cannot be written: its lines are lost until it can");
        }
        self.fails = true;
    }
}

impl<W: io::Write> io::Write for AuditWriter<W> {
    /// Takes a whole line, and returns no error.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self.write_line(line) {
            Ok(()) if self.fails => {
                tracing::error!(
                    lost = self.lost,
                    "the audit log is written again: lines of it were lost"
                );
                self.fails = false;
                self.lost = 0;
            }
            Ok(()) => {}
            Err(error) => {
                self.lost += 1;
                self.report(&error);
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Err(error) = self.output.flush() {
            self.report(&error);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write as _,
        sync::{Arc, Mutex},
    };

    use test_support::log::Lines;
    use tracing::Level;

    use super::*;

    /// A file on a disk with `room` bytes left.
    #[derive(Clone, Default)]
    struct Disk(Arc<Mutex<(Vec<u8>, usize)>>);

    impl Disk {
        fn make_room(&self, room: usize) {
            self.0.lock().unwrap().1 = room;
        }

        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().0.clone()).unwrap()
        }
    }

    impl io::Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let (written, room) = &mut *self.0.lock().unwrap();
            let count = bytes.len().min(*room);
            if count == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            *room -= count;
            written.extend(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged meanwhile.
    fn logged(run: impl FnOnce()) -> String {
        let log = Lines::default();
        let writer = Mutex::new(log.clone());
        let subscriber = tracing_subscriber::fmt()
            .with_writer(writer)
            .with_max_level(Level::ERROR)
            .with_ansi(false)
            .finish();
        tracing::subscriber::with_default(subscriber, run);
        log.text()
    }

    #[test]
    fn lines_that_a_full_disk_loses_are_counted_in_the_log() {
        let disk = Disk::default();
        let mut audit = AuditWriter::new(disk.clone());
        let full = logged(|| {
            for _ in 0..3 {
                audit.write_all(b"{\"a\":1}\n").unwrap();
            }
        });
        assert_eq!(full.lines().count(), 1, "{full}");
        assert!(full.contains("the audit log cannot be written"), "{full}");

        disk.make_room(100);
        let room = logged(|| {
            audit.write_all(b"{\"a\":2}\n").unwrap();
            audit.write_all(b"{\"a\":3}\n").unwrap();
        });
        assert_eq!(room.lines().count(), 1, "{room}");
        assert!(room.contains("ERROR") && room.contains("lost=3"), "{room}");
        assert_eq!(disk.text(), "{\"a\":2}\n{\"a\":3}\n");

        disk.make_room(0);
        let again = logged(|| audit.write_all(b"{\"a\":4}\n").unwrap());
        assert!(again.contains("cannot be written"), "{again}");
        disk.make_room(100);
        let room = logged(|| audit.write_all(b"{\"a\":5}\n").unwrap());
        assert!(room.contains("lost=1"), "{room}");
    }

    #[test]
    fn a_line_after_a_short_write_is_a_line_of_its_own() {
        let disk = Disk::default();
        let mut audit = AuditWriter::new(disk.clone());
        let log = logged(|| {
            // Half a line, nothing, the line end that comes first, and a whole line.
            for (room, line) in [(4, 1), (0, 2), (1, 3), (100, 4)] {
                disk.make_room(room);
                let line = format!("{{\"a\":{line}}}\n");
                audit.write_all(line.as_bytes()).unwrap();
            }
        });
        assert_eq!(disk.text(), "{\"a\"\n{\"a\":4}\n");
        assert!(log.contains("lost=3"), "{log}");
    }

    #[test]
    fn what_cannot_be_flushed_is_in_the_log() {
        let log = logged(|| {
            let mut audit = AuditWriter::new(io::BufWriter::new(Disk::default()));
            audit.write_all(b"{}\n").unwrap();
            audit.flush().unwrap();
        });
        assert!(log.contains("the audit log cannot be written"), "{log}");
    }
}
