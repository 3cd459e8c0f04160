//! The URLs of the flow, for links and forms.

pub use logto_types::paths::{PROBLEM, SIGN_IN, SIGN_OUT};

/// The switches of scopes: a page that the application has. The row of each scope is at `#scope-<name>`.
pub const SCOPES: &str = "/scopes";
/// The list of organizations: a page that the application has.
pub const ORGANIZATIONS: &str = "/organizations";
/// Leads to the pages of an organization, which are below this and its id. Takes `organization` and `page`, and
/// without them knows the one that was shown last.
pub const ORGANIZATION: &str = "/org";

/// The id of the row of a scope on the page at [`SCOPES`].
#[must_use]
pub fn scope_anchor(scope: &str) -> String {
    format!("scope-{scope}")
}
