//! Scopes, as they stand for a person: what was asked for, what was granted, and what a change takes.

mod catalogue;
mod choice;
mod known;
mod standing;

use leptos_logto::server::last_organization;
use logto_axum::{Auth, Error, PermissionGrants};

pub(crate) use choice::choose;
pub(crate) use standing::load;

/// The permissions, with the organization first whose pages this browser showed last.
async fn permission_grants(auth: &Auth) -> Result<PermissionGrants, Error> {
    let last = last_organization().and_then(|id| id.parse().ok());
    auth.permission_grants(last.as_ref()).await
}
