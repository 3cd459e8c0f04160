//! The letters that stand in for a picture.

use logto::is_blank;
use unicode_segmentation::UnicodeSegmentation;

/// So much of a letter is kept, in characters: a flag has two, a family of four seven, and marks
/// can be piled up for ever.
const LONGEST: usize = 16;

/// The first letter of the first word and of the last, whatever marks stand before it. A letter is
/// what a person takes for one (an extended grapheme cluster of UAX #29), such as a flag.
pub(crate) fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(first_letter);
    let first = letters.next();
    let last = letters.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(|letter| letter.chars().take(LONGEST))
        .flat_map(char::to_uppercase)
        .collect()
}

fn first_letter(word: &str) -> Option<&str> {
    word.graphemes(true).find(|letter| {
        let is_mark = letter.chars().all(|part| part.is_ascii_punctuation());
        !is_mark && !is_blank(letter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_letters_of_the_first_and_last_word() {
        for (name, expected) in [
            ("Alice van Example", "AE"),
            ("álvaro", "Á"),
            ("さくら文具株式会社", "さ"),
            ("</script> <b>Bold", "SB"),
            ("", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn flags_and_emoji_stay_whole() {
        for (name, expected) in [
            ("🇯🇵 Taro Yamada", "🇯🇵Y"),
            ("👩‍👩‍👧 Family", "👩‍👩‍👧F"),
            ("👍🏽", "👍🏽"),
            (
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} England",
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}E",
            ),
            ("e\u{301}va", "E\u{301}"),
            ("\u{200b}\u{200f}Bob", "B"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn a_pile_of_marks_is_cut() {
        let name = format!("a{}", "\u{301}".repeat(10_000));
        assert_eq!(initials(&name).chars().count(), LONGEST);
    }
}
