//! The sessions of the person at this application.

use leptos_logto::{Moment, texts::fill};
use logto_types::DeviceKind;
use serde::{Deserialize, Serialize};

use crate::panel_texts::SessionListTexts;

/// The sessions of the person, and what the last form did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    /// The session of the request first, then the others, the last used ones first: 100 at most.
    pub list: Vec<SessionCard>,
    /// How many there are in all.
    pub total: usize,
    /// What the last form did, shown once.
    pub notice: Option<SessionsNotice>,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCard {
    /// What [`end_session`](crate::end_session) takes. It opens nothing, and works in this session
    /// alone. `None` for this session itself, which ends by a sign-out.
    pub handle: Option<String>,
    /// The browser, if it is known.
    pub browser: Option<String>,
    /// The operating system, if it is known.
    pub system: Option<String>,
    /// The kind of device.
    pub kind: DeviceKind,
    /// The network of the address that the session began from, if it is kept: `203.0.113.…`.
    pub address: Option<String>,
    /// When the sign-in was finished.
    pub signed_in: Moment,
    /// When it was last used, to the minute.
    pub last_used: Moment,
    /// When it ends whatever happens.
    pub ends: Moment,
}

impl SessionCard {
    /// The browser and the system in words.
    pub(crate) fn name(&self, texts: &SessionListTexts) -> String {
        name(self.browser.as_deref(), self.system.as_deref(), texts)
    }
}

fn name(browser: Option<&str>, system: Option<&str>, texts: &SessionListTexts) -> String {
    let browser = browser.unwrap_or(texts.unknown_browser);
    match system {
        Some(system) => fill(&fill(texts.name, "browser", browser), "system", system),
        None => browser.to_owned(),
    }
}

/// What a form has done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionsNotice {
    /// The session has ended.
    Ended {
        /// Its browser, if it is known.
        browser: Option<String>,
        /// Its operating system, if it is known.
        system: Option<String>,
    },
    /// So many other sessions have ended.
    OthersEnded(usize),
    /// There was no such session: it had ended before.
    EndedBefore,
}

impl SessionsNotice {
    /// The text of the notice.
    #[must_use]
    pub fn text(&self, texts: &SessionListTexts) -> String {
        match self {
            Self::Ended { browser, system } => {
                let name = name(browser.as_deref(), system.as_deref(), texts);
                fill(texts.ended, "name", &name)
            }
            Self::OthersEnded(0) => texts.no_others.to_owned(),
            Self::OthersEnded(1) => texts.one_other_ended.to_owned(),
            Self::OthersEnded(count) => fill(texts.others_ended, "count", &count.to_string()),
            Self::EndedBefore => texts.ended_before.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel_texts::PanelTexts;

    #[test]
    fn a_session_is_named_by_what_is_known_of_its_device() {
        let moment = Moment {
            text: String::new(),
            machine: String::new(),
            exact: String::new(),
            to_the_minute: true,
        };
        let name = |browser: Option<&str>, system: Option<&str>| {
            let card = SessionCard {
                handle: None,
                browser: browser.map(str::to_owned),
                system: system.map(str::to_owned),
                kind: DeviceKind::Unknown,
                address: None,
                signed_in: moment.clone(),
                last_used: moment.clone(),
                ends: moment.clone(),
            };
            card.name(&PanelTexts::ENGLISH.sessions)
        };
        assert_eq!(name(Some("Firefox"), Some("Linux")), "Firefox on Linux");
        assert_eq!(name(Some("Firefox"), None), "Firefox");
        assert_eq!(name(None, Some("Linux")), "Unknown browser on Linux");
        assert_eq!(name(None, None), "Unknown browser");
    }

    #[test]
    fn the_notice_names_the_session_that_ended_and_counts_others() {
        let text = |notice: SessionsNotice| notice.text(&PanelTexts::ENGLISH.sessions);
        let ended = SessionsNotice::Ended {
            browser: Some("Firefox".into()),
            system: Some("Linux".into()),
        };
        assert_eq!(text(ended), "Session ended: Firefox on Linux.");
        assert_eq!(
            text(SessionsNotice::OthersEnded(0)),
            "There was no other session."
        );
        assert_eq!(
            text(SessionsNotice::OthersEnded(1)),
            "One other session has ended."
        );
        assert_eq!(
            text(SessionsNotice::OthersEnded(3)),
            "3 other sessions have ended."
        );
    }
}
