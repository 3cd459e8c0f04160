use leptos_logto::NoticeTone;
use serde::{Deserialize, Serialize};

use crate::panel_texts::ScopeTexts;

/// The result of a choice of scopes, shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeNotice {
    /// It was applied.
    Applied,
    /// Nothing changed.
    Unchanged,
    /// Nothing changed, because memberships stay on while a permission inside organizations is on.
    StaysOn,
    /// It was applied, and the new authorization left out some of what was turned on.
    NotGranted,
    /// The browser came back without a new authorization.
    Cancelled,
    /// It named a scope that is not offered.
    Refused,
    /// The identity provider did not answer.
    Unavailable,
    /// The form was drawn for another person.
    AnotherPerson,
}

impl ScopeNotice {
    /// The kind of message.
    #[must_use]
    pub fn tone(&self) -> NoticeTone {
        match self {
            Self::Applied => NoticeTone::Success,
            Self::Unchanged | Self::StaysOn | Self::Cancelled => NoticeTone::Info,
            Self::NotGranted | Self::AnotherPerson => NoticeTone::Warning,
            Self::Refused | Self::Unavailable => NoticeTone::Error,
        }
    }

    /// The text of the notice.
    #[must_use]
    pub fn text(&self, texts: &ScopeTexts) -> &'static str {
        match self {
            Self::Applied => texts.applied,
            Self::Unchanged => texts.unchanged,
            Self::StaysOn => texts.stays_on,
            Self::NotGranted => texts.left_out,
            Self::Cancelled => texts.cancelled,
            Self::Refused => texts.refused,
            Self::Unavailable => texts.unavailable,
            Self::AnotherPerson => texts.another_person,
        }
    }
}
