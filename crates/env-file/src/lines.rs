//! The entries of a file with the line each begins at, which `dotenvy` does not say.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

/// The text of a file without a byte order mark, and with a line break at its end: `dotenvy` stops at the first, and at
/// trailing blanks without the second.
#[must_use]
pub fn normalized(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    format!("{}\n", text.trim_end())
}

/// The number of the line that the next byte after `content` is in, counted from 1.
pub(crate) fn count(content: &[u8]) -> usize {
    content.split(|byte| *byte == b'\n').count()
}

/// What stands on one line, or on several when a quotation mark is not closed on the first.
pub(crate) struct Entry {
    /// The number of the first line.
    pub line: usize,
    /// The text.
    pub raw: String,
    /// Key and value, if it can be read.
    pub variable: Option<(String, String)>,
}

/// The entries of a text, one by one.
pub(crate) struct Lines {
    text: String,
    taken: Rc<Cell<usize>>,
    entries: dotenvy::Iter<OneLineAtATime>,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let text = normalized(text);
        let taken = Rc::new(Cell::new(0));
        let reader = OneLineAtATime {
            rest: text.clone().into_bytes(),
            taken: Rc::clone(&taken),
        };
        Self {
            text,
            taken,
            entries: dotenvy::from_read_iter(reader),
        }
    }

    pub(crate) fn next_entry(&mut self) -> Option<Entry> {
        let before = self.taken.get();
        let variable = self.entries.next()?.ok();
        let taken = self.taken.get() - before;
        let lines = self.text.lines().enumerate().skip(before).take(taken);
        let mut lines = lines.skip_while(|(_, line)| is_skipped(line)).peekable();
        let first = lines.peek().map_or(before, |(index, _)| *index);
        let raw: Vec<_> = lines.map(|(_, line)| line).collect();
        Some(Entry {
            line: first + 1,
            raw: raw.join("\n"),
            variable,
        })
    }
}

fn is_skipped(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Gives no more than one line to each call, and counts them: a buffer in front takes a line when it is needed, not before.
struct OneLineAtATime {
    rest: Vec<u8>,
    taken: Rc<Cell<usize>>,
}

impl Read for OneLineAtATime {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let end = end.map_or(self.rest.len(), |index| index + 1);
        let length = end.min(buffer.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        self.rest.drain(..length);
        if length == end && length > 0 {
            self.taken.set(self.taken.get() + 1);
        }
        Ok(length)
    }
}
