//! The claims of the provider about a person.

mod field;
#[cfg(test)]
mod tests;

use std::{collections::HashSet, fmt};

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

pub use self::field::{Claim, Milliseconds, OrganizationData, Recipients};
use crate::organization::{OrganizationId, OrganizationRole};

/// Declares [`Claims`] once, so that deserializing, serializing and listing cannot disagree.
macro_rules! claims {
    (
        strict { $($(#[$strict_doc:meta])* $strict:ident: $strict_type:ty,)* }
        lenient { $($(#[$doc:meta])* $field:ident: $type:ty,)* }
    ) => {
        /// The claims of an ID token, of an access token or of a userinfo answer.
        ///
        /// Each has three states: not there, `null`, or a value. What has no field here, and what
        /// has an unexpected type, is kept as it came in [`other`](Self::other), so nothing is lost
        /// between the provider and the reader. A number that no 64-bit type holds is a text there:
        /// [`exact_number`](crate::exact_number). Printing shows the names only, because the values
        /// are personal.
        #[derive(Clone, Default, PartialEq)]
        pub struct Claims {
            /// Who it is: the id that never changes. It alone identifies a person.
            pub sub: String,
            $($(#[$strict_doc])* pub $strict: Claim<$strict_type>,)*
            $($(#[$doc])* pub $field: Claim<$type>,)*
            /// Every claim that has no field, and those whose value has not the type of their
            /// field.
            pub other: Map<String, Value>,
            /// The names in the order of the provider, each once.
            order: Vec<Name>,
        }

        /// A claim that has a field.
        #[derive(Clone, Copy, PartialEq, Eq)]
        #[expect(non_camel_case_types, reason = "they are the names of the claims")]
        enum Field {
            sub,
            $($strict,)*
            $($field,)*
        }

        impl Field {
            const ALL: &[Self] = &[Self::sub, $(Self::$strict,)* $(Self::$field,)*];
            const NAMES: &[&str] = &["sub", $(stringify!($strict),)* $(stringify!($field),)*];

            fn find(name: &str) -> Option<Self> {
                match name {
                    "sub" => Some(Self::sub),
                    $(stringify!($strict) => Some(Self::$strict),)*
                    $(stringify!($field) => Some(Self::$field),)*
                    _ => None,
                }
            }
        }

        impl Claims {
            fn take(&mut self, field: Field, value: Value) -> Result<(), InvalidClaim> {
                match field {
                    Field::sub => match value {
                        Value::String(sub) => self.sub = sub,
                        _ => return Err(InvalidClaim("sub")),
                    },
                    $(Field::$strict => {
                        self.$strict = field::read(value).map_err(|_| InvalidClaim(stringify!($strict)))?;
                    })*
                    $(Field::$field => {
                        self.$field = field::read(value).unwrap_or_else(|value| {
                            self.other.insert(stringify!($field).to_owned(), value);
                            Claim::Absent
                        });
                    })*
                }
                Ok(())
            }

            fn give(&self, field: Field) -> Option<Value> {
                match field {
                    Field::sub => Some(Value::from(self.sub.as_str())),
                    $(Field::$strict => self.$strict.write(),)*
                    $(Field::$field => self.$field.write(),)*
                }
            }

            /// Writes a claim, if it is in its field.
            fn write<M: SerializeMap>(&self, field: Field, map: &mut M) -> Result<bool, M::Error> {
                match field {
                    Field::sub => map.serialize_entry("sub", &self.sub).map(|()| true),
                    $(Field::$strict => self.$strict.write_entry(stringify!($strict), map),)*
                    $(Field::$field => self.$field.write_entry(stringify!($field), map),)*
                }
            }
        }
    };
}

claims! {
    strict {
        /// The issuer (`iss`).
        iss: String,
        /// The audience (`aud`).
        aud: Recipients,
        /// When the token expires (`exp`), in seconds since 1970.
        exp: u64,
        /// When the token was issued (`iat`), in seconds since 1970.
        iat: u64,
        /// The `nonce` of the authorization request.
        nonce: String,
    }
    lenient {
        /// When the person last authenticated (`auth_time`), in seconds since 1970.
        auth_time: u64,
        /// The id of the session at Logto (`sid`).
        sid: String,
        /// Full name.
        name: String,
        /// Address of a picture.
        picture: String,
        /// Name used to sign in.
        username: String,
        /// Email address.
        email: String,
        /// Whether Logto takes the email address for verified (it does whenever there is one).
        email_verified: bool,
        /// Phone number: digits, without `+`.
        phone_number: String,
        /// Whether Logto takes the phone number for verified (it does whenever there is one).
        phone_number_verified: bool,
        /// Postal address.
        address: Map<String, Value>,
        /// The custom data kept with the person.
        custom_data: Map<String, Value>,
        /// Linked social identities, by connector.
        identities: Map<String, Value>,
        /// Linked enterprise identities.
        sso_identities: Vec<Value>,
        /// Names of the person's roles.
        roles: Vec<String>,
        /// The organizations the person belongs to.
        organizations: Vec<OrganizationId>,
        /// The same organizations with their names.
        organization_data: Vec<OrganizationData>,
        /// The person's roles in each organization.
        organization_roles: Vec<OrganizationRole>,
        /// When the account was made.
        created_at: Milliseconds,
        /// When the account was last changed; every sign-in is a change.
        updated_at: Milliseconds,
        /// Family name.
        family_name: String,
        /// Given name.
        given_name: String,
        /// Middle name.
        middle_name: String,
        /// Nickname.
        nickname: String,
        /// The name the person wants to be called by.
        preferred_username: String,
        /// Address of a profile page.
        profile: String,
        /// Address of a website.
        website: String,
        /// Gender.
        gender: String,
        /// Birthdate, `YYYY-MM-DD`.
        birthdate: String,
        /// Time zone, `Europe/Paris`.
        zoneinfo: String,
        /// Language and region, `fr-FR`.
        locale: String,
    }
}

/// A claim that decides about trust and has not the type it must have, or is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the claim `{0}` is missing or has not the type it must have")]
pub struct InvalidClaim(pub &'static str);

impl Claims {
    /// Reads the claims of a JSON object.
    ///
    /// # Errors
    /// When `sub` is not there, or one of `sub`, `iss`, `aud`, `exp`, `iat`, `nonce` has an
    /// unexpected type.
    pub fn read(members: Map<String, Value>) -> Result<Self, InvalidClaim> {
        if !members.contains_key("sub") {
            return Err(InvalidClaim("sub"));
        }
        Self::read_of_anybody(members)
    }

    /// The same, and without `sub` the subject is empty.
    pub(crate) fn read_of_anybody(members: Map<String, Value>) -> Result<Self, InvalidClaim> {
        let mut claims = Self::default();
        for (name, value) in members {
            claims.add(Name::of(&name), value)?;
        }
        Ok(claims)
    }

    /// Adds a claim. One that is there already is replaced, in its place.
    fn add(&mut self, name: Name, value: Value) -> Result<(), InvalidClaim> {
        let is_known = match &name {
            Name::Field(_) => self.order.contains(&name),
            Name::Other(name) => self.other.contains_key(&**name),
        };
        if !is_known {
            self.order.push(name.clone());
        }
        match name {
            Name::Field(field) => {
                if is_known {
                    self.other.shift_remove(field.name());
                }
                self.take(field, value)?;
            }
            Name::Other(name) => drop(self.other.insert(name.into(), value)),
        }
        Ok(())
    }

    /// The names of the claims, in the provider's order. Claims that were set afterwards come last,
    /// and there may be names of claims that are not there.
    fn names(&self) -> impl Iterator<Item = (Option<Field>, &str)> {
        let first = self.order.iter().map(|name| (name.field(), name.as_str()));
        let known = self.order.iter().filter_map(Name::field);
        let known = known.fold(0_u64, |known, field| known | field.bit());
        let fields = Field::ALL.iter();
        let fields = fields.filter(move |field| known & field.bit() == 0);
        // Few names are found faster than put into a set.
        let known = (self.other.len() > FEW).then(|| {
            let names = self.order.iter().map(Name::as_str);
            names.collect::<HashSet<_>>()
        });
        let is_known = move |name: &str| match &known {
            Some(known) => known.contains(name),
            None => self.order.iter().any(|known| known.as_str() == name),
        };
        let other = self.other.keys().map(String::as_str);
        let other = other.filter(move |name| Field::find(name).is_none() && !is_known(name));
        first
            .chain(fields.map(|field| (Some(*field), field.name())))
            .chain(other.map(|name| (None, name)))
    }

    /// Every claim as the provider gave it, in the provider's order. Claims that were set
    /// afterwards come last.
    #[must_use]
    pub fn entries(&self) -> Vec<(String, Value)> {
        let entry = |(_, name): (_, &str)| self.get(name).map(|value| (name.to_owned(), value));
        self.names().filter_map(entry).collect()
    }

    /// The value of the claim with this name, whether or not it has a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        let typed = Field::find(name).and_then(|field| self.give(field));
        typed.or_else(|| self.other.get(name).cloned())
    }
}

/// Up to how many claims without a field are looked for one by one.
const FEW: usize = 32;

/// The name of a claim.
#[derive(Clone, PartialEq)]
enum Name {
    Field(Field),
    Other(Box<str>),
}

impl Name {
    fn of(name: &str) -> Self {
        Field::find(name).map_or_else(|| Self::Other(name.into()), Self::Field)
    }

    fn field(&self) -> Option<Field> {
        match self {
            Self::Field(field) => Some(*field),
            Self::Other(_) => None,
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Field(field) => field.name(),
            Self::Other(name) => name,
        }
    }
}

impl Field {
    fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Its place in a set of fields.
    fn bit(self) -> u64 {
        1 << self as u8
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.entries().into_iter().map(|(name, _)| name).collect();
        f.debug_tuple("Claims").field(&names).finish()
    }
}

impl Serialize for Claims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (field, name) in self.names() {
            let is_written = match field {
                Some(field) => self.write(field, &mut map)?,
                None => false,
            };
            if !is_written && let Some(value) = self.other.get(name) {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

/// Reads an object member by member, so that its names need no memory of their own.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Claims;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("claims")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut members: M) -> Result<Claims, M::Error> {
        let mut claims = Claims::default();
        while let Some(name) = members.next_key()? {
            let value = members.next_value()?;
            claims.add(name, value).map_err(M::Error::custom)?;
        }
        if !claims.order.contains(&Name::Field(Field::sub)) {
            return Err(M::Error::custom(InvalidClaim("sub")));
        }
        Ok(claims)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a claim")
            }

            fn visit_str<E>(self, name: &str) -> Result<Name, E> {
                Ok(Name::of(name))
            }
        }

        deserializer.deserialize_str(Text)
    }
}
