//! Access tokens, as far as a person may see them.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{error::AuthError, model::AccessTokens};

/// What the person's access tokens say, one for each API: the kept ones, and for what has none a new one. For the API that
/// is named, it is asked for as said; for the others with everything and in no organization.
#[server(prefix = "/api", endpoint = "access-tokens", input = GetUrl)]
pub async fn load_access_tokens(
    /// The API, as [`Api::indicator`](crate::Api::indicator) has it. `None`: none is named.
    resource: Option<String>,
    /// The id of the organization to ask for it in.
    organization: Option<String>,
    /// The scopes to ask for, separated by spaces; empty for all.
    #[server(default)]
    scope: String,
) -> Result<AccessTokens, AuthError> {
    use crate::{model::TokenWish, server};

    let auth = server::auth()?;
    let person = server::signed_in(&auth)?;
    let wish = TokenWish::new(resource, organization, scope);
    server::access_tokens(&auth, person, &wish).await
}

/// Gets the access token for an API anew, unless Logto gave the kept one within the last five seconds; the arguments are
/// those of [`load_access_tokens`]. What it says is for that function to tell. A browser without JavaScript is sent back to the page it came from.
#[server(prefix = "/api", endpoint = "access-tokens/refresh")]
pub async fn refresh_access_token(
    /// The API.
    resource: String,
    /// The id of the organization.
    organization: Option<String>,
    /// The scopes to ask for; empty for all.
    #[server(default)]
    scope: String,
    /// For whom the form was drawn, as [`ViewerField`](crate::ViewerField) says it.
    #[server(default)]
    viewer: Option<String>,
) -> Result<(), AuthError> {
    use crate::{model::TokenWish, server};

    let auth = server::auth()?;
    let person = server::signed_in(&auth)?;
    server::check_viewer(person, viewer.as_deref())?;
    let wish = TokenWish::new(Some(resource), organization, scope);
    server::refresh_access_token(&auth, person, &wish).await
}
