//! The claims of the provider about a person.

mod field;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::Error as _;
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
            /// The names in the order of the provider.
            order: Vec<String>,
        }

        impl Claims {
            fn take(&mut self, name: &str, value: Value) -> Result<(), InvalidClaim> {
                match name {
                    "sub" => match value {
                        Value::String(sub) => self.sub = sub,
                        _ => return Err(InvalidClaim("sub")),
                    },
                    $(stringify!($strict) => {
                        self.$strict = Claim::read(value).map_err(|_| InvalidClaim(stringify!($strict)))?;
                    })*
                    $(stringify!($field) => match Claim::read(value) {
                        Ok(claim) => self.$field = claim,
                        Err(value) => {
                            self.other.insert(name.to_owned(), value);
                        }
                    },)*
                    _ => {
                        self.other.insert(name.to_owned(), value);
                    }
                }
                Ok(())
            }

            fn give(&self, name: &str) -> Option<Value> {
                let typed = match name {
                    "sub" => Some(Value::from(self.sub.as_str())),
                    $(stringify!($strict) => self.$strict.write(),)*
                    $(stringify!($field) => self.$field.write(),)*
                    _ => None,
                };
                typed.or_else(|| self.other.get(name).cloned())
            }

            const FIELDS: &[&str] = &["sub", $(stringify!($strict),)* $(stringify!($field),)*];
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
        let mut claims = Self {
            order: members.keys().cloned().collect(),
            ..Self::default()
        };
        for (name, value) in members {
            claims.take(&name, value)?;
        }
        Ok(claims)
    }

    /// Every claim as the provider gave it, in the provider's order. Claims that were set
    /// afterwards come last.
    #[must_use]
    pub fn entries(&self) -> Vec<(String, Value)> {
        let added = Self::FIELDS
            .iter()
            .copied()
            .chain(self.other.keys().map(String::as_str));
        let mut names: Vec<&str> = self.order.iter().map(String::as_str).collect();
        for name in added {
            if !self.order.iter().any(|known| known == name) {
                names.push(name);
            }
        }
        let entry = |name: &str| self.give(name).map(|value| (name.to_owned(), value));
        names.into_iter().filter_map(entry).collect()
    }

    /// The value of the claim with this name, whether or not it has a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        self.give(name)
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
        serializer.collect_map(self.entries())
    }
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
