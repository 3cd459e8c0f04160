use crate::{path_pattern::PathPattern, requirement::Requirement};

/// A page and its requirement: plain data, declared once and compiled for server and browser.
///
/// ```
/// use logto_types::{Guard, Requirement};
///
/// const PROFILE: Guard = Guard::new("/profile", Requirement::SignedIn);
/// const BILLING: Guard = Guard::new(
///     "/org/{organization}/billing",
///     Requirement::OrganizationPermission("manage:billing"),
/// );
/// assert_eq!(PROFILE.path.href(""), "/profile");
/// assert_eq!(BILLING.path.href("asl5guymvnj4"), "/org/asl5guymvnj4/billing");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Guard {
    /// The path of the page. The server guards everything below it as well, unless a longer guard
    /// covers that.
    pub path: PathPattern,
    /// What the page requires.
    pub requires: Requirement<'static>,
}

impl Guard {
    /// Guards a path: `/profile`, or `/org/{organization}/billing`, where `{organization}` stands
    /// for one segment, the id of an organization.
    ///
    /// # Panics
    /// When the path is no [`PathPattern`], or names no organization although the requirement is about one: nobody would ever meet
    /// it. In a constant, the compiler reports that.
    ///
    /// ```compile_fail
    /// # use logto_types::{Guard, Requirement};
    /// const BILLING: Guard = Guard::new("/billing", Requirement::OrganizationPermission("manage:billing"));
    /// ```
    #[must_use]
    pub const fn new(path: &'static str, requires: Requirement<'static>) -> Self {
        let path = PathPattern::new(path);
        assert!(
            path.has_organization() || !requires.is_about_organization(),
            "the requirement is about an organization, so the path of the guard needs a segment {{organization}}"
        );
        Self { path, requires }
    }
}
