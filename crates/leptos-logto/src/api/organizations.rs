//! The organizations of the person who is signed in.

#![allow(clippy::unused_async, reason = "the shape of a server function")]

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    error::AuthError,
    model::{Membership, Organizations},
};

/// The organizations the person is in: ids and roles from the ID token, names from userinfo.
#[server(prefix = "/api", endpoint = "organizations", input = GetUrl)]
pub async fn load_organizations() -> Result<Organizations, AuthError> {
    use crate::server;

    let auth = server::auth()?;
    let person = server::signed_in(&auth)?;
    server::organizations(&auth, person).await
}

/// What a member sees of an organization. For everybody else there is no such organization.
#[server(prefix = "/api", endpoint = "organization", input = GetUrl)]
pub async fn load_organization(
    /// Its id.
    organization: String,
) -> Result<Membership, AuthError> {
    use logto_types::Requirement;

    use crate::server;

    let auth = server::auth()?;
    let member = server::require(&auth, Requirement::Member, Some(&organization)).await?;
    let member = member.ok_or_else(server::not_found)?;
    server::membership(&auth, &member).await
}

/// Leads to the pages of an organization: the one that is named, else the one whose pages this
/// browser showed last, else the only one. Changes nothing, and says nothing about who is in which
/// organization: the page at the end does.
///
/// A browser navigates here, as with the functions of the flow; it always answers with a redirect.
#[server(prefix = "/api", endpoint = "organization/open", input = GetUrl)]
pub async fn open_organization(
    /// Its id.
    organization: Option<String>,
    /// The page in it: what follows the id in the path, such as `/billing`. Anything doubtful
    /// counts as the first page.
    page: Option<String>,
    /// The path that the pages of organizations are below. Default: `/org`.
    pages: Option<String>,
    /// The list of organizations, for when none is known. Default: `/organizations`.
    list: Option<String>,
) -> Result<(), AuthError> {
    use crate::server;

    server::open_organization(
        organization,
        page.as_deref(),
        pages.as_deref(),
        list.as_deref(),
    );
    Ok(())
}
