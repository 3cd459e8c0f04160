//! What the person who is looking may see of themselves.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    error::AuthError,
    model::{Organizations, UserInfo},
};

/// The claims of the ID token and, when asked for, of the userinfo endpoint.
#[server(prefix = "/api", endpoint = "user-info", input = GetUrl)]
pub async fn load_user_info(
    /// Whether to ask the userinfo endpoint too.
    fetch: bool,
) -> Result<UserInfo, AuthError> {
    use crate::server;

    let auth = server::auth()?;
    let person = server::signed_in(&auth)?;
    server::user_info(&auth, person, fetch).await
}

/// The organizations the person is in: ids and roles from the ID token, names from userinfo.
#[server(prefix = "/api", endpoint = "organizations", input = GetUrl)]
pub async fn load_organizations() -> Result<Organizations, AuthError> {
    use crate::server;

    let auth = server::auth()?;
    let person = server::signed_in(&auth)?;
    server::organizations(&auth, person).await
}
