//! JSON read strictly: an object that names a member twice means two things at once, and is
//! refused.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::exact::keep_numbers;

/// How deep values may be nested. What is read here is stored within other JSON, and JSON is read
/// 128 deep at most.
pub(crate) const DEEPEST: usize = 64;

/// How names begin that `serde_json` gives to types of its own. Whatever reads such an object as any
/// value reads something else than what is there, however deep it is nested.
const OF_SERDE_JSON: &str = "$serde_json::private::";

/// Why there is no JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is no JSON, or something else than one object, or names a member twice or as `serde_json`
    /// names its own types.
    NotAnObject,
    /// Its values are nested deeper than [`DEEPEST`].
    TooDeep,
}

/// Reads one JSON object and nothing after it.
pub(crate) fn object(bytes: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    let too_deep = Cell::new(false);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let root = Seed {
        left: DEEPEST,
        too_deep: &too_deep,
    };
    let read = root
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match read {
        Ok(Value::Object(members)) => Ok(members),
        Err(_) if too_deep.get() => Err(Unreadable::TooDeep),
        _ => Err(Unreadable::NotAnObject),
    }
}

/// The same; numbers that no 64-bit type holds exactly are kept
/// ([`exact_number`](crate::exact_number)).
pub(crate) fn exact_object(bytes: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    let members = object(bytes)?;
    match std::str::from_utf8(bytes).map(keep_numbers) {
        Ok(Cow::Owned(kept)) => object(kept.as_bytes()),
        _ => Ok(members),
    }
}

/// Reads one value.
#[derive(Clone, Copy)]
struct Seed<'a> {
    /// How much deeper it may go.
    left: usize,
    too_deep: &'a Cell<bool>,
}

impl Seed<'_> {
    /// For the values inside an array or an object.
    fn inside<E: Error>(self) -> Result<Self, E> {
        let Some(left) = self.left.checked_sub(1) else {
            self.too_deep.set(true);
            return Err(E::custom("values are nested too deep"));
        };
        Ok(Self { left, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated members")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            array.push(item);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom("an object names a member twice"));
            }
            if name.starts_with(OF_SERDE_JSON) {
                return Err(A::Error::custom("a name that serde_json keeps for itself"));
            }
            let value = members.next_value_seed(inside)?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_json_is_read_as_it_is() {
        let text = r#"{"a":[1,-2,3.5,"x",null,true,{"b":{}}],"c":1795331174703}"#;
        assert_eq!(
            serde_json::to_string(&object(text.as_bytes()).unwrap()).unwrap(),
            text
        );
    }

    /// JW-12
    #[test]
    fn a_member_named_twice_is_refused_at_any_depth() {
        for text in [
            r#"{"sub":"a","sub":"b"}"#,
            r#"{"a":[{"b":{"c":1,"c":1}}]}"#,
            r#"{"a":1,"\u0061":2}"#,
        ] {
            assert!(object(text.as_bytes()).is_err(), "{text}");
        }
    }

    /// FZ-09: read as any value, the text inside such an object would be read as JSON of its own, as
    /// deep as it likes.
    #[test]
    fn names_that_serde_json_keeps_for_itself_are_refused_at_any_depth() {
        for name in ["RawValue", "Number"] {
            let inner = format!(r#"{{"$serde_json::private::{name}":"[not json"}}"#);
            for text in [
                inner.clone(),
                format!(r#"{{"sub":"a","custom_data":[{inner}]}}"#),
            ] {
                let read = object(text.as_bytes());
                assert_eq!(read, Err(Unreadable::NotAnObject), "{text}");
            }
        }
        assert!(object(br#"{"serde_json":"$serde_json::private::RawValue"}"#).is_ok());
    }

    /// FZ-09: what is read can be stored within other JSON and read again.
    #[test]
    fn values_are_nested_only_so_deep() {
        let nested = |depth: usize| {
            let (open, close) = (r#"{"a":["#.repeat(depth / 2), "]}".repeat(depth / 2));
            format!("{open}1{close}")
        };
        let deepest = object(nested(DEEPEST).as_bytes()).unwrap();
        let stored = serde_json::json!({ "signed_in": { "claims": deepest } }).to_string();
        assert!(serde_json::from_str::<Value>(&stored).is_ok());
        for depth in [DEEPEST + 2, 126, 128, 1000, 100_000] {
            let unreadable = object(nested(depth).as_bytes());
            assert_eq!(unreadable, Err(Unreadable::TooDeep), "{depth}");
        }
    }

    /// FZ-09
    #[test]
    fn what_is_no_single_object_is_refused() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "null",
            "[]",
            "1",
            "{} {}",
            "{",
            "\"{}\"",
            "<html>",
            "{\"a\":1}x",
            deep.as_str(),
        ] {
            assert!(
                object(text.as_bytes()).is_err(),
                "{}",
                &text[..text.len().min(20)]
            );
        }
        assert!(object(b"{\"a\":\"\xff\"}").is_err());
    }
}
