//! Text of users and of Logto, made safe for HTML and hydration.

use logto::exact_number;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The same value, with every character replaced that HTML does not keep. For results of server
/// functions and data of a page that hold text of users or of Logto.
///
/// HTML does not keep every character (HTML Living Standard, sections 13.2.3.5 and 13.2.5): a
/// U+0000 is dropped where text is, so that a page with a text of it alone has other nodes than it
/// was rendered with, and cannot be hydrated. A carriage return becomes a line feed. So U+0000, the
/// other control characters but tab and line feed, and noncharacters become U+FFFD; a carriage
/// return, with or without a line feed, becomes a line feed.
#[must_use]
pub fn for_page<T: Serialize + DeserializeOwned>(model: T) -> T {
    let Ok(json) = serde_json::to_string(&model) else {
        return model;
    };
    if !has_replaced(&json) {
        return model;
    }
    let clean = serde_json::from_str(&json).map(|mut value| {
        clean(&mut value);
        value
    });
    match clean.and_then(serde_json::from_value) {
        Ok(model) => model,
        Err(error) => {
            tracing::error!(%error, "a text that a page is to show could not be looked at");
            model
        }
    }
}

/// Whether a text in this JSON has something to replace. JSON writes control characters as escapes,
/// and the rest as they are. Most pages have escapes (quotation marks) and nothing to replace, and
/// to read the JSON again is slow.
fn has_replaced(json: &str) -> bool {
    let mut rest = json;
    // What is neither an escape nor outside of printable ASCII is passed over quickly.
    while let Some(at) = rest.bytes().position(|byte| byte == b'\\' || byte >= 0x7f) {
        let mut letters = rest[at..].chars();
        let is_replaced = match letters.next() {
            Some('\\') => !matches!(letters.next(), Some('"' | '\\' | 'n' | 't')),
            letter => letter.is_some_and(is_replaced),
        };
        if is_replaced {
            return true;
        }
        rest = letters.as_str();
    }
    false
}

/// Whether [`for_page`] leaves every text in this value as it is. Quicker, where a model is made of
/// values.
#[must_use]
pub fn stays_as_it_is(value: &Value) -> bool {
    match value {
        Value::String(text) => exact_number(value).is_some() || text_stays(text),
        Value::Array(values) => values.iter().all(stays_as_it_is),
        Value::Object(members) => {
            let mut members = members.iter();
            members.all(|(name, value)| text_stays(name) && stays_as_it_is(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether [`for_page`] leaves this text as it is.
#[must_use]
pub fn text_stays(text: &str) -> bool {
    !text.contains(|letter| letter == '\r' || is_replaced(letter))
}

fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = as_html_keeps_it(text),
        Value::Array(values) => values.iter_mut().for_each(clean),
        Value::Object(members) => {
            let replaced = std::mem::take(members)
                .into_iter()
                .map(|(name, mut value)| {
                    clean(&mut value);
                    (as_html_keeps_it(&name), value)
                });
            *members = replaced.collect();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn as_html_keeps_it(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.replace(is_replaced, "\u{fffd}")
}

/// Control characters but tab and line feed, and the 66 noncharacters.
fn is_replaced(letter: char) -> bool {
    let is_kept = matches!(letter, '\t' | '\n');
    let is_noncharacter =
        matches!(letter, '\u{fdd0}'..='\u{fdef}') || u32::from(letter) & 0xfffe == 0xfffe;
    (letter.is_control() && !is_kept) || is_noncharacter
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{error::AuthError, model::Organization};

    #[test]
    fn what_html_does_not_keep_is_replaced_at_any_depth() {
        let claim = json!({ "a\u{0}": ["\u{0}"], "b": ["x\r\ny\rz\u{7f}\u{fffe}"] });
        let shown = json!({ "a\u{fffd}": ["\u{fffd}"], "b": ["x\ny\nz\u{fffd}\u{fffd}"] });
        assert_eq!(for_page(claim), shown);
    }

    #[test]
    fn only_what_is_replaced_makes_it_read_the_texts_again() {
        let json = |text: &str| serde_json::to_string(text).expect("JSON");
        for kept in ["", "a \"b\" \\ \\u0000 \\r", "\t\n", "山田\u{202e}", "\\"] {
            assert!(!has_replaced(&json(kept)), "{kept:?}");
        }
        for replaced in [
            "\r",
            "\u{0}",
            "\u{8}",
            "\u{c}",
            "\u{7f}",
            "\u{85}",
            "\\\u{1f}",
            "\u{fdd0}",
            "\u{1ffff}",
        ] {
            assert!(has_replaced(&json(replaced)), "{replaced:?}");
        }
    }

    #[test]
    fn a_value_says_whether_its_texts_stay_as_they_are() {
        let kept = json!({ "a": ["\n\t\"\\", 1, null, true], "n": "\u{fdd0}12345678901234567890" });
        assert!(stays_as_it_is(&kept));
        for replaced in [
            json!("\r"),
            json!(["a\u{0}"]),
            json!({ "b": { "\u{85}": 1 } }),
            json!("\u{fdd0}"),
        ] {
            assert!(!stays_as_it_is(&replaced), "{replaced}");
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        let organization = Organization {
            id: "acme".into(),
            name: Some("</script>\"\\ \t\n\u{202e}\u{200b}\u{2028}山田👩‍👧".into()),
            ..Organization::default()
        };
        assert_eq!(for_page(organization.clone()), organization);
        let refused: Result<(), AuthError> = Err(AuthError::NotFound);
        assert_eq!(for_page(refused), refused);
    }
}
