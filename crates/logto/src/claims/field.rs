use std::{fmt, ops::Deref};

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::organization::{OrganizationId, OrganizationRole};

/// A claim that may be missing, may be `null`, and may have a value: all that JSON has, so it is
/// exhaustive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Claim<T> {
    /// The provider did not mention it.
    #[default]
    Absent,
    /// The provider said `null`: it knows that there is nothing.
    Null,
    /// The provider said this.
    Value(T),
}

impl<T> Claim<T> {
    /// The value, if there is one.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value itself, if there is one.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Whether the provider did not mention it.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether the provider said `null`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<T: Deref> Claim<T> {
    /// The value as what it points to, if there is one: `&str` for a text.
    ///
    /// ```
    /// use logto::Claim;
    ///
    /// let name = Claim::Value("Alice".to_owned());
    /// assert_eq!(name.as_deref().unwrap_or("you"), "Alice");
    /// ```
    #[must_use]
    pub fn as_deref(&self) -> Option<&T::Target> {
        self.value().map(T::deref)
    }
}

/// The value; nothing if there is none.
impl<T: fmt::Display> fmt::Display for Claim<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().map_or(Ok(()), |value| value.fmt(f))
    }
}

/// The claim, or the value back when it has another type.
pub(super) fn read<T: Readable>(value: Value) -> Result<Claim<T>, Value> {
    if value.is_null() {
        return Ok(Claim::Null);
    }
    T::read(value).map(Claim::Value)
}

impl<T: Serialize> Claim<T> {
    pub(super) fn write(&self) -> Option<Value> {
        match self {
            Self::Absent => None,
            Self::Null => Some(Value::Null),
            Self::Value(value) => serde_json::to_value(value).ok(),
        }
    }

    /// Writes the claim into a map; `false` when it is absent.
    pub(super) fn write_entry<M: SerializeMap>(
        &self,
        name: &str,
        map: &mut M,
    ) -> Result<bool, M::Error> {
        let is_there = !self.is_absent();
        if is_there {
            map.serialize_entry(name, self)?;
        }
        Ok(is_there)
    }
}

/// The type of a claim.
pub(super) trait Readable: Sized {
    /// The value in its type, or back when it has another one.
    fn read(value: Value) -> Result<Self, Value>;
}

/// Types that a JSON value holds as they are.
macro_rules! held {
    ($($variant:ident: $type:ty,)*) => {$(
        impl Readable for $type {
            fn read(value: Value) -> Result<Self, Value> {
                match value {
                    Value::$variant(held) => Ok(held),
                    other => Err(other),
                }
            }
        }
    )*};
}
held! {
    String: String,
    Bool: bool,
    Object: Map<String, Value>,
    Array: Vec<Value>,
}

/// Types that are made of a JSON value.
macro_rules! made {
    ($($type:ty,)*) => {$(
        impl Readable for $type {
            fn read(value: Value) -> Result<Self, Value> {
                Self::deserialize(&value).map_err(|_| value)
            }
        }
    )*};
}
made! {
    u64,
    Milliseconds,
    Recipients,
    Vec<String>,
    Vec<OrganizationId>,
    Vec<OrganizationData>,
    Vec<OrganizationRole>,
}

/// In a field of a struct, `Absent` needs
/// `#[serde(default, skip_serializing_if = "Claim::is_absent")]`.
impl<T: Serialize> Serialize for Claim<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Claim<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// A moment as Logto writes it in `created_at` and `updated_at`: milliseconds since 1970, where
/// OIDC says seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Milliseconds(pub u64);

impl Milliseconds {
    /// Whole seconds since 1970.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The milliseconds beyond the whole seconds.
    #[must_use]
    pub const fn subsec_millis(self) -> u64 {
        self.0 % 1000
    }
}

/// An organization with its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganizationData {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    #[serde(default, skip_serializing_if = "Claim::is_absent")]
    pub name: Claim<String>,
    /// What it says about itself.
    #[serde(default, skip_serializing_if = "Claim::is_absent")]
    pub description: Claim<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// To whom a token is addressed: `aud`, which may be one text or a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Recipients {
    /// One.
    One(String),
    /// A list, which may be empty.
    Many(Vec<String>),
}

impl Recipients {
    /// The recipients one by one.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }
}
