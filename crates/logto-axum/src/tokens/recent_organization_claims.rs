//! What userinfo said about organizations within the last minute.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use logto::{Claims, Scopes};
use serde_json::{Map, Value};

use crate::{hash::Hash, session::CurrentUser};

/// The claims that are kept.
const KEPT: [&str; 3] = ["organizations", "organization_roles", "organization_data"];
/// For so many seconds an answer counts as recent.
const RECENT: u64 = 60;
/// So many bytes of JSON are kept at most. Beyond that, Logto is asked.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// So many sessions are kept at most.
const MOST: usize = 10_000;

/// The answers of the last minute, by session. In this process.
#[derive(Debug, Default)]
pub(crate) struct RecentOrganizationClaims(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    by_session: HashMap<Hash, Entry>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    /// `None`: what was asked for until `at` is no longer so.
    claims: Option<Arc<Claims>>,
    bytes: usize,
    basis: Basis,
    at: u64,
}

/// What an answer depends on: a scope that is granted or switched off has other claims in it.
#[derive(Debug, Default, PartialEq)]
struct Basis {
    sub: String,
    signed_in_at: i64,
    scopes: Scopes,
}

impl Basis {
    fn of(person: &CurrentUser) -> Self {
        Self {
            sub: person.claims.sub.clone(),
            signed_in_at: person.signed_in_at,
            scopes: person.in_use(),
        }
    }
}

impl RecentOrganizationClaims {
    /// The answer for a session, at a time in Unix seconds.
    pub(crate) fn of(&self, session: &Hash, person: &CurrentUser, now: u64) -> Option<Arc<Claims>> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.by_session.get(session)?;
        let is_good = is_recent(entry.at, now) && entry.basis == Basis::of(person);
        entry.claims.clone().filter(|_| is_good)
    }

    /// Keeps an answer that was asked for at `asked_at`. Returns what it says about organizations.
    pub(crate) fn note(
        &self,
        session: &Hash,
        person: &CurrentUser,
        answer: &Claims,
        asked_at: u64,
        now: u64,
    ) -> Arc<Claims> {
        let (claims, bytes) = about_organizations(answer);
        let claims = Arc::new(claims);
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.sweep(now);
        // What was asked for later, or is no longer so, is newer than this answer.
        let is_newer = |entry: &Entry| {
            let same_second = entry.at == asked_at && entry.claims.is_none();
            (entry.at > asked_at || same_second) && entry.at <= now
        };
        if !entries.by_session.get(session).is_some_and(is_newer) {
            entries.insert(
                *session,
                Entry {
                    claims: Some(Arc::clone(&claims)),
                    bytes,
                    basis: Basis::of(person),
                    at: asked_at,
                },
            );
        }
        claims
    }

    /// As [`note`](Self::note), for a session whose organizations are kept already.
    pub(crate) fn update(
        &self,
        session: &Hash,
        person: &CurrentUser,
        answer: &Claims,
        asked_at: u64,
        now: u64,
    ) {
        let is_kept = {
            let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            entries.by_session.contains_key(session)
        };
        if is_kept {
            self.note(session, person, answer, asked_at, now);
        }
    }

    /// What is kept for a session is no longer so, nor is an answer that is on its way.
    pub(crate) fn forget(&self, session: &Hash, now: u64) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(
            *session,
            Entry {
                claims: None,
                bytes: 0,
                basis: Basis::default(),
                at: now,
            },
        );
    }

    /// Removes what is not recent.
    pub(crate) fn sweep(&self, now: u64) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.sweep(now);
    }
}

impl Entries {
    fn insert(&mut self, key: Hash, entry: Entry) {
        if let Some(before) = self.by_session.remove(&key) {
            self.bytes -= before.bytes;
        }
        if self.by_session.len() < MOST && self.bytes + entry.bytes <= MOST_BYTES {
            self.bytes += entry.bytes;
            self.by_session.insert(key, entry);
        }
    }

    fn sweep(&mut self, now: u64) {
        self.by_session.retain(|_, entry| is_recent(entry.at, now));
        self.bytes = self.by_session.values().map(|entry| entry.bytes).sum();
    }
}

