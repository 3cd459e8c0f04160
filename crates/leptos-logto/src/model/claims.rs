use serde::{Deserialize, Serialize};

use crate::words::Words;

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
