//! Paths in the log.

use std::borrow::Cow;

/// How many characters of a path are in the log.
const LONGEST: usize = 200;

/// The path of a request as it should be in a log: 200 characters at most, and `…` behind them
/// where it is cut. Whoever sends a request chooses its path.
pub(crate) fn path_for_log(path: &str) -> Cow<'_, str> {
    match path.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &path[..end])),
        None => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_is_cut_between_characters() {
        let fits = "\u{e9}".repeat(LONGEST);
        assert_eq!(path_for_log(&fits), fits);
        assert_eq!(path_for_log(&format!("{fits}/")), format!("{fits}…"));
    }
}
