//! Which pages are for whom: one table, read before anything renders.

use logto::OrganizationId;
use logto_types::{Guard, Requirement, path_variants};

/// The guards of an application.
///
/// Each covers its path and everything below, unless a more exact guard covers that. `{organization}` stands for one segment,
/// the id of an organization, in which requirements about organizations are checked:
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
    /// The organization is missing when the path names none, or when that segment cannot be the id of one. A path
    /// that one router might read otherwise than another has no page, for anybody.
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

    /// The guard that covers a path most exactly.
    fn guard(&self, path: &[String]) -> Option<&Guard> {
        let covering = self.0.iter().filter(|guard| guard.path.covers(path));
        covering.max_by_key(|guard| guard.path.exactness())
    }
}

#[cfg(test)]
mod tests;
