use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::ClaimValue;
use crate::panel_texts::PanelTexts;

/// What is known about a person: the claims that are there, and those that are not, with the
/// reason. Both in the order of [`ClaimGroup::ALL`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserInfo {
    /// The present claims.
    pub claims: Vec<ClaimRow>,
    /// The absent claims of Logto that somebody may look for.
    pub missing: Vec<MissingClaim>,
    /// Whether the userinfo endpoint was asked too.
    pub fetch: Fetch,
    /// The claims that came as one JSON object, as they were sent: absent ones left out, nulls
    /// kept, and of two values the one from userinfo, which is newer. `<`, `>` and `&` are escaped
    /// as JSON does it, so that the text is inert wherever it stands on a page.
    pub json: String,
}

impl UserInfo {
    /// The claim of this name, if it came.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&ClaimRow> {
        self.claims.iter().find(|claim| claim.name == name)
    }

    /// The claims of these names alone, there or missing, without the JSON.
    pub(crate) fn only(&self, names: &[&str]) -> Self {
        let (claims, missing) = (self.claims.iter(), self.missing.iter());
        let claims = claims.filter(|claim| names.contains(&&*claim.name));
        let missing = missing.filter(|claim| names.contains(&&*claim.name));
        Self {
            claims: claims.cloned().collect(),
            missing: missing.cloned().collect(),
            fetch: self.fetch,
            json: String::new(),
        }
    }

    /// Why the claim of this name is not there, if it is [missing](Self::missing).
    #[must_use]
    pub fn reason(&self, name: &str) -> Option<Reason> {
        let claim = self.missing.iter().find(|claim| claim.name == name);
        claim.map(|claim| claim.reason)
    }

    /// The value of the claim of this name, if that is a text, a number, or true or false.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claim(name)?.value.text()
    }
}

/// Whether the userinfo endpoint was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fetch {
    /// No: what is shown is from the ID token.
    #[default]
    NotAsked,
    /// It was, and it answered.
    Answered,
    /// It was, and the identity provider did not answer. What is shown is from the ID token.
    Unavailable,
}

impl Fetch {
    /// A text of where the claims are from.
    #[must_use]
    pub fn text(self, table: &PanelTexts) -> &'static str {
        match self {
            Self::NotAsked => table.user_info.state_id_token,
            Self::Answered => table.user_info.state_both,
            Self::Unavailable => table.user_info.unavailable,
        }
    }
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRow {
    /// Its name, as the protocol has it.
    pub name: Cow<'static, str>,
    /// A description in the language of the page; `None` for a claim that Logto does not define.
    pub label: Option<Cow<'static, str>>,
    /// Its group.
    pub group: ClaimGroup,
    /// What it says. Where the ID token and userinfo say different things, this is from userinfo,
    /// which is newer.
    pub value: ClaimValue,
    /// Its source.
    pub source: ClaimSource,
    /// The scope that brings it; `None` for the claims every ID token has and for the ones Logto
    /// does not name.
    pub scope: Option<Cow<'static, str>>,
}

/// A group of claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimGroup {
    /// Who somebody is.
    Person,
    /// How to reach them.
    Contact,
    /// Their organizations and roles.
    Organizations,
    /// Custom data, linked identities, and every claim that Logto does not define.
    Custom,
    /// The sign-in itself.
    Protocol,
}

impl ClaimGroup {
    /// Each of them: a person's own facts first.
    pub const ALL: [Self; 5] = [
        Self::Person,
        Self::Contact,
        Self::Organizations,
        Self::Custom,
        Self::Protocol,
    ];

    /// Its name on the page.
    #[must_use]
    pub fn label(self, table: &PanelTexts) -> &'static str {
        match self {
            Self::Person => table.user_info.person,
            Self::Contact => table.user_info.contact,
            Self::Organizations => table.user_info.organizations,
            Self::Custom => table.user_info.custom,
            Self::Protocol => table.user_info.protocol,
        }
    }
}

/// The source of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimSource {
    /// The ID token of the sign-in, or of the last refresh.
    IdToken,
    /// The userinfo endpoint, asked just now.
    UserInfo,
    /// Both, with the same value.
    Both,
    /// Both, with different values. This is what the ID token says.
    Different(ClaimValue),
}

impl ClaimSource {
    /// Its name on the page.
    #[must_use]
    pub fn label(&self, table: &PanelTexts) -> &'static str {
        match self {
            Self::IdToken => table.user_info.from_id_token,
            Self::UserInfo => table.user_info.from_userinfo,
            Self::Both | Self::Different(_) => table.user_info.from_both,
        }
    }
}

/// A claim that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingClaim {
    /// Its name.
    pub name: Cow<'static, str>,
    /// A description in the language of the page.
    pub label: Option<Cow<'static, str>>,
    /// Its group.
    pub group: ClaimGroup,
    /// The scope that would bring it.
    pub scope: Cow<'static, str>,
    /// Why it is not there.
    pub reason: Reason,
}

/// Why a claim is not there. One that came as `null` is there: it was granted, and is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Its scope was not requested at sign-in.
    NotAsked,
    /// The person switched its scope off.
    SwitchedOff,
    /// Its scope was requested, and Logto did not grant it.
    NotGranted,
    /// Its scope was granted; it is not in the ID token, and userinfo was not asked.
    NotFetched,
    /// Its scope was granted; it is not in the ID token, and userinfo did not answer.
    Unavailable,
    /// Its scope was granted, both were asked, and there is nothing: it was never set.
    NotSet,
}

impl Reason {
    /// A short text of the reason.
    #[must_use]
    pub fn label(self, table: &PanelTexts) -> &'static str {
        let texts = &table.user_info;
        match self {
            Self::NotAsked => texts.not_asked,
            Self::SwitchedOff => texts.switched_off,
            Self::NotGranted => texts.not_granted,
            Self::NotFetched => texts.not_fetched,
            Self::Unavailable => texts.not_answered,
            Self::NotSet => texts.not_set,
        }
    }

    /// Whether it is about the scope of the claim, so that another scope has another way on.
    #[must_use]
    pub(crate) fn is_of_scope(self) -> bool {
        matches!(self, Self::NotAsked | Self::SwitchedOff | Self::NotGranted)
    }

    /// The explanation of the reason, and what can be done.
    #[must_use]
    pub fn about(self, table: &PanelTexts) -> &'static str {
        let texts = &table.user_info;
        match self {
            Self::NotAsked => texts.not_asked_about,
            Self::SwitchedOff => texts.switched_off_about,
            Self::NotGranted => texts.not_granted_about,
            Self::NotFetched => texts.not_fetched_about,
            Self::Unavailable => texts.not_answered_about,
            Self::NotSet => texts.not_set_about,
        }
    }
}
