//! The flow. A browser navigates to these, with or without JavaScript. Each answers with a
//! redirect, or with 503 and a page that leads on while Logto or the store is away, and none ever
//! returns an error (an error would lead to the `Referer`, which at the callback is the identity
//! provider).

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AuthError;

/// Starts a sign-in and sends the browser to Logto. It has no arguments because it reads the raw
/// query: see `logto_axum::SignInRequest::from_query`. The languages of Logto's pages are those of
/// [`UiLocales`](crate::server::UiLocales) in context.
#[server(prefix = "", endpoint = "sign-in", input = GetUrl)]
pub async fn start_sign_in() -> Result<(), AuthError> {
    use crate::server;

    let request = server::sign_in_request(&server::raw_query());
    server::go(server::auth()?.begin_sign_in(request).await);
    Ok(())
}

/// Finishes a sign-in: Logto sends the browser here with `code`, `state` and `iss`, or with
/// `error`, and the code is exchanged on the server. It has no arguments because it reads the raw
/// query, where a doubled parameter shows.
#[server(prefix = "", endpoint = "callback", input = GetUrl)]
pub async fn finish_sign_in() -> Result<(), AuthError> {
    use crate::server;

    let query = server::raw_query();
    server::go(server::auth()?.finish_sign_in(&query).await);
    Ok(())
}

/// Signs out: the session here first, then the tokens at Logto, then Logto's own session of this
/// browser. [`SignOutExtent`](crate::SignOutExtent) says what each extent ends.
#[server(prefix = "", endpoint = "sign-out")]
pub async fn sign_out(
    /// What ends, by the name of a [`SignOutExtent`](crate::SignOutExtent). Any other value is
    /// `device`.
    extent: Option<String>,
    /// For whom the form was drawn ([`ViewerField`](crate::ViewerField)). When somebody else is
    /// signed in now, they stay so, and the browser is sent to their home page, which says who it
    /// is and has the button. Without it, whoever is signed in is signed out.
    viewer: Option<String>,
) -> Result<(), AuthError> {
    use logto_types::SignOutExtent;

    use crate::server;

    let auth = server::auth()?;
    if !auth.is_another_person(viewer.as_deref()) {
        server::forget_last_organization();
    }
    let extent = extent.as_deref().and_then(SignOutExtent::from_name);
    let extent = extent.unwrap_or_default();
    server::go(auth.sign_out_for(viewer.as_deref(), extent).await);
    Ok(())
}
