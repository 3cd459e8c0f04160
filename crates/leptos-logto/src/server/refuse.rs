//! Errors and refusals of server functions: which error the caller reads, with which status, and
//! what is logged.

use axum::http::{HeaderValue, Method, StatusCode, header};
use leptos::{prelude::use_context, server_fn::error::ServerFnErrorErr};
use leptos_axum::ResponseOptions;
use logto_axum::{
    __private::{accepts_pages, chain},
    CurrentUser, Error,
};

use super::context::{auth, request_path, with_request};
use crate::error::AuthError;

/// Converts an error of `logto-axum` into an [`AuthError`], logs it when it is a fault, and sets
/// the HTTP status of the response.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
pub fn refuse(error: Error) -> AuthError {
    log_fault(&error);
    let (refusal, status) = refusal(&error);
    set_status(status);
    refusal
}

/// Logs an error when it is a fault of Logto or of the session store, as [`refuse`] does, for a server function that answers with
/// what there is without it. The status stays that of a success: a browser reads no other answer as a result.
pub fn log_fault(error: &Error) {
    let (_, status) = refusal(error);
    // A throttled request is logged where the rate limit counts.
    if status == StatusCode::SERVICE_UNAVAILABLE && !matches!(error, Error::Throttled) {
        tracing::error!(
            path = request_path(),
            error = chain(error),
            "a request to Logto or the session store failed"
        );
    }
}

fn refusal(error: &Error) -> (AuthError, StatusCode) {
    match error {
        Error::SignedOut => (AuthError::SignedOut, StatusCode::UNAUTHORIZED),
        Error::Forbidden(_) => (AuthError::Forbidden, StatusCode::FORBIDDEN),
        Error::NotGranted(_) | Error::NotOffered => (AuthError::NotGranted, StatusCode::FORBIDDEN),
        Error::Store(_) => (AuthError::Store, StatusCode::SERVICE_UNAVAILABLE),
        _ => (AuthError::Upstream, StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// The body or query of a call cannot be read as the arguments of its server function: it is no
/// UTF-8, breaks off, or has one argument twice, or text where a number belongs.
pub(crate) fn unreadable(error: &ServerFnErrorErr) -> AuthError {
    tracing::debug!(%error, "a server function was called with arguments that cannot be read");
    invalid()
}

/// An argument is invalid: 400.
#[must_use]
pub fn invalid() -> AuthError {
    set_status(StatusCode::BAD_REQUEST);
    AuthError::Invalid
}

/// Refuses a form that was drawn for another person than the one who is signed in now: `viewer` is
/// what [`ViewerField`](crate::ViewerField) put into it. A form without it is accepted.
///
/// # Errors
/// [`AuthError::AnotherPerson`], with status 409.
pub fn check_viewer(person: &CurrentUser, viewer: Option<&str>) -> Result<(), AuthError> {
    if !person.is_another(viewer) {
        return Ok(());
    }
    tracing::info!(
        path = request_path(),
        "a form of another person's page was refused"
    );
    set_status(StatusCode::CONFLICT);
    Err(AuthError::AnotherPerson)
}

/// A page that shows a refusal is not itself refused: only an answer to a server-function call
/// takes the status. A form without scripts leads back to its page instead.
pub(super) fn set_status(status: StatusCode) {
    let is_call = with_request(|parts| {
        let is_form = parts.method == Method::POST;
        let is_api = parts.uri.path().starts_with("/api/");
        let leads_back = is_form
            && accepts_pages(&parts.headers)
            && (!is_api || parts.headers.contains_key(header::REFERER));
        (is_form || is_api) && !leads_back
    });
    if let (Some(true), Some(response)) = (is_call, use_context::<ResponseOptions>()) {
        response.set_status(status);
        if let (StatusCode::SERVICE_UNAVAILABLE, Ok(auth)) = (status, auth()) {
            let seconds = HeaderValue::from(auth.app().retry_after());
            response.insert_header(header::RETRY_AFTER, seconds);
        }
    }
}
