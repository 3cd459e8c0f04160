//! Which pages are for whom: one table, read before anything renders.

use logto::{Config, OrganizationId, scope};
use logto_types::{Guard, Requirement, path_variants};

/// The guards of an application.
///
/// Each covers its path and everything below, unless a more exact guard covers that.
/// `{organization}` stands for one segment, the id of an organization, in which requirements about
/// organizations are checked:
///
/// ```
/// use logto_axum::{Guard, Guards, Requirement};
///
/// let guards = Guards::new([
///     Guard::new("/profile", Requirement::SignedIn),
///     Guard::new("/org/{organization}", Requirement::Member),
///     Guard::new("/org/{organization}/billing", Requirement::OrganizationPermission("manage:billing")),
/// ]);
/// let (requirement, organization) = guards.requirement("/org/asl5guymvnj4/settings").unwrap();
/// assert_eq!(requirement, Requirement::Member);
/// assert_eq!(organization.unwrap().as_str(), "asl5guymvnj4");
/// assert!(guards.requirement("/").is_none());
/// let guards = guards.with(Guard::new("/reports", Requirement::Role("auditor")));
/// assert_eq!(guards.requirement("/reports").unwrap().0, Requirement::Role("auditor"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Guards(Vec<Guard>);

/// What nobody meets without an organization.
const UNREACHABLE: Requirement<'static> = Requirement::Member;

impl Guards {
    /// Guards each path with its requirement.
    pub fn new(guards: impl IntoIterator<Item = Guard>) -> Self {
        Self(guards.into_iter().collect())
    }

    /// These guards and one more: of a page that another router serves.
    #[must_use]
    pub fn with(mut self, guard: Guard) -> Self {
        self.0.push(guard);
        self
    }

    /// Each guard.
    pub fn iter(&self) -> impl Iterator<Item = &Guard> {
        self.0.iter()
    }

    /// What a path requires, and the organization it names. `None`: it is for everybody.
    ///
    /// The organization is missing when the path names none, or when that segment cannot be the id
    /// of one. A path that one router might read otherwise than another has no page, for anybody.
    #[must_use]
    pub fn requirement(
        &self,
        path: &str,
    ) -> Option<(Requirement<'static>, Option<OrganizationId>)> {
        let variants = path_variants(path);
        let [guard, others @ ..] = variants.each_ref().map(|variant| self.guard(variant));
        if others.iter().any(|other| *other != guard) {
            return Some((UNREACHABLE, None));
        }
        let guard = guard?;
        let organization = guard.path.organization().and_then(|place| {
            let [id, others @ ..] = variants.each_ref().map(|variant| variant.get(place));
            id.filter(|_| others.iter().all(|other| *other == id))?
                .parse()
                .ok()
        });
        Some((guard.requires, organization))
    }

    /// The guards that nobody can meet with this configuration, each with the scope or permission that is not requested at a
    /// sign-in.
    pub(crate) fn unmeetable(&self, config: &Config) -> Vec<(&Guard, &'static str)> {
        let guards = self.0.iter();
        let found =
            guards.filter_map(|guard| Some((guard, not_requested(guard.requires, config)?)));
        found.collect()
    }

    /// The guard that covers a path most exactly.
    fn guard(&self, path: &[String]) -> Option<&Guard> {
        let covering = self.0.iter().filter(|guard| guard.path.covers(path));
        covering.max_by_key(|guard| guard.path.exactness())
    }
}

/// The scope or permission that a requirement needs and no sign-in requests.
fn not_requested(requirement: Requirement<'static>, config: &Config) -> Option<&'static str> {
    let scoped = |scope| (scope, config.asked_scopes().contains(scope));
    let (needed, is_requested) = match requirement {
        Requirement::SignedIn => return None,
        Requirement::Permission {
            resource,
            permission,
        } => {
            let mut resources = config.resources.iter();
            let found = resources.find(|found| found.indicator == resource);
            let permissions = found
                .map(|found| &found.permissions[..])
                .unwrap_or_default();
            (
                permission,
                permissions.iter().any(|name| name == permission),
            )
        }
        Requirement::OrganizationPermission(name) => {
            let mut permissions = config.organization_permissions.iter();
            (name, permissions.any(|permission| permission == name))
        }
        Requirement::Role(_) => scoped(scope::ROLES),
        Requirement::Member => scoped(scope::ORGANIZATIONS),
        Requirement::OrganizationRole(_) => scoped(scope::ORGANIZATION_ROLES),
    };
    (!is_requested).then_some(needed)
}

#[cfg(test)]
mod tests;
