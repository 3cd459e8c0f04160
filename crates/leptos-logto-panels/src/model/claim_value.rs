use serde::{Deserialize, Serialize};

use leptos_logto::Moment;

/// The value of a claim, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimValue {
    /// It was requested and has no value. Not the same as absent.
    Null,
    /// It has a value, with nothing in it: `""`, `[]` or `{}`.
    Empty(String),
    /// Text, a number, or true or false.
    Text(String),
    /// A description, and what was sent.
    Described {
        /// The description, in the language of the page.
        text: String,
        /// As it was sent.
        exact: String,
    },
    /// A description of a value that is folded.
    Folded {
        /// The description, in the language of the page.
        text: String,
        /// The value.
        value: Box<Self>,
    },
    /// The address of a picture that can be shown.
    Picture(String),
    /// A time.
    Time(Moment),
    /// Several values.
    List(Vec<Self>),
    /// Several values with names.
    Parts(Vec<ClaimPart>),
    /// Something with more depth than a page can show, as JSON.
    Json(String),
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimPart {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: ClaimValue,
}

impl ClaimValue {
    /// The text, number, or true or false, as it was sent.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Picture(text) | Self::Described { exact: text, .. } => {
                Some(text)
            }
            _ => None,
        }
    }

    /// How many lines it takes, about.
    #[must_use]
    pub fn lines(&self) -> usize {
        match self {
            Self::List(values) => values.iter().map(Self::lines).sum(),
            Self::Parts(parts) => parts.iter().map(|part| part.value.lines()).sum(),
            Self::Text(text) | Self::Json(text) => 1 + text.len() / 60,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> ClaimValue {
        ClaimValue::Text(text.into())
    }

    #[test]
    fn a_nested_value_is_as_long_as_what_is_in_it() {
        let part = |name: &str, value| ClaimPart {
            name: name.into(),
            value,
        };
        let list = ClaimValue::List(vec![text("a"), text("b")]);
        let value = ClaimValue::Parts(vec![part("plan", text("gold")), part("tags", list)]);
        assert_eq!(value.lines(), 3);
        assert_eq!(text(&"x".repeat(600)).lines(), 11);
    }

    #[test]
    fn only_what_is_one_text_has_a_text() {
        assert_eq!(text("a").text(), Some("a"));
        assert_eq!(ClaimValue::Null.text(), None);
        assert_eq!(ClaimValue::List(vec![text("a")]).text(), None);
    }
}
