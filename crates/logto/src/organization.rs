use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The id of an organization at Logto: 1 to 128 letters, digits, `-` or `_`. Made by [`str::parse`],
/// so one in a URL or a request body is a single segment or value.
///
/// Whether the organization exists, and whether the person belongs to it, is for Logto to say: it
/// answers 403 to a request for a token.
///
/// ```
/// use logto::OrganizationId;
///
/// assert!("asl5guymvnj4".parse::<OrganizationId>().is_ok());
/// assert!("../admin".parse::<OrganizationId>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct OrganizationId(String);

/// Text that cannot be the id of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an organization id is 1 to 128 letters, digits, '-' or '_'")]
pub struct InvalidOrganizationId;

impl OrganizationId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The `aud` of tokens for this organization: `urn:logto:organization:<id>`.
    #[must_use]
    pub fn urn(&self) -> String {
        format!("urn:logto:organization:{}", self.0)
    }
}

impl FromStr for OrganizationId {
    type Err = InvalidOrganizationId;

    fn from_str(text: &str) -> Result<Self, InvalidOrganizationId> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for OrganizationId {
    type Error = InvalidOrganizationId;

    fn try_from(text: String) -> Result<Self, InvalidOrganizationId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if (1..=128).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err(InvalidOrganizationId)
        }
    }
}

impl fmt::Display for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A role that a person has in an organization, written `<organization id>:<role name>`.
///
/// It tells a page what to show. What the person may do is in the scope of an organization token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganizationRole {
    /// The organization.
    pub organization: OrganizationId,
    /// The name of the role, which may hold colons itself.
    pub role: String,
}

/// Text that is no `<organization id>:<role name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an organization role is written <organization id>:<role name>")]
pub struct InvalidOrganizationRole;

impl FromStr for OrganizationRole {
    type Err = InvalidOrganizationRole;

    fn from_str(text: &str) -> Result<Self, InvalidOrganizationRole> {
        match text.split_once(':') {
            Some((organization, role)) if !role.is_empty() => Ok(Self {
                organization: organization.parse().map_err(|_| InvalidOrganizationRole)?,
                role: role.to_owned(),
            }),
            _ => Err(InvalidOrganizationRole),
        }
    }
}

impl fmt::Display for OrganizationRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.organization, self.role)
    }
}

impl TryFrom<String> for OrganizationRole {
    type Error = InvalidOrganizationRole;

    fn try_from(text: String) -> Result<Self, InvalidOrganizationRole> {
        text.parse()
    }
}

impl From<OrganizationRole> for String {
    fn from(role: OrganizationRole) -> Self {
        role.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organization_role_is_split_at_the_first_colon() {
        let role: OrganizationRole = "asl5guymvnj4:team:lead".parse().unwrap();
        assert_eq!(
            (role.organization.as_str(), role.role.as_str()),
            ("asl5guymvnj4", "team:lead")
        );
        assert_eq!(role.to_string(), "asl5guymvnj4:team:lead");
    }

    #[test]
    fn an_organization_role_needs_both_halves() {
        for text in ["admin", ":admin", "a b:admin", "asl5guymvnj4:", ""] {
            assert_eq!(
                text.parse::<OrganizationRole>(),
                Err(InvalidOrganizationRole),
                "{text:?}"
            );
        }
    }

    /// OR-01
    #[test]
    fn an_organization_id_is_never_unchecked() {
        let id: OrganizationId = serde_json::from_str("\"asl5guymvnj4\"").unwrap();
        assert_eq!(Ok(id.clone()), "asl5guymvnj4".parse());
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"asl5guymvnj4\"");
        for text in [
            "",
            " ",
            "a b",
            "../x?y#z",
            "a&resource=x",
            "a\n",
            "ä",
            &"a".repeat(129),
        ] {
            assert_eq!(
                text.parse::<OrganizationId>(),
                Err(InvalidOrganizationId),
                "{text:?}"
            );
            let json = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<OrganizationId>(&json).is_err());
        }
    }
}
