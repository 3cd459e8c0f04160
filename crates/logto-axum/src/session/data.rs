//! The content of a session.

use std::{collections::HashMap, sync::LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error as _};
use serde_json::{Value, value::RawValue};

use super::current_user::CurrentUser;
use crate::{
    hash::{Hash, digest, hex},
    store::StoreError,
};

/// The key of the signed-in person.
pub(crate) const SIGNED_IN: &str = "signed_in";

/// The values of a session by their keys. The signed-in person is a text of JSON in it, beside
/// [`OURS`]: every request reads that, once and as a [`CurrentUser`], and a tree of values on the way
/// there would cost more than all the rest.
pub(super) type Data = HashMap<String, Value>;

/// What makes a value of [`SIGNED_IN`] one that was written here. The application has the same
/// session, and whatever it puts there signs nobody in.
static OURS: LazyLock<Option<Value>> = LazyLock::new(|| {
    let random = crate::random::bytes().ok()?;
    Some(Value::String(hex(&random, 16)))
});

fn mark(person: String) -> Value {
    let ours = OURS.clone().unwrap_or_default();
    Value::Array(vec![ours, Value::String(person)])
}

/// The text of the signed-in person, if the value was written here.
fn person_text(value: &Value) -> Option<&str> {
    match value.as_array()?.as_slice() {
        [ours, Value::String(person)] if OURS.as_ref() == Some(ours) => Some(person),
        _ => None,
    }
}

/// The content as it is stored, in which the signed-in person is an object like everything else.
pub(super) struct Content(pub Data);

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = HashMap::<String, Box<RawValue>>::deserialize(deserializer)?;
        let read = |(key, value): (String, Box<RawValue>)| {
            let value = if key == SIGNED_IN {
                mark(Box::<str>::from(value).into())
            } else {
                serde_json::from_str(value.get()).map_err(serde::de::Error::custom)?
            };
            Ok((key, value))
        };
        stored
            .into_iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// An error where the application has put something in the place of the signed-in person.
pub(super) fn check_person(data: &Data) -> Result<(), StoreError> {
    match data.get(SIGNED_IN) {
        Some(value) if person_text(value).is_none() => {
            let reason = "the key `signed_in` is reserved for who is signed in: choose another one";
            Err(StoreError::new("store the values of a session", reason))
        }
        _ => Ok(()),
    }
}

/// The content to be stored.
pub(super) struct Storable<'a>(pub &'a Data);

