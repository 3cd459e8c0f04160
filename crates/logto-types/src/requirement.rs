use std::fmt;

/// What a page, a part of a page or a server function requires of a person. Each one requires a
/// session.
///
/// It is exhaustive: whoever checks requirements, or explains a refusal, must not pass over a new
/// one.
///
/// [`Display`](fmt::Display) writes it as it travels from the browser to the server, and
/// [`parse`](Self::parse) reads that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement<'a> {
    /// A session.
    SignedIn,
    /// A global role, by its name in Logto.
    Role(&'a str),
    /// A permission of an API resource: in the organization of the path if it names one, else
    /// globally. Never met for `urn:logto:resource:organizations`, whose token proves nothing about
    /// a person: use [`OrganizationPermission`](Self::OrganizationPermission).
    Permission {
        /// The resource indicator.
        resource: &'a str,
        /// The permission.
        permission: &'a str,
    },
    /// Membership in the organization.
    Member,
    /// A role in the organization, by its name in Logto.
    OrganizationRole(&'a str),
    /// A permission in the organization.
    OrganizationPermission(&'a str),
}

impl<'a> Requirement<'a> {
    /// Reads what [`Display`](fmt::Display) writes; `None` for anything else.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        match text {
            "signed-in" => return Some(Self::SignedIn),
            "member" => return Some(Self::Member),
            _ => {}
        }
        let (kind, rest) = text.split_once(' ')?;
        let named = |make: fn(&'a str) -> Self| (!rest.is_empty()).then(|| make(rest));
        match kind {
            "role" => named(Self::Role),
            "organization-role" => named(Self::OrganizationRole),
            "organization-permission" => named(Self::OrganizationPermission),
            "permission" => {
                let (resource, permission) = rest.split_once(' ')?;
                Some(Self::Permission {
                    resource,
                    permission,
                })
            }
            _ => None,
        }
    }

    /// Whether it can be met inside an organization only.
    #[must_use]
    pub const fn is_about_organization(self) -> bool {
        match self {
            Self::SignedIn | Self::Role(_) | Self::Permission { .. } => false,
            Self::Member | Self::OrganizationRole(_) | Self::OrganizationPermission(_) => true,
        }
    }

    /// The role or permission that has to be given to somebody who lacks it; empty for a session
    /// and for membership.
    #[must_use]
    pub const fn name(self) -> &'a str {
        match self {
            Self::SignedIn | Self::Member => "",
            Self::Role(name)
            | Self::OrganizationRole(name)
            | Self::OrganizationPermission(name) => name,
            Self::Permission { permission, .. } => permission,
        }
    }
}

impl fmt::Display for Requirement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedIn => f.write_str("signed-in"),
            Self::Role(name) => write!(f, "role {name}"),
            Self::Permission {
                resource,
                permission,
            } => write!(f, "permission {resource} {permission}"),
            Self::Member => f.write_str("member"),
            Self::OrganizationRole(name) => write!(f, "organization-role {name}"),
            Self::OrganizationPermission(name) => write!(f, "organization-permission {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_is_read_as_it_is_written() {
        for requirement in [
            Requirement::SignedIn,
            Requirement::Role("shop reader"),
            Requirement::Permission {
                resource: "https://shop.example/api",
                permission: "read:orders",
            },
            Requirement::Member,
            Requirement::OrganizationRole("team lead"),
            Requirement::OrganizationPermission("manage:billing"),
        ] {
            let text = requirement.to_string();
            assert_eq!(Requirement::parse(&text), Some(requirement));
        }
    }

    #[test]
    fn other_texts_are_no_requirement() {
        for text in [
            "",
            "role",
            "role ",
            "member x",
            "signed-in ",
            "Signed-In",
            "permission",
            "permission https://shop.example/api",
            "owner",
        ] {
            assert_eq!(Requirement::parse(text), None, "{text:?}");
        }
    }
}
