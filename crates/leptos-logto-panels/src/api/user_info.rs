//! What the person who is signed in may see of themselves.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use leptos_logto::AuthError;

use crate::model::UserInfo;

/// The claims of the ID token and, when asked for, of the userinfo endpoint.
#[server(prefix = "/api", endpoint = "user-info", input = GetUrl)]
pub async fn load_user_info(
    /// Whether to ask the userinfo endpoint too.
    fetch: bool,
) -> Result<UserInfo, AuthError> {
    use leptos_logto::server::{auth, signed_in};

    let auth = auth()?;
    let person = signed_in(&auth)?;
    crate::server::user_info(&auth, person, fetch).await
}
