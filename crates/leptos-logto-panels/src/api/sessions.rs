//! The sessions of the person at this application: on which devices they are signed in.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use leptos_logto::AuthError;

use crate::model::Sessions;

/// The person's sessions at this application, on all devices.
#[server(prefix = "/api", endpoint = "sessions", input = GetUrl)]
pub async fn load_sessions(
    /// The note that [`end_session`] and [`end_other_sessions`] put into the address of the page
    /// they lead back to, as `sessions`.
    notice: Option<String>,
) -> Result<Sessions, AuthError> {
    use leptos_logto::server::{auth, signed_in};

    let auth = auth()?;
    signed_in(&auth)?;
    crate::server::own_sessions(&auth, notice.as_deref()).await
}

/// Ends another session of the person, and redirects to the page with a notice. A handle that is
/// not one of theirs ends nothing.
#[server(prefix = "/api", endpoint = "sessions/end")]
pub async fn end_session(
    /// The session, by its [handle](crate::SessionCard::handle).
    #[server(default)]
    handle: String,
    /// The page to come back to, a path of this application. The note in its query, `sessions`, has
    /// the result.
    #[server(default)]
    return_to: Option<String>,
    /// For whom the form was drawn, as [`ViewerField`](leptos_logto::ViewerField) says it.
    #[server(default)]
    viewer: Option<String>,
) -> Result<(), AuthError> {
    use leptos_logto::server::{auth, check_viewer, signed_in};

    let auth = auth()?;
    check_viewer(signed_in(&auth)?, viewer.as_deref())?;
    crate::server::end_session(&auth, &handle, return_to.as_deref()).await
}

/// Ends all other sessions of the person at this application, and redirects to the page with a
/// notice.
#[server(prefix = "/api", endpoint = "sessions/end-others")]
pub async fn end_other_sessions(
    /// The page to come back to, as [`end_session`] has it.
    #[server(default)]
    return_to: Option<String>,
    /// For whom the form was drawn, as [`ViewerField`](leptos_logto::ViewerField) says it.
    #[server(default)]
    viewer: Option<String>,
) -> Result<(), AuthError> {
    use leptos_logto::server::{auth, check_viewer, signed_in};

    let auth = auth()?;
    check_viewer(signed_in(&auth)?, viewer.as_deref())?;
    crate::server::end_other_sessions(&auth, return_to.as_deref()).await
}
