//! What the browser may know. No token has a type here, so none has a way out.

use serde::{Deserialize, Serialize};

use crate::words::Words;

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

impl Viewer {
    /// What to call this person.
    #[must_use]
    pub fn display_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.subject.clone())
    }

    /// One or two letters to stand in for a picture.
    #[must_use]
    pub fn initials(&self) -> String {
        let name = self.display_name();
        let mut words = name
            .split_whitespace()
            .filter_map(|word| word.chars().next());
        let first = words.next();
        let last = words.next_back();
        first
            .into_iter()
            .chain(last)
            .flat_map(char::to_uppercase)
            .collect()
    }
}

/// What is known about a person: the claims that are there, and those that are not, with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserInfo {
    /// The claims that came.
    pub claims: Vec<ClaimRow>,
    /// The claims that could have come and did not.
    pub missing: Vec<MissingClaim>,
    /// Whether the userinfo endpoint was asked too.
    pub fetched: bool,
    /// Userinfo was asked for, and the identity provider did not answer. What is shown is from the ID token.
    pub unavailable: bool,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRow {
    /// Its name, as the protocol has it.
    pub name: String,
    /// What it says.
    pub value: ClaimValue,
    /// Where it came from.
    pub source: ClaimSource,
    /// The scope that brings it; `None` for the claims every ID token has and for the ones Logto does not name.
    pub scope: Option<String>,
}

/// What a claim says, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimValue {
    /// It was asked for and has no value. Not the same as absent.
    Null,
    /// Text, a number, or true or false.
    Text(String),
    /// Something with parts, as indented JSON.
    Json(String),
    /// A time.
    Time {
        /// In words, in UTC.
        words: String,
        /// As RFC 3339 has it.
        machine: String,
        /// The number that was sent, with its unit.
        exact: String,
    },
}

/// Where a claim came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimSource {
    /// The ID token of the sign-in, or of the last refresh.
    IdToken,
    /// The userinfo endpoint, asked just now.
    UserInfo,
    /// Both, with the same value.
    Both,
}

impl ClaimSource {
    /// Its name on the page.
    #[must_use]
    pub fn label(self, words: &Words) -> &'static str {
        match self {
            Self::IdToken => words.panel.from_id_token,
            Self::UserInfo => words.panel.from_userinfo,
            Self::Both => words.panel.from_both,
        }
    }
}

/// A claim that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingClaim {
    /// Its name.
    pub name: String,
    /// The scope that would bring it.
    pub scope: String,
    /// Why it is not there.
    pub reason: Reason,
}

/// Why a claim is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Its scope was not granted.
    ScopeNotGranted,
    /// Its scope was granted; it is not in the ID token, and userinfo was not asked.
    PerhapsInUserInfo,
    /// Its scope was granted, both were asked, and there is nothing: it was never set.
    NotSet,
}

impl Reason {
    /// The reason in words.
    #[must_use]
    pub fn words(self, words: &Words) -> &'static str {
        match self {
            Self::ScopeNotGranted => words.panel.not_granted,
            Self::PerhapsInUserInfo => words.panel.perhaps_in_userinfo,
            Self::NotSet => words.panel.not_set,
        }
    }
}

/// The organizations a person is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organizations {
    /// Each of them.
    pub list: Vec<Organization>,
    /// The identity provider did not say their names, so only what the ID token has is shown.
    pub names_unavailable: bool,
    /// The scope that lists organizations was not granted, so none could be listed.
    pub scope_missing: bool,
}

/// An organization, as the ID token and userinfo tell of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: String,
    /// Its name, from userinfo.
    pub name: Option<String>,
    /// Its description, from userinfo.
    pub description: Option<String>,
    /// The person's roles in it.
    pub roles: Vec<String>,
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
