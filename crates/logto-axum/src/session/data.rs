//! The content of a session.

use std::collections::HashMap;

use serde_json::Value;

use super::current_user::CurrentUser;
use crate::hash::{Hash, digest};

/// The key of the signed-in person.
pub(crate) const SIGNED_IN: &str = "signed_in";

/// The values of a session by their keys.
pub(super) type Data = HashMap<String, Value>;

/// The sealed end of the session of somebody who is signed in.
pub(super) fn ends_at(data: &Data) -> Option<i64> {
    data.get(SIGNED_IN)?.get("ends_at")?.as_i64()
}

/// The hashes that the session of somebody who is signed in is found by: of `sub`, and of `sid`.
pub(super) fn owner(data: &Data) -> (Option<Hash>, Option<Hash>) {
    let claim = |name: &str| data.get(SIGNED_IN)?.get("claims")?.get(name)?.as_str();
    (claim("sub").map(subject_hash), claim("sid").map(sid_hash))
}

/// The hash of a subject in the store.
pub(crate) fn subject_hash(subject: &str) -> Hash {
    digest(&[b"subject", subject.as_bytes()])
}

/// The hash of the id of a session at Logto in the store.
pub(crate) fn sid_hash(sid: &str) -> Hash {
    digest(&[b"sid", sid.as_bytes()])
}

pub(super) fn read_person(value: Value) -> Option<CurrentUser> {
    serde_json::from_value(value).ok()
}

/// Reads a record of any content.
#[cfg(any(fuzzing, test))]
pub(crate) fn read_content(content: &[u8]) {
    if let Ok(mut data) = serde_json::from_slice::<Data>(content) {
        let _ = (ends_at(&data), owner(&data));
        let _ = data.remove(SIGNED_IN).map(read_person);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sealed_end_is_read_whatever_else_is_there() {
        let data = |person: Value| Data::from([(SIGNED_IN.to_owned(), person)]);
        assert_eq!(ends_at(&data(serde_json::json!({ "ends_at": 7 }))), Some(7));
        assert_eq!(ends_at(&data(serde_json::json!("x"))), None);
        assert_eq!(ends_at(&Data::new()), None);
    }

    /// A session of an earlier version goes on.
    #[test]
    fn a_session_stored_before_the_choice_of_scopes_can_be_read() {
        let stored = serde_json::json!({
            "claims": { "sub": "u1" }, "scope": "openid email", "signed_in_at": 1, "ends_at": 2
        });
        let person = read_person(stored).unwrap();
        assert!(person.switched_off.is_empty() && person.not_granted().is_empty());
        assert_eq!(person.in_use(), person.scope);
        assert_eq!(person.held(), person.scope);
    }
}
