//! The request that is being answered, and its session.

use axum::http::request::Parts;
use leptos::prelude::with_context;
use logto_axum::{Auth, ProblemDetail, RefusalText};

use crate::error::AuthError;

/// Reads the request that is being answered, without copying it; `None` outside a request. `read`
/// must not ask for a context.
pub(super) fn with_request<T>(read: impl FnOnce(&Parts) -> T) -> Option<T> {
    with_context(read)
}

/// The path of the request that is being answered, for the log. The query may hold personal data.
pub(super) fn request_path() -> Option<String> {
    with_request(|parts| parts.uri.path().to_owned())
}

pub(super) fn request_auth() -> Option<Auth> {
    with_request(|parts| parts.extensions.get().cloned()).flatten()
}

/// The session of the request that is being answered. The first line of every server function.
///
/// # Errors
/// [`AuthError::Transport`] when the router is not inside `LogtoAuth::protect_with`.
pub fn auth() -> Result<Auth, AuthError> {
    request_auth().ok_or_else(|| {
        tracing::error!("a server function ran outside LogtoAuth::protect_with");
        AuthError::Transport
    })
}

/// Whether a page of this application makes the request that is being answered, or leads to it, as
/// the browser says: a request that does not tell counts as from elsewhere. Another site can link
/// to any page, so a page that does more than show something asks this first.
#[must_use]
pub fn is_from_our_page(auth: &Auth) -> bool {
    let is_ours = with_request(|parts| auth.app().is_from_our_page(&parts.headers));
    is_ours == Some(true)
}

/// The query as it came.
pub(crate) fn raw_query() -> String {
    let query = with_request(|parts| parts.uri.query().map(str::to_owned));
    query.flatten().unwrap_or_default()
}

/// The text with which the application has refused the sign-in that the problem page is about.
pub(crate) fn refusal_text() -> Option<RefusalText> {
    with_request(|parts| parts.extensions.get().cloned())?
}

/// The error that the problem page shows to developers: never in production.
pub(crate) fn problem_detail() -> Option<ProblemDetail> {
    with_request(|parts| parts.extensions.get().cloned())?
}
