//! Messages between tabs: which session each of them shows, when it ends, and what its stream says.

use crate::model::AuthState;

/// The meaning of another tab's message for this tab.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    Nothing,
    /// The same session, with a later end than this page has.
    Prolonged(i64),
    /// It shows another session.
    Another,
    /// The session has ended, by its stream.
    Ended,
    /// Something about the session has changed, by its stream.
    Changed,
}

/// The data of the event that says that a session has ended.
pub(super) const ENDED: &str = "ended";

/// An event of the stream of session events, for the tabs that show the same session.
pub(super) fn event_message(state: &AuthState, event: &str) -> Option<String> {
    let session = state.session()?;
    Some(format!("{event} {}", session.identity()))
}

/// Which session a page shows: the end, then the identity. Nothing when it is not known.
pub(super) fn message(state: &AuthState) -> Option<String> {
    match state {
        AuthState::SignedIn(session) => Some(format!("{} {}", session.end.at, session.identity())),
        AuthState::SignedOut => Some(String::new()),
        AuthState::Unknown => None,
    }
}

pub(super) fn read(known: &AuthState, text: &str) -> Heard {
    let fields = text.split_once(' ');
    match (known.session(), fields) {
        (None, None) => Heard::Nothing,
        (Some(session), Some((at, identity))) if identity == session.identity() => {
            match at.parse() {
                Ok(at) if at > session.end.at && at <= session.end.latest => Heard::Prolonged(at),
                Ok(_) => Heard::Nothing,
                Err(_) if fields == Some((ENDED, identity)) => Heard::Ended,
                Err(_) => Heard::Changed,
            }
        }
        _ => Heard::Another,
    }
}

#[cfg(test)]
mod tests {
    use logto_types::SessionEnd;

    use super::*;
    use crate::model::{Session, Viewer};

    const END: SessionEnd = SessionEnd {
        now: 1000,
        at: 2000,
        latest: 9000,
    };

    fn signed_in(subject: &str, end: SessionEnd) -> AuthState {
        AuthState::SignedIn(Session {
            viewer: Viewer {
                subject: subject.into(),
                name: None,
                initials: String::new(),
                email: None,
                picture: None,
            },
            organizations: Vec::new(),
            roles: None,
            organization_roles: None,
            scopes: Vec::new(),
            switched_off: Vec::new(),
            end,
        })
    }

    #[test]
    fn tabs_of_one_session_share_its_later_end() {
        let known = signed_in("alice", END);
        let text = message(&signed_in("alice", SessionEnd { at: 2500, ..END })).unwrap();
        assert_eq!(read(&known, &text), Heard::Prolonged(2500));
        let earlier = message(&signed_in("alice", SessionEnd { at: 1500, ..END })).unwrap();
        assert_eq!(read(&known, &earlier), Heard::Nothing);
        let absurd = message(&signed_in("alice", SessionEnd { at: 9999, ..END })).unwrap();
        assert_eq!(read(&known, &absurd), Heard::Nothing);
    }

    #[test]
    fn an_event_of_the_stream_is_about_the_session_it_names() {
        let known = signed_in("alice", END);
        let message = |event| event_message(&known, event).unwrap();
        assert_eq!(read(&known, &message(ENDED)), Heard::Ended);
        assert_eq!(read(&known, &message("changed")), Heard::Changed);
        assert_eq!(read(&known, &message("changed")), Heard::Changed);
        let bob = signed_in("bob", END);
        assert_eq!(read(&bob, &message(ENDED)), Heard::Another);
        assert_eq!(event_message(&AuthState::SignedOut, ENDED), None);
    }

    #[test]
    fn another_session_in_another_tab_is_a_reason_to_ask() {
        let known = signed_in("alice", END);
        let again = SessionEnd {
            latest: 9500,
            ..END
        };
        for other in [
            signed_in("bob", END),
            signed_in("alice", again),
            AuthState::SignedOut,
        ] {
            assert_eq!(read(&known, &message(&other).unwrap()), Heard::Another);
        }
        assert_eq!(read(&AuthState::SignedOut, ""), Heard::Nothing);
        let text = message(&known).unwrap();
        assert_eq!(read(&AuthState::SignedOut, &text), Heard::Another);
        assert_eq!(message(&AuthState::Unknown), None);
    }
}
