use logto_types::{Requirement, SessionEnd};
use serde::{Deserialize, Serialize};

use super::Viewer;

/// The session state: signed in, signed out or unknown. *Unknown* is never shown as signed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "a page has one; in the browser it is below the limit"
)]
pub enum AuthState {
    /// Somebody with a session.
    SignedIn(Session),
    /// There is no session.
    SignedOut,
    /// The session store did not answer.
    Unknown,
}

impl AuthState {
    /// The session, if somebody is signed in.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::SignedIn(session) => Some(session),
            Self::SignedOut | Self::Unknown => None,
        }
    }
}

/// A session, as far as the browser may know it. Never a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The person who is signed in.
    pub viewer: Viewer,
    /// The ids of the organizations the person is in, from the ID token.
    pub organizations: Vec<String>,
    /// The person's roles everywhere; `None` when the ID token does not say.
    pub roles: Option<Vec<String>>,
    /// The person's roles in organizations, as `<organization id>:<role>`; `None` when the ID token
    /// does not say.
    pub organization_roles: Option<Vec<String>>,
    /// The scopes that were granted at the sign-in.
    pub scopes: Vec<String>,
    /// The scopes and permissions that the person can turn on in Scopes: those that they switched off in
    /// this session, and those that a sign-in requests by itself and that this one did not. They were
    /// turned off before it, it asked for less ([`SignInRequest::scopes`]), or the configuration has
    /// more since.
    ///
    /// [`SignInRequest::scopes`]: https://docs.rs/logto-axum/latest/logto_axum/struct.SignInRequest.html#structfield.scopes
    pub switched_off: Vec<String>,
    /// When it ends.
    pub end: SessionEnd,
}

impl Session {
    /// Identifies a session without revealing anything: another person, or another sign-in, has
    /// another value.
    #[must_use]
    pub fn identity(&self) -> String {
        format!("{} {}", self.end.latest, self.viewer.subject)
    }

    /// Whether the person may meet a requirement, by what the session says. What it does not say,
    /// such as a permission, it does not deny.
    #[must_use]
    pub fn may_meet(&self, requires: Requirement<'_>, organization: Option<&str>) -> bool {
        let organization = organization.unwrap_or_default();
        let holds = |held: &Option<Vec<String>>, wanted: &str| {
            let held = held.as_ref();
            held.is_none_or(|held| held.iter().any(|one| one == wanted))
        };
        match requires {
            Requirement::SignedIn | Requirement::Permission { .. } => true,
            Requirement::Role(name) => holds(&self.roles, name),
            Requirement::Member | Requirement::OrganizationPermission(_) => {
                let ids = &self.organizations;
                // The ID token may be set not to name any.
                ids.is_empty() || ids.iter().any(|id| id == organization)
            }
            Requirement::OrganizationRole(name) => {
                holds(&self.organization_roles, &format!("{organization}:{name}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_person_is_known_to_lack_is_not_offered() {
        let list = |items: &[&str]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
        let session = |organizations: &[&str], roles: Option<&[&str]>| Session {
            viewer: Viewer {
                subject: "u1".into(),
                name: None,
                initials: String::new(),
                email: None,
                picture: None,
            },
            organizations: list(organizations),
            roles: roles.map(|_| list(&["shop-reader"])),
            organization_roles: roles.map(list),
            scopes: Vec::new(),
            switched_off: Vec::new(),
            end: SessionEnd {
                now: 0,
                at: 1,
                latest: 2,
            },
        };
        let alice = session(
            &["acme", "globex"],
            Some(&["acme:admin", "globex:team:lead"]),
        );
        let unknown = session(&[], None);
        let shop = Requirement::Permission {
            resource: "https://shop.example/api",
            permission: "read:orders",
        };
        let billing = Requirement::OrganizationPermission("manage:billing");
        for (requires, organization, met) in [
            (Requirement::SignedIn, None, true),
            (shop, None, true),
            (Requirement::Role("shop-reader"), None, true),
            (Requirement::Role("admin"), None, false),
            (Requirement::Member, Some("acme"), true),
            (Requirement::Member, Some("initech"), false),
            (Requirement::Member, None, false),
            (billing, Some("globex"), true),
            (billing, Some("initech"), false),
            (Requirement::OrganizationRole("admin"), Some("acme"), true),
            (
                Requirement::OrganizationRole("admin"),
                Some("globex"),
                false,
            ),
            (
                Requirement::OrganizationRole("team:lead"),
                Some("globex"),
                true,
            ),
        ] {
            let may = alice.may_meet(requires, organization);
            assert_eq!(may, met, "{requires:?} in {organization:?}");
            let may = unknown.may_meet(requires, organization);
            assert!(may, "nothing is known: {requires:?} in {organization:?}");
        }
    }
}
