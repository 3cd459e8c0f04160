//! One line of the audit log.

use std::net::IpAddr;

use ipnet::IpNet;
use logto_axum::{
    Access, AccessDenied, ClientInfo, RefreshFailed, SessionKeys, SignInFinished, SignOutCause,
    SignOutEvent,
};
use serde::Serialize;

use crate::{
    settings::{AuditAddresses, AuditSettings, AuditSubjects},
    timestamp::rfc3339,
};

/// The bits of an address that a shortened one keeps.
const KEPT_OF_IPV4: u8 = 24;
const KEPT_OF_IPV6: u8 = 48;

/// The characters of a `User-Agent` header that are written.
const MOST_OF_USER_AGENT: usize = 150;

/// What is written of people and addresses.
pub(super) struct Privacy {
    subjects: AuditSubjects,
    addresses: AuditAddresses,
    keys: SessionKeys,
}

/// A line before people and addresses are made unrecognizable. Members without a value are left out.
#[derive(Serialize)]
pub(super) struct Line {
    /// RFC 3339, in UTC.
    time: String,
    event: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// How many refused accesses of the session this line is written for.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<u64>,
    #[serde(skip)]
    client: Option<IpAddr>,
}

impl Line {
    fn new(at: i64, event: &'static str, outcome: &'static str) -> Self {
        Self {
            time: rfc3339(at),
            event,
            outcome,
            reason: None,
            subject: None,
            session: None,
            path: None,
            requirement: None,
            organization: None,
            audience: None,
            address: None,
            user_agent: None,
            suppressed: None,
            client: None,
        }
    }

    fn by(mut self, client: Option<ClientInfo>) -> Self {
        if let Some(client) = client {
            self.client = client.address;
            self.user_agent = client
                .user_agent
                .map(|text| text.chars().take(MOST_OF_USER_AGENT).collect());
        }
        self
    }

    pub(super) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    pub(super) fn with_suppressed(self, count: u64) -> Self {
        Self {
            suppressed: Some(count),
            ..self
        }
    }

    /// The text with its line end.
    pub(super) fn into_json(mut self, privacy: &Privacy) -> Option<String> {
        self.subject = self.subject.map(|subject| privacy.subject(subject));
        self.address = self.client.and_then(|address| privacy.address(address));
        for text in [
            &mut self.subject,
            &mut self.path,
            &mut self.requirement,
            &mut self.organization,
            &mut self.audience,
            &mut self.user_agent,
        ] {
            *text = text.take().map(|text| visible(&text));
        }
        match serde_json::to_string(&self) {
            Ok(text) => Some(text + "\n"),
            Err(error) => {
                tracing::error!(%error, "a line of the audit log cannot be written");
                None
            }
        }
    }
}

impl Privacy {
    pub(super) fn new(settings: &AuditSettings, keys: SessionKeys) -> Self {
        Self {
            subjects: settings.subjects,
            addresses: settings.addresses,
            keys,
        }
    }

    fn subject(&self, subject: String) -> String {
        match self.subjects {
            AuditSubjects::Hashed => self.keys.pseudonym(&subject),
            AuditSubjects::Plain => subject,
        }
    }

    fn address(&self, address: IpAddr) -> Option<String> {
        match self.addresses {
            AuditAddresses::Off => None,
            AuditAddresses::Plain => Some(address.to_string()),
            AuditAddresses::Shortened => {
                let kept = match address {
                    IpAddr::V4(_) => KEPT_OF_IPV4,
                    IpAddr::V6(_) => KEPT_OF_IPV6,
                };
                let network = IpNet::new(address, kept).ok()?;
                Some(network.trunc().to_string())
            }
        }
    }
}

/// A text in which every character shows: control characters, those that change the direction of a text and those without width
/// would make a terminal show another line than there is.
fn visible(text: &str) -> String {
    let is_hidden = |letter: char| {
        letter.is_control()
            || matches!(
                letter,
                '\u{ad}'
                    | '\u{61c}'
                    | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{2064}'
                    | '\u{2066}'..='\u{2069}'
                    | '\u{feff}'
                    | '\u{e0000}'..='\u{e007f}'
            )
    };
    text.replace(is_hidden, "\u{fffd}")
}

impl From<SignInFinished> for Line {
    fn from(event: SignInFinished) -> Self {
        let outcome = match event.problem {
            None => "success",
            Some(_) => "failure",
        };
        Self {
            reason: event.problem.map(logto_axum::ProblemReason::as_str),
            subject: event.subject,
            session: event.session,
            ..Self::new(event.at, "sign_in", outcome)
        }
        .by(Some(event.client))
    }
}

