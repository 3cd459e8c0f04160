//! Which pages are for whom: plain data, declared once and compiled for both sides.

use std::borrow::Cow;

use leptos_router::{PartialPathMatch, PathSegment, PossibleRouteMatch};

use crate::model::Session;

/// What stands for the id of an organization in the path of a [`Guard`].
const PLACE: &str = "{organization}";
/// Its name among the parameters of a route.
pub(crate) const ORGANIZATION: &str = "organization";

/// What a page, a part of a page or a server function asks of whoever wants it. Each one asks for somebody who is signed
/// in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Somebody who is signed in.
    SignedIn,
    /// A role the person has everywhere, by its name in Logto.
    Role(&'static str),
    /// A permission of an API resource: in the organization of the page if it has one, else anywhere.
    Permission {
        /// The resource's indicator.
        resource: &'static str,
        /// The permission.
        permission: &'static str,
    },
    /// A member of the organization.
    Member,
    /// A role in the organization, by its name in Logto.
    OrganizationRole(&'static str),
    /// A permission in the organization.
    OrganizationPermission(&'static str),
}

impl Requirement {
    /// As it travels to the server: a word for the kind, then its values.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::SignedIn => "signed-in".to_owned(),
            Self::Role(name) => format!("role {name}"),
            Self::Permission {
                resource,
                permission,
            } => format!("permission {resource} {permission}"),
            Self::Member => "member".to_owned(),
            Self::OrganizationRole(name) => format!("organization-role {name}"),
            Self::OrganizationPermission(name) => format!("organization-permission {name}"),
        }
    }

    /// What has to be given to somebody who lacks it; nothing where it is not a thing to give.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedIn | Self::Member => "",
            Self::Role(name)
            | Self::OrganizationRole(name)
            | Self::OrganizationPermission(name) => name,
            Self::Permission { permission, .. } => permission,
        }
    }

    /// Whether a person may meet it, by what their session says. What it does not say, such as a permission, it does not
    /// deny.
    #[must_use]
    pub fn may_be_met_by(self, session: &Session, organization: Option<&str>) -> bool {
        let organization = organization.unwrap_or_default();
        let holds = |held: &Option<Vec<String>>, wanted: &str| {
            let held = held.as_ref();
            held.is_none_or(|held| held.iter().any(|one| one == wanted))
        };
        match self {
            Self::SignedIn | Self::Permission { .. } => true,
            Self::Role(name) => holds(&session.roles, name),
            Self::Member | Self::OrganizationPermission(_) => {
                let ids = &session.organizations;
                // The ID token may be set not to name any.
                ids.is_empty() || ids.iter().any(|id| id == organization)
            }
            Self::OrganizationRole(name) => holds(
                &session.organization_roles,
                &format!("{organization}:{name}"),
            ),
        }
    }
}

/// A page and whom it is for: plain data, declared once and compiled for both sides.
///
/// The server's layer reads a table of guards before anything renders, the router makes a
/// [`GuardedRoute`](crate::GuardedRoute) of each, and [`GuardedLink`](crate::GuardedLink) offers the way there to those who
/// may go. A guard belongs into the table even though its route has it: a page whose guard the layer was not given is shown
/// to nobody.
///
/// ```
/// use leptos_logto::{Guard, Requirement};
///
/// const PROFILE: Guard = Guard::new("/profile", Requirement::SignedIn);
/// const BILLING: Guard = Guard::new(
///     "/org/{organization}/billing",
///     Requirement::OrganizationPermission("manage:billing"),
/// );
/// const GUARDS: [Guard; 2] = [PROFILE, BILLING];
/// assert_eq!(BILLING.href("asl5guymvnj4"), "/org/asl5guymvnj4/billing");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The page's path: `/profile`, or `/org/{organization}/billing`, where `{organization}` stands for one segment, the
    /// id of an organization. No slash at the end.
    pub path: &'static str,
    /// What it asks of whoever wants it.
    pub requires: Requirement,
}

impl Guard {
    /// Guards a path. On the server everything below it is guarded too, unless a longer guard covers that.
    #[must_use]
    pub const fn new(path: &'static str, requires: Requirement) -> Self {
        Self { path, requires }
    }

    /// The address of the page in an organization; of a page that is in none, its path.
    #[must_use]
    pub fn href(self, organization: &str) -> String {
        self.path.replace(PLACE, &segment(organization))
    }

    fn segments(self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter(|segment| !segment.is_empty())
    }
}

/// An id as one segment of a path.
pub(crate) fn segment(id: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    id.bytes()
        .map(|byte| match byte {
            byte if is_plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// A guard is the path of its route.
impl PossibleRouteMatch for Guard {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        let mut rest = path;
        let mut params = Vec::new();
        for wanted in self.segments() {
            let found = rest.strip_prefix('/')?;
            let (segment, after) = found.split_at(found.find('/').unwrap_or(found.len()));
            match wanted {
                PLACE if segment.is_empty() => return None,
                PLACE => params.push((Cow::Borrowed(ORGANIZATION), segment.to_owned())),
                literal if literal == segment => {}
                _ => return None,
            }
            rest = after;
        }
        let matched = &path[..path.len() - rest.len()];
        Some(PartialPathMatch::new(rest, params, matched))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        path.extend(self.segments().map(|segment| match segment {
            PLACE => PathSegment::Param(ORGANIZATION.into()),
            literal => PathSegment::Static(literal.into()),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SessionEnd, Viewer};

    const BILLING: Guard = Guard::new("/org/{organization}/billing", Requirement::Member);

    #[test]
    fn a_path_of_a_guard_is_matched_by_segments() {
        let found = BILLING.test("/org/acme/billing").unwrap();
        assert_eq!(
            (found.matched(), found.remaining()),
            ("/org/acme/billing", "")
        );
        assert_eq!(found.params(), [("organization".into(), "acme".into())]);
        let more = BILLING.test("/org/acme/billing/2026").unwrap();
        assert_eq!(more.remaining(), "/2026");
        for other in [
            "/org/acme",
            "/org//billing",
            "/org/acme/billings",
            "/Org/acme/billing",
            "org/acme/billing",
            "/x/org/acme/billing",
            "",
        ] {
            assert!(BILLING.test(other).is_none(), "{other}");
        }
    }

    #[test]
    fn only_what_a_person_is_known_to_lack_is_not_offered() {
        let list = |items: &[&str]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
        let session = |organizations: &[&str], roles: Option<&[&str]>| Session {
            viewer: Viewer {
                subject: "u1".into(),
                name: None,
                initials: String::new(),
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
            let may = requires.may_be_met_by(&alice, organization);
            assert_eq!(may, met, "{requires:?} in {organization:?}");
            let may = requires.may_be_met_by(&unknown, organization);
            assert!(may, "nothing is known: {requires:?} in {organization:?}");
        }
    }

    #[test]
    fn the_server_gets_the_same_route() {
        let mut path = Vec::new();
        BILLING.generate_path(&mut path);
        assert_eq!(
            path,
            [
                PathSegment::Static("org".into()),
                PathSegment::Param("organization".into()),
                PathSegment::Static("billing".into()),
            ]
        );
    }

    #[test]
    fn an_id_stays_one_segment_of_an_address() {
        assert_eq!(BILLING.href("acme"), "/org/acme/billing");
        assert_eq!(BILLING.href("a/../b?c"), "/org/a%2F%2E%2E%2Fb%3Fc/billing");
    }
}
