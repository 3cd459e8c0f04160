//! One line of a file. `dotenvy` reads it, and does not say which line of a whole file it cannot read.

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

/// The content of a line.
#[derive(PartialEq, Eq)]
pub(crate) enum Line {
    /// Nothing, or a comment.
    Blank,
    /// Key and value.
    Variable(String, String),
    /// A quotation mark without its second one.
    Unclosed,
    /// Anything else.
    Invalid,
}

/// Reads one line.
pub(crate) fn read(line: &str) -> Line {
    // `dotenvy` reads another line as a variable of its own only if every quotation mark before it is closed.
    const NEXT: &str = "NEXT";
    let text = format!("{line}\n{NEXT}=\n");
    let mut entries: Vec<_> = dotenvy::from_read_iter(text.as_bytes()).collect();
    let is_closed = matches!(entries.pop(), Some(Ok((key, _))) if key == NEXT);
    match entries.pop() {
        _ if !is_closed => Line::Unclosed,
        None => Line::Blank,
        Some(Ok((key, value))) => Line::Variable(key, value),
        Some(Err(_)) => Line::Invalid,
    }
}
