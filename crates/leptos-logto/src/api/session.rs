//! The session, as an open page reads and extends it.

#![allow(clippy::unused_async, reason = "the shape of a server function")]

use leptos::{prelude::*, server_fn::codec::GetUrl};
use logto_types::SessionEnd;

use crate::{error::AuthError, model::AuthState};

/// The current session state. The request counts as a use of the session.
#[server(prefix = "/api", endpoint = "session", input = GetUrl)]
pub async fn load_session() -> Result<AuthState, AuthError> {
    Ok(crate::server::auth_state())
}

/// Extends the session by a use, and returns its new end. The session never lasts beyond its
/// absolute limit.
#[server(prefix = "/api", endpoint = "session/stay")]
pub async fn stay_signed_in() -> Result<SessionEnd, AuthError> {
    use crate::server;

    let auth = server::auth()?;
    server::signed_in(&auth)?;
    server::stay(&auth).await
}