impl Serialize for Storable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut person = None;
        if let Some(value) = self.0.get(SIGNED_IN) {
            let text = person_text(value).unwrap_or_default();
            person = Some(serde_json::from_str::<&RawValue>(text).map_err(S::Error::custom)?);
        }
        let others = self.0.iter().filter(|(key, _)| *key != SIGNED_IN);
        let others = others.map(|(key, value)| (key.as_str(), Stored::Value(value)));
        let person = person.map(|person| (SIGNED_IN, Stored::Person(person)));
        serializer.collect_map(person.into_iter().chain(others))
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Stored<'a> {
    Person(&'a RawValue),
    Value(&'a Value),
}

/// Who is signed in, as the content has it.
pub(crate) fn write_person(person: &CurrentUser) -> serde_json::Result<Value> {
    serde_json::to_string(person).map(mark)
}

pub(crate) fn read_person(value: &Value) -> Option<CurrentUser> {
    serde_json::from_str(person_text(value)?).ok()
}

/// The sealed end of the session of somebody who is signed in.
pub(super) fn ends_at(data: &Data) -> Option<i64> {
    #[derive(Deserialize)]
    struct Person {
        ends_at: i64,
    }
    let text = person_text(data.get(SIGNED_IN)?)?;
    first_ends_at(text).or_else(|| {
        let person = serde_json::from_str::<Person>(text);
        person.ok().map(|person| person.ends_at)
    })
}

/// The end where it is the first member, as it is written: every request reads it, and nothing else
/// of the text then.
fn first_ends_at(text: &str) -> Option<i64> {
    let (end, _) = text.strip_prefix(r#"{"ends_at":"#)?.split_once(',')?;
    end.parse().ok()
}

/// The hashes that the session of somebody who is signed in is found by: of `sub`, and of `sid`.
pub(super) fn owner(data: &Data) -> (Option<Hash>, Option<Hash>) {
    #[derive(Deserialize)]
    struct Person {
        claims: HashMap<String, Value>,
    }
    let text = data.get(SIGNED_IN).and_then(person_text);
    let person = text.and_then(|text| serde_json::from_str::<Person>(text).ok());
    let claim = |name: &str| person.as_ref()?.claims.get(name)?.as_str();
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

/// Reads a record of any content.
#[cfg(any(fuzzing, test))]
pub(crate) fn read_content(content: &[u8]) {
    if let Ok(Content(data)) = serde_json::from_slice(content) {
        let _ = (ends_at(&data), owner(&data));
        let _ = data.get(SIGNED_IN).map(read_person);
        let _ = serde_json::to_vec(&Storable(&data));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(person: &Value) -> Data {
        let stored = serde_json::json!({ SIGNED_IN: person, "cart": [1, { "a": null }] });
        let Content(data) = serde_json::from_value(stored).unwrap();
        data
    }

    #[test]
    fn the_sealed_end_is_read_whatever_else_is_there() {
        for (person, end) in [
            (serde_json::json!({ "claims": 5, "ends_at": 7 }), Some(7)),
            (serde_json::json!("x"), None),
            (serde_json::json!({ "ends_at": "7" }), None),
        ] {
            assert_eq!(ends_at(&data(&person)), end);
        }
        assert_eq!(ends_at(&Data::new()), None);
    }

    #[test]
    fn the_sealed_end_is_the_first_that_is_written_of_a_person() {
        let person = serde_json::json!({
            "claims": { "sub": "u1" }, "scope": "openid", "signed_in_at": 1, "ends_at": -2
        });
        let person = read_person(&mark(person.to_string())).unwrap();
        let written = write_person(&person).unwrap();
        assert_eq!(first_ends_at(person_text(&written).unwrap()), Some(-2));
        for text in [
            "{}",
            r#"{"ends_at":7}"#,
            r#"{"ends_at":7.5,"a":1}"#,
            r#"{"a":1,"ends_at":7}"#,
        ] {
            assert_eq!(first_ends_at(text), None, "{text}");
        }
    }

    /// Another version of the program reads it.
    #[test]
    fn the_person_is_stored_as_an_object_beside_the_values_of_the_application() {
        let person = serde_json::json!({
            "claims": { "sub": "u1", "sid": "s1", "name": "\"A\u{2028}" }, "scope": "openid", "signed_in_at": 1, "ends_at": 2
        });
        let data = data(&person);
        assert_eq!(data["cart"], serde_json::json!([1, { "a": null }]));
        let stored = serde_json::to_value(Storable(&data)).unwrap();
        assert_eq!(
            stored,
            serde_json::json!({ SIGNED_IN: person, "cart": data["cart"] })
        );
        assert_eq!(
            owner(&data),
            (Some(subject_hash("u1")), Some(sid_hash("s1")))
        );
        let read = read_person(&data[SIGNED_IN]).unwrap();
        assert_eq!(read.claims.sub, "u1");
        let written = Data::from([(SIGNED_IN.to_owned(), write_person(&read).unwrap())]);
        let written = serde_json::to_value(Storable(&written)).unwrap();
        assert_eq!(written[SIGNED_IN]["claims"], person["claims"]);
    }

    /// A session of an earlier version goes on.
    #[test]
    fn a_session_stored_before_the_choice_of_scopes_can_be_read() {
        let data = data(&serde_json::json!({
            "claims": { "sub": "u1" }, "scope": "openid email", "signed_in_at": 1, "ends_at": 2
        }));
        let person = read_person(&data[SIGNED_IN]).unwrap();
        assert!(person.switched_off.is_empty() && person.not_granted().is_empty());
        assert_eq!(person.in_use(), person.scope);
        assert_eq!(person.held(), person.scope);
    }
}
