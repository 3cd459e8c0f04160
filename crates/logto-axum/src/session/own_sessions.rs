//! The sessions of one person at this application.

use super::{device::SessionDevice, repository::Sessions};
use crate::{
    hash::Hash,
    store::{SessionFilter, StoreError, StoreErrorKind},
};

/// A session of a person, as the others of them see it.
#[derive(Clone, Debug)]
pub(crate) struct SessionOfPerson {
    pub(crate) id: Hash,
    pub(crate) device: SessionDevice,
    pub(crate) signed_in_at: i64,
    pub(crate) last_used_at: i64,
    pub(crate) ends_at: i64,
    /// The hash of the `sid` of Logto.
    sid: Option<Hash>,
}

impl SessionOfPerson {
    /// Whether both sessions may have the same grant at Logto, so that revoking the tokens of one
    /// revokes those of the other. Logto puts all sign-ins of one of its sessions under one grant,
    /// and the `sid` says which session that is. Without it, sessions of browsers that describe
    /// themselves alike may be of one browser.
    pub(crate) fn may_share_grant(&self, other: &Self) -> bool {
        if let (Some(sid), Some(other)) = (self.sid, other.sid) {
            return sid == other;
        }
        let words = |session: &Self| {
            let SessionDevice {
                browser,
                system,
                kind,
                ..
            } = &session.device;
            (browser.clone(), system.clone(), *kind)
        };
        words(self) == words(other)
    }
}

impl Sessions {
    /// The sessions of a person that have not ended, in no particular order. One that these keys
    /// cannot read is left out. It is no use of a session.
    pub(crate) async fn of_person(
        &self,
        subject: &Hash,
    ) -> Result<Vec<SessionOfPerson>, StoreError> {
        let now = self.now();
        let mut sessions = Vec::new();
        let mut found = self.find(SessionFilter::Subject(*subject));
        while let Some(batch) = found.next().await? {
            for (id, row) in &batch {
                let person = match self.person_in(id, row) {
                    Ok(Some(person)) => person,
                    Ok(None) => continue,
                    Err(error) if error.kind == StoreErrorKind::Unreadable => continue,
                    Err(error) => return Err(error),
                };
                let last_use = self.last_use(id, row);
                if person.ends_at <= now || self.idle_end(last_use) <= now {
                    continue;
                }
                sessions.push(SessionOfPerson {
                    id: *id,
                    device: person.device,
                    signed_in_at: person.signed_in_at,
                    // The store has an earlier time of a session that was not presented yet.
                    last_used_at: last_use.max(person.signed_in_at),
                    ends_at: person.ends_at,
                    sid: row.sid,
                });
            }
        }
        Ok(sessions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(sid: Option<u8>, browser: &str) -> SessionOfPerson {
        let device = SessionDevice {
            browser: Some(browser.to_owned()),
            ..SessionDevice::default()
        };
        SessionOfPerson {
            id: [0; 32],
            device,
            signed_in_at: 0,
            last_used_at: 0,
            ends_at: 0,
            sid: sid.map(|sid| [sid; 32]),
        }
    }

    #[test]
    fn sessions_of_one_browser_may_share_a_grant() {
        for (one, other, may_share) in [
            (
                session(Some(1), "Firefox"),
                session(Some(1), "Chrome"),
                true,
            ),
            (
                session(Some(1), "Firefox"),
                session(Some(2), "Firefox"),
                false,
            ),
            (session(Some(1), "Firefox"), session(None, "Firefox"), true),
            (session(None, "Firefox"), session(None, "Chrome"), false),
        ] {
            assert_eq!(one.may_share_grant(&other), may_share);
        }
    }
}