impl From<SignOutEvent> for Line {
    fn from(event: SignOutEvent) -> Self {
        let (name, reason) = match event.cause {
            SignOutCause::Person(extent) => ("sign_out", extent.as_str()),
            SignOutCause::OtherSession | SignOutCause::Replaced => {
                ("sign_out", event.cause.as_str())
            }
            SignOutCause::Refresh(failure) => ("revocation", failure.as_str()),
            cause => ("revocation", cause.as_str()),
        };
        Self {
            reason: Some(reason),
            subject: event.subject,
            session: Some(event.session),
            ..Self::new(event.at, name, "success")
        }
        .by(event.client)
    }
}

impl From<RefreshFailed> for Line {
    fn from(event: RefreshFailed) -> Self {
        Self {
            reason: Some(event.failure.as_str()),
            subject: event.subject,
            session: Some(event.session),
            audience: Some(event.audience.to_string()),
            ..Self::new(event.at, "refresh", "failure")
        }
    }
}

impl From<AccessDenied> for Line {
    fn from(event: AccessDenied) -> Self {
        let reason = match event.access {
            Access::NotFound => "not-found",
            _ => "forbidden",
        };
        Self {
            reason: Some(reason),
            subject: event.subject,
            session: event.session,
            path: Some(event.path),
            requirement: Some(event.requirement),
            organization: event.organization.map(|id| id.to_string()),
            ..Self::new(event.at, "access", "denied")
        }
        .by(Some(event.client))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Line {
        pub(in crate::audit) fn refused(session: &str) -> Self {
            Self {
                session: Some(session.to_owned()),
                ..Self::new(0, "access", "denied")
            }
        }

        pub(in crate::audit) const fn suppressed(&self) -> Option<u64> {
            self.suppressed
        }
    }

    fn privacy(subjects: AuditSubjects, addresses: AuditAddresses) -> Privacy {
        let settings = AuditSettings {
            subjects,
            addresses,
            ..AuditSettings::default()
        };
        Privacy::new(&settings, SessionKeys::ephemeral())
    }

    #[test]
    fn addresses_are_shortened_unless_configured() {
        for (address, addresses, expected) in [
            ("192.0.2.7", AuditAddresses::Shortened, Some("192.0.2.0/24")),
            (
                "2001:db8:1:2::3",
                AuditAddresses::Shortened,
                Some("2001:db8:1::/48"),
            ),
            ("192.0.2.7", AuditAddresses::Plain, Some("192.0.2.7")),
            ("192.0.2.7", AuditAddresses::Off, None),
        ] {
            let privacy = privacy(AuditSubjects::Hashed, addresses);
            let shown = privacy.address(address.parse().unwrap());
            assert_eq!(shown.as_deref(), expected);
        }
    }

    #[test]
    fn a_subject_cannot_be_guessed_and_stays_the_same() {
        let one = privacy(AuditSubjects::Hashed, AuditAddresses::Off);
        let other = privacy(AuditSubjects::Hashed, AuditAddresses::Off);
        let alice = one.subject("alice".into());
        assert_eq!(alice, one.subject("alice".into()));
        assert_ne!(alice, one.subject("alicf".into()));
        assert_ne!(alice, other.subject("alice".into()), "by another key");
        assert_eq!(alice.len(), 32);
        let plain = privacy(AuditSubjects::Plain, AuditAddresses::Off);
        assert_eq!(plain.subject("alice".into()), "alice");
    }

    /// JW-10, OU-22: one event is one line, whatever a browser sends.
    #[test]
    fn no_text_makes_a_line_of_its_own() {
        let line = Line {
            user_agent: Some("a\r\n{\"event\":\"x\"}\u{1b}[2J\u{9b}\u{202e}\"\\".into()),
            ..Line::new(0, "sign_in", "success")
        };
        let text = line
            .into_json(&privacy(AuditSubjects::Hashed, AuditAddresses::Off))
            .unwrap();
        assert_eq!(
            text,
            "{\"time\":\"1970-01-01T00:00:00Z\",\"event\":\"sign_in\",\"outcome\":\"success\",\
             \"user_agent\":\"a\u{fffd}\u{fffd}{\\\"event\\\":\\\"x\\\"}\u{fffd}[2J\u{fffd}\u{fffd}\\\"\\\\\"}\n"
        );
    }

    #[test]
    fn characters_that_do_not_show_are_replaced() {
        let hidden = ['\u{ad}', '\u{61c}', '\u{feff}'].into_iter();
        let hidden = hidden
            .chain('\u{200b}'..='\u{200f}')
            .chain('\u{2028}'..='\u{202e}')
            .chain('\u{2060}'..='\u{2064}')
            .chain('\u{2066}'..='\u{2069}')
            .chain('\u{e0000}'..='\u{e007f}');
        for letter in hidden {
            let text = visible(&format!("a{letter}b"));
            assert_eq!(text, "a\u{fffd}b", "{letter:?}");
        }
        let shown = "Ünïcode \u{2010} \u{1f600} ع 漢";
        assert_eq!(visible(shown), shown);
    }
}
