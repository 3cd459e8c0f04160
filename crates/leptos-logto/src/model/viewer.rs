use serde::{Deserialize, Serialize};

use crate::json::parse_struct;

/// The person who is looking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The `sub` claim: the one thing that names an account for good.
    pub subject: String,
    /// The `name` claim, else the `username`.
    pub name: Option<String>,
    /// The address of a picture, if there is one and it is an https (or, in development, http) address.
    pub picture: Option<String>,
}

parse_struct!(Viewer {
    subject,
    name,
    picture
});

impl Viewer {
    /// What to call this person.
    #[must_use]
    pub fn display_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.subject.clone())
    }

    /// One or two letters to stand in for a picture.
    #[must_use]
    pub fn initials(&self) -> String {
        initials(&self.display_name())
    }
}

/// The first letter of the first word and of the last, whatever marks stand before it.
pub(super) fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|letter| !letter.is_ascii_punctuation()));
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(name: Option<&str>) -> Viewer {
        Viewer {
            subject: "vy5uejihtdj7".into(),
            name: name.map(Into::into),
            picture: None,
        }
    }

    #[test]
    fn a_person_without_a_name_is_called_by_the_subject() {
        assert_eq!(viewer(None).display_name(), "vy5uejihtdj7");
        assert_eq!(
            viewer(Some("Alice Example")).display_name(),
            "Alice Example"
        );
    }

    #[test]
    fn initials_are_the_first_letters_of_the_first_and_last_word() {
        assert_eq!(viewer(Some("Alice van Example")).initials(), "AE");
        assert_eq!(viewer(Some("álvaro")).initials(), "Á");
        assert_eq!(viewer(None).initials(), "V");
    }
}
