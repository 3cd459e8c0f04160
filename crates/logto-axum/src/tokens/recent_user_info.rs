//! The answers of the userinfo endpoint of the last minute.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use logto::Claims;

use crate::{
    hash::{Hash, digest},
    session::CurrentUser,
};

/// For so many seconds an answer counts as recent.
const RECENT: u64 = 60;
/// So many answers are kept at most. Beyond that, Logto is asked.
const MOST: usize = 1_000;

/// The answers of the last minute, by session and by the scopes in use. In this process.
#[derive(Debug, Default)]
pub(crate) struct RecentUserInfo(Mutex<HashMap<Hash, (Arc<Claims>, u64)>>);

impl RecentUserInfo {
    /// The answer for a session, at a time in Unix seconds.
    pub(crate) fn of(&self, session: &Hash, person: &CurrentUser, now: u64) -> Option<Arc<Claims>> {
        let recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (claims, since) = recent.get(&key(session, person))?;
        is_recent(*since, now).then(|| Arc::clone(claims))
    }

    pub(crate) fn note(&self, session: &Hash, person: &CurrentUser, claims: Arc<Claims>, now: u64) {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|_, (_, since)| is_recent(*since, now));
        if recent.len() < MOST {
            recent.insert(key(session, person), (claims, now));
        }
    }

    /// What a session knew is no longer so.
    pub(crate) fn forget(&self, session: &Hash, person: &CurrentUser) {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.remove(&key(session, person));
    }
}

/// A clock that was set back makes no answer last longer.
fn is_recent(since: u64, now: u64) -> bool {
    now.checked_sub(since).is_some_and(|age| age < RECENT)
}

/// A scope that is granted or switched off has other claims in the answer.
fn key(session: &Hash, person: &CurrentUser) -> Hash {
    let scopes = person.in_use().to_string();
    digest(&[
        b"recent userinfo",
        session,
        person.claims.sub.as_bytes(),
        &person.signed_in_at.to_be_bytes(),
        scopes.as_bytes(),
    ])
}

#[cfg(test)]
mod tests {
    use logto::Scopes;

    use super::*;
    use crate::session::SessionDevice;

    fn person(scope: &str, switched_off: &str) -> CurrentUser {
        CurrentUser {
            claims: Claims::default(),
            scope: Scopes::parse(scope),
            asked: Scopes::parse(scope),
            switched_off: Scopes::parse(switched_off),
            signed_in_at: 1,
            ends_at: 2,
            device: SessionDevice::default(),
        }
    }

    #[test]
    fn an_answer_is_for_one_session_and_for_its_scopes() {
        let recent = RecentUserInfo::default();
        let whole = person("openid email", "");
        recent.note(&[1; 32], &whole, Arc::default(), 100);
        let is_known = |session: u8, person: &CurrentUser, now| {
            recent.of(&[session; 32], person, now).is_some()
        };
        assert!(is_known(1, &whole, 100) && is_known(1, &whole, 159));
        assert!(!is_known(1, &whole, 160) && !is_known(1, &whole, 99));
        assert!(!is_known(2, &whole, 100));
        assert!(!is_known(1, &person("openid email", "email"), 100));
        assert!(!is_known(1, &person("openid email phone", ""), 100));
        let mut again = person("openid email", "");
        again.signed_in_at = 3;
        assert!(!is_known(1, &again, 100));
        recent.forget(&[1; 32], &whole);
        assert!(recent.of(&[1; 32], &whole, 100).is_none());
    }

    #[test]
    fn no_more_answers_are_kept_than_there_is_place_for() {
        let recent = RecentUserInfo::default();
        let person = person("openid", "");
        for session in 0..=MOST {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&session.to_be_bytes());
            recent.note(&hash, &person, Arc::default(), 100);
        }
        assert_eq!(recent.0.lock().unwrap().len(), MOST);
        recent.note(&[1; 32], &person, Arc::default(), 160);
        assert_eq!(recent.0.lock().unwrap().len(), 1, "old ones make room");
    }
}
