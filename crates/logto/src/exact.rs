//! Numbers that no 64-bit type holds exactly.

use std::borrow::Cow;

use serde_json::Value;

/// Before the text of such a number. A noncharacter, which Unicode has for a program's own use
/// (section 23.7).
const MARK: char = '\u{fdd0}';

/// A number of a claim that no 64-bit type holds exactly, such as a whole number beyond 64 bits:
/// its text, as the provider sent it. [`Claims`](crate::Claims) keep it as a text with a mark,
/// because [`Value`] would round it.
///
/// It is always a number of JSON (RFC 8259, section 6), whoever wrote the text.
#[must_use]
pub fn exact_number(value: &Value) -> Option<&str> {
    let text = value.as_str()?.strip_prefix(MARK)?;
    is_number(text).then_some(text)
}

/// JSON that was read already, with each number that would be written otherwise than it stands
/// there as a marked text.
pub(crate) fn keep_numbers(json: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut copied = 0;
    let mut at = 0;
    let bytes = json.as_bytes();
    while let Some(byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'"' => at = after_string(bytes, at),
            b'-' | b'0'..=b'9' => {
                let rest = &bytes[at..];
                let is_part = |byte: &u8| b"+-.eE0123456789".contains(byte);
                at += rest.iter().take_while(|byte| is_part(byte)).count();
                let number = &json[start..at];
                if !is_exact(number) {
                    kept.push_str(&json[copied..start]);
                    kept.extend(['"', MARK]);
                    kept.push_str(number);
                    kept.push('"');
                    copied = at;
                }
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    kept.push_str(&json[copied..]);
    Cow::Owned(kept)
}

fn after_string(json: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

fn is_exact(number: &str) -> bool {
    let is_short = number.len() <= 15 && number.bytes().all(|byte| byte.is_ascii_digit());
    let write_again =
        |number: &str| serde_json::from_str::<Value>(number).map(|read| read.to_string());
    is_short || write_again(number).is_ok_and(|written| written == number)
}

fn is_number(text: &str) -> bool {
    !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && serde_json::from_str::<Box<serde_json::value::RawValue>>(text).is_ok()
        && text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_that_would_be_written_otherwise_are_kept_as_text() {
        for number in [
            "18446744073709551616",
            "-9223372036854775809",
            "123456789012345678901234567890",
            "0.1234567890123456789",
            "1.10",
            "1e2",
            "-0",
        ] {
            let json = format!(r#"{{"a":{number},"b":[{number}]}}"#);
            let kept: Value = serde_json::from_str(&keep_numbers(&json)).unwrap();
            assert_eq!(exact_number(&kept["a"]), Some(number));
            assert_eq!(exact_number(&kept["b"][0]), Some(number));
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        let json = r#"{"12345678901234567890123":"12345678901234567890123 \" 1e2","b":[0,-1,1.5,18446744073709551615]}"#;
        assert!(matches!(keep_numbers(json), Cow::Borrowed(same) if same == json));
    }

    /// Whoever writes the mark into a claim writes a number with it, or nothing special.
    #[test]
    fn only_a_number_is_taken_for_one() {
        for text in [
            "", "x", "1,2", "{}", "\"1\"", "01", " 1", "1 ", "1\n", "true", "--1",
        ] {
            assert_eq!(
                exact_number(&json!(format!("{MARK}{text}"))),
                None,
                "{text:?}"
            );
        }
        assert_eq!(exact_number(&json!("12")), None);
        assert_eq!(exact_number(&json!(12)), None);
        assert_eq!(exact_number(&json!(format!("{MARK}12"))), Some("12"));
    }
}
