//! Access tokens, as far as a person may see them.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use leptos_logto::AuthError;

use crate::model::AccessTokens;

/// What the person's access tokens say, one for each API: the cached ones, and a new one where none
/// is cached. For the API that is named, it is asked for as said; for the others with everything
/// and in no organization.
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
    use leptos_logto::server::{auth, signed_in};

    use crate::{model::TokenQuery, server};

    let auth = auth()?;
    let person = signed_in(&auth)?;
    let query = TokenQuery::new(resource, organization, scope);
    server::access_tokens(&auth, person, &query).await
}

/// Requests a fresh access token for an API, unless the cached one is at most five seconds old; the
/// arguments are those of [`load_access_tokens`]. Load them with that function afterwards. It returns
/// the API, so that its row can say so; a browser without JavaScript is sent back to the page it
/// came from.
#[server(prefix = "/api", endpoint = "access-tokens/refresh")]
pub async fn refresh_access_token(
    /// The API.
    resource: String,
    /// The id of the organization.
    organization: Option<String>,
    /// The scopes to ask for; empty for all.
    #[server(default)]
    scope: String,
    /// For whom the form was drawn, as [`ViewerField`](leptos_logto::ViewerField) says it.
    #[server(default)]
    viewer: Option<String>,
) -> Result<String, AuthError> {
    use leptos_logto::server::{auth, check_viewer, signed_in};

    use crate::{model::TokenQuery, server};

    let auth = auth()?;
    let person = signed_in(&auth)?;
    check_viewer(person, viewer.as_deref())?;
    let query = TokenQuery::new(Some(resource.clone()), organization, scope);
    server::refresh_access_token(&auth, person, &query).await?;
    Ok(resource)
}
