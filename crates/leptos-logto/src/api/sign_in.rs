//! The flow. A browser navigates to these, with or without JavaScript; each answers with a redirect, whatever happened,
//! and none ever returns an error (an error would lead to the `Referer`, which at the callback is the identity provider).

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AuthError;

/// Starts a sign-in and sends the browser to Logto.
#[server(prefix = "", endpoint = "sign-in", input = GetUrl)]
pub async fn start_sign_in(
    /// The page to come back to, a path of this application. Anything else counts as the home page.
    return_to: Option<String>,
    /// One of Logto's words: `sign_in`, `register`, `reset_password`, ... An unknown one is left out.
    first_screen: Option<String>,
) -> Result<(), AuthError> {
    use crate::server;

    let request = server::sign_in_request(return_to.as_deref(), first_screen.as_deref());
    server::go(server::auth()?.begin_sign_in(request).await);
    Ok(())
}

/// Finishes a sign-in: Logto sends the browser here with `code`, `state` and `iss`, or with `error`, and the code is
/// exchanged on the server. It has no arguments because it reads the raw query, where a doubled parameter shows.
#[server(prefix = "", endpoint = "callback", input = GetUrl)]
pub async fn finish_sign_in() -> Result<(), AuthError> {
    use crate::server;

    let query = server::raw_query();
    server::go(server::auth()?.finish_sign_in(&query).await);
    Ok(())
}

/// Signs out: the session here first, then the tokens at Logto, then Logto's own session.
#[server(prefix = "", endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), AuthError> {
    use logto_axum::SignOut;

    use crate::server;

    server::go(server::auth()?.sign_out(SignOut::Everywhere).await);
    Ok(())
}
