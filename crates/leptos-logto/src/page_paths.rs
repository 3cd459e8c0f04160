//! The pages of the application that components lead to.

use leptos::prelude::{provide_context, use_context};
use logto_types::segment;

/// The pages of the application that components lead to. [`provide_page_paths`] moves them.
///
/// ```
/// use leptos_logto::{PagePaths, provide_page_paths};
///
/// # fn in_the_root_component() {
/// provide_page_paths(PagePaths {
///     organization: "/teams",
///     ..PagePaths::default()
/// });
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PagePaths {
    /// The home page. Default: `/`.
    pub home: &'static str,
    /// The switches of scopes. [`scope_address`] leads to one of them. Default: `/scopes`.
    pub scopes: &'static str,
    /// The list of organizations. Default: `/organizations`.
    pub organizations: &'static str,
    /// The pages of an organization are at this path and its id, and below. Default: `/org`.
    pub organization: &'static str,
}

impl Default for PagePaths {
    fn default() -> Self {
        Self {
            home: "/",
            scopes: "/scopes",
            organizations: "/organizations",
            organization: "/org",
        }
    }
}

impl PagePaths {
    /// The first page of an organization.
    #[must_use]
    pub fn of_organization(self, id: &str) -> String {
        format!("{}/{}", self.organization, segment(id))
    }
}

/// Sets the pages that the components below lead to. For the root of the application, after
/// [`AuthContext::provide`](crate::AuthContext::provide).
pub fn provide_page_paths(paths: PagePaths) {
    provide_context(paths);
}

/// The pages in use: those of [`provide_page_paths`], else the defaults.
#[must_use]
pub fn use_page_paths() -> PagePaths {
    use_context().unwrap_or_default()
}

/// The way to the row of a scope on the page of scopes, which arrives there unfolded. The page may
/// have a query.
#[must_use]
pub fn scope_address(page: &str, scope: &str) -> String {
    let anchor = scope_anchor(scope);
    let joint = if page.contains('?') { '&' } else { '?' };
    format!("{page}{joint}scope={}#{}", segment(scope), segment(&anchor))
}

/// The id of the row of a scope on the page [`PagePaths::scopes`].
#[must_use]
pub fn scope_anchor(scope: &str) -> String {
    format!("scope-{scope}")
}

#[cfg(test)]
mod tests {
    use leptos::prelude::Owner;

    use super::*;

    #[test]
    fn the_way_to_a_scope_is_one_address_whatever_its_name() {
        assert_eq!(
            scope_address("/scopes", "a:b&c#d"),
            "/scopes?scope=a%3Ab%26c%23d#scope-a%3Ab%26c%23d"
        );
        assert_eq!(
            scope_address("/account?tab=scopes", "email"),
            "/account?tab=scopes&scope=email#scope-email"
        );
    }

    #[test]
    fn an_application_can_move_its_pages() {
        Owner::new().with(|| {
            assert_eq!(use_page_paths(), PagePaths::default());
            provide_page_paths(PagePaths {
                organization: "/teams",
                ..PagePaths::default()
            });
            assert_eq!(use_page_paths().of_organization("a/b"), "/teams/a%2Fb");
            assert_eq!(use_page_paths().scopes, "/scopes");
        });
    }
}
