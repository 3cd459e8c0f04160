//! Text of strangers, cleaned for a log line or a page.

/// Longest piece of foreign text that is kept.
const LONGEST: usize = 200;

/// The text without control characters, bidirectional marks and invisible characters, at most 200
/// characters long.
pub(crate) fn clean(text: &str) -> String {
    let mut visible = text.chars().filter(|letter| !is_hidden(*letter));
    let mut clean: String = visible.by_ref().take(LONGEST).collect();
    if visible.next().is_some() {
        clean.pop();
        clean.push('…');
    }
    clean
}

fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CB-15
    #[test]
    fn foreign_text_loses_line_breaks_and_direction_marks() {
        assert_eq!(
            clean("a\r\nb\u{202e}c\u{2067}d\u{0}e\u{200b}\u{2028}f\tg"),
            "abcdefg"
        );
        assert_eq!(clean("<script>é"), "<script>é");
    }

    /// CB-15
    #[test]
    fn foreign_text_is_cut_at_two_hundred_characters() {
        let cut = clean(&"é".repeat(10_000));
        assert_eq!(cut.chars().count(), 200);
        assert!(cut.ends_with("é…"));
        assert_eq!(clean(&"x".repeat(200)), "x".repeat(200));
    }
}
