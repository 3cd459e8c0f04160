//! The session of the page.

#![allow(clippy::unused_async, reason = "the shape of a server function")]

use leptos::{prelude::*, server_fn::codec::GetUrl};
use logto_types::SessionEnd;

use crate::{error::AuthError, json::Answer, model::AuthState};

/// Who is looking, as the server knows it now. Asking is a use of the session.
#[server(prefix = "/api", endpoint = "session", input = GetUrl, output = Answer)]
pub async fn load_session() -> Result<AuthState, AuthError> {
    Ok(crate::server::auth_state())
}

/// Uses the session, so that it ends later; says when. It never ends later than its latest end.
#[server(prefix = "/api", endpoint = "session/stay", output = Answer)]
pub async fn stay_signed_in() -> Result<SessionEnd, AuthError> {
    use crate::server;

    let auth = server::auth()?;
    server::signed_in(&auth)?;
    server::stay(&auth).await
}
