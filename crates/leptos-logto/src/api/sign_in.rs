//! The flow. A browser navigates to these, with or without JavaScript. Each answers with a redirect, or with 503 and a page that
//! leads on while Logto or the store is away, and none ever returns an error (an error would lead to the `Referer`, which at the
//! callback is the identity provider).

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AuthError;

/// Starts a sign-in and sends the browser to Logto.
#[server(prefix = "", endpoint = "sign-in", input = GetUrl)]
pub async fn start_sign_in(
    /// The page to come back to, a path of this application. Anything else counts as the home page.
    return_to: Option<String>,
    /// One of Logto's words: `sign_in`, `register`, `reset_password`, ... An unknown one is left out.
    first_screen: Option<String>,
    /// With the identifier screens: of `username`, `email` and `phone`, separated by spaces.
    identifier: Option<String>,
    /// What the person probably types.
    login_hint: Option<String>,
    /// `social:<target>` or `sso:<connector id>`.
    direct_sign_in: Option<String>,
    /// The id of the organization whose branding Logto's pages wear.
    organization_id: Option<String>,
    /// `login` to ask for the password even when Logto knows the person.
    prompt: Option<String>,
) -> Result<(), AuthError> {
    use crate::server::{self, sign_in};

    let request = sign_in::request(sign_in::Wishes {
        return_to,
        first_screen,
        identifier,
        login_hint,
        direct_sign_in,
        organization_id,
        prompt,
    });
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

/// Signs out: the session here first, then the tokens at Logto, then, unless it is only here, Logto's own session.
#[server(prefix = "", endpoint = "sign-out")]
pub async fn sign_out(
    /// Only of this application on this device; Logto's own session goes on.
    only_here: Option<bool>,
    /// For whom the form was drawn ([`ViewerField`](crate::ViewerField)). When somebody else is signed in now, they stay so, and the
    /// browser is sent to their home page, which says who it is and has the button. Without it, whoever is signed in is signed out.
    viewer: Option<String>,
) -> Result<(), AuthError> {
    use crate::{paths, server};

    if server::is_for_another_person(&server::auth()?, viewer.as_deref()) {
        server::go(logto_axum::Outcome::to(paths::SIGN_OUT));
        return Ok(());
    }
    let extent = server::sign_out_extent(only_here.unwrap_or_default());
    server::forget_last_used();
    server::go(server::auth()?.sign_out(extent).await);
    Ok(())
}
