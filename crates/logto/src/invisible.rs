//! Text that shows nothing.

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// Whether a character shows nothing by itself: white space, a control character, or one that
/// Unicode has to be ignored in display, such as U+200B ZERO WIDTH SPACE or U+3164 HANGUL FILLER
/// (`Default_Ignorable_Code_Point`).
#[must_use]
pub fn is_invisible(letter: char) -> bool {
    // BRAILLE PATTERN BLANK is a symbol to Unicode, and a blank to everybody who looks.
    letter.is_whitespace()
        || letter.is_control()
        || letter == '\u{2800}'
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(letter)
}

/// Whether a text shows nothing: it is empty, or [every character of it is
/// invisible](is_invisible).
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_blanks_and_ignorable_characters_shows_nothing() {
        for text in [
            "",
            " ",
            "\t\n",
            "\u{0}",
            "\u{a0}",
            "\u{ad}",
            "\u{115f}",
            "\u{200b}",
            "\u{200d}\u{2060}",
            "\u{202e}",
            "\u{2800}",
            "\u{3000}",
            "\u{3164}",
            "\u{fe0f}",
            "\u{feff}",
            "\u{ffa0}",
            "\u{e0041}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn a_text_with_anything_to_see_does_not() {
        for text in [
            "a",
            " a ",
            "\u{200b}a",
            "山田",
            "❤\u{fe0f}",
            "👩\u{200d}👧",
            ".",
            "ไทย",
        ] {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}
