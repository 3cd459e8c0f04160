//! The scopes of a person: what was requested, what was granted, and what a change needs.

mod catalogue;
mod choice;
mod grant;
mod state;

use leptos_logto::server::last_organization;
use logto_axum::{Auth, Error, PermissionGrants};

pub(crate) use choice::{Choice, choose};
pub(crate) use state::load;

/// The permissions, with the organization first whose pages this browser showed last.
async fn permission_grants(auth: &Auth) -> Result<PermissionGrants, Error> {
    let last = last_organization().and_then(|id| id.parse().ok());
    auth.permission_grants(last.as_ref()).await
}