/// A clock that was set back makes no answer last longer.
fn is_recent(at: u64, now: u64) -> bool {
    now.checked_sub(at).is_some_and(|age| age < RECENT)
}

/// The claims about organizations, and their length as JSON.
fn about_organizations(answer: &Claims) -> (Claims, usize) {
    let kept = KEPT.into_iter();
    let kept = kept.filter_map(|name| Some((name.to_owned(), answer.get(name)?)));
    let mut members: Map<String, Value> = kept.collect();
    members.insert("sub".to_owned(), answer.sub.clone().into());
    let kept = Value::Object(members);
    let bytes = kept.to_string().len();
    (serde_json::from_value(kept).unwrap_or_default(), bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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

    fn answer(padding: usize) -> Claims {
        serde_json::from_value(json!({
            "sub": "alice", "email": "alice@example.com", "organizations": ["acme"],
            "organization_data": [{ "id": "acme", "name": "A".repeat(padding) }],
        }))
        .unwrap()
    }

    fn data_in(kept: &Claims) -> String {
        kept.get("organization_data").unwrap().to_string()
    }

    #[test]
    fn an_answer_is_for_one_session_for_its_scopes_and_for_a_minute() {
        let recent = RecentOrganizationClaims::default();
        let whole = person("openid email", "");
        recent.note(&[1; 32], &whole, &answer(1), 100, 100);
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
    }

    #[test]
    fn only_what_is_said_about_organizations_is_kept() {
        let recent = RecentOrganizationClaims::default();
        let person = person("openid", "");
        recent.update(&[1; 32], &person, &answer(1), 100, 100);
        assert!(
            recent.of(&[1; 32], &person, 100).is_none(),
            "nobody wanted it"
        );
        let kept = recent.note(&[1; 32], &person, &answer(1), 100, 100);
        assert!(kept.email.is_absent());
        assert!(kept.get("organizations").is_some() && kept.get("organization_data").is_some());
        recent.update(&[1; 32], &person, &answer(2), 101, 101);
        let kept = recent.of(&[1; 32], &person, 101).unwrap();
        assert!(data_in(&kept).contains("AA"));
    }

    #[test]
    fn an_answer_that_was_on_its_way_does_not_bring_back_what_is_forgotten() {
        let recent = RecentOrganizationClaims::default();
        let person = person("openid", "");
        recent.note(&[1; 32], &person, &answer(1), 100, 100);
        recent.forget(&[1; 32], 105);
        assert!(recent.of(&[1; 32], &person, 105).is_none());
        recent.note(&[1; 32], &person, &answer(1), 104, 106);
        assert!(recent.of(&[1; 32], &person, 106).is_none());
        recent.note(&[1; 32], &person, &answer(1), 106, 107);
        assert!(recent.of(&[1; 32], &person, 107).is_some());
    }

    /// A minute counts from the question, and a slow answer takes the place of no later one.
    #[test]
    fn a_slow_answer_is_as_old_as_its_question() {
        let recent = RecentOrganizationClaims::default();
        let person = person("openid", "");
        recent.note(&[1; 32], &person, &answer(1), 100, 150);
        assert!(recent.of(&[1; 32], &person, 159).is_some());
        assert!(recent.of(&[1; 32], &person, 160).is_none());
        recent.note(&[1; 32], &person, &answer(2), 151, 152);
        recent.note(&[1; 32], &person, &answer(1), 149, 153);
        let kept = recent.of(&[1; 32], &person, 153).unwrap();
        assert!(data_in(&kept).contains("AA"));
    }

    #[test]
    fn no_more_is_kept_than_there_is_place_for() {
        let recent = RecentOrganizationClaims::default();
        let person = person("openid", "");
        for session in 0..20 {
            recent.note(&[session; 32], &person, &answer(1024 * 1024), 100, 100);
        }
        let known = |now| {
            (0..20)
                .filter(|session| recent.of(&[*session; 32], &person, now).is_some())
                .count()
        };
        assert_eq!(known(100), 7);
        assert!(recent.0.lock().unwrap().bytes <= MOST_BYTES);
        recent.sweep(160);
        let entries = recent.0.lock().unwrap();
        assert_eq!((entries.by_session.len(), entries.bytes), (0, 0));
    }
}
