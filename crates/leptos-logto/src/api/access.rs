//! Who may see what.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use logto_types::Access;

use crate::error::AuthError;

/// Whether the person who is signed in meets a requirement, for pages and parts of pages that the
/// browser is about to render. It answers about nobody else.
#[server(prefix = "/api", endpoint = "access", input = GetUrl)]
pub async fn check_access(
    /// The requirement, as [`Requirement`](crate::Requirement) displays it.
    requires: String,
    /// The organization that the requirement is about.
    organization: Option<String>,
) -> Result<Access, AuthError> {
    use crate::server;

    let auth = server::auth()?;
    server::signed_in(&auth)?;
    server::access(&auth, &requires, organization.as_deref()).await
}
