//! What can go wrong, in words for the person in front of the page.

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

/// What can go wrong, one variant for each thing a person can do next.
///
/// No variant holds free text: without JavaScript the error travels in the URL and is drawn from there, so text in it
/// would be text that anyone can put on our page by a link (F12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum AuthError {
    /// Nobody is signed in, or the session has ended. HTTP status 401.
    #[error("Please sign in to continue.")]
    SignedOut,
    /// The person may not do this. HTTP status 403.
    #[error("You do not have access to this.")]
    Forbidden,
    /// The identity provider or the session store does not answer. HTTP status 503.
    #[error("The sign-in service is not answering. Try again in a moment.")]
    Upstream,
    /// The request did not reach the server, or came back unreadable.
    #[error("The request did not get through. Try again.")]
    Transport,
}

impl FromServerFnError for AuthError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        leptos::logging::error!("a server function did not get through: {error}");
        Self::Transport
    }
}
