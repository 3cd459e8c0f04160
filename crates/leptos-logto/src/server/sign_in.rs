//! Parameters of sign-in requests, and what a sign-out has ended.

use leptos::prelude::use_context;
use logto_axum::{Auth, SignInRequest, SignOutExtent};

use super::context::with_request;

/// The languages Logto's pages are to be in, best first and separated by spaces: `ja en`. An
/// application that knows puts it into context for each request; it goes to Logto as `ui_locales`.
#[derive(Clone, Debug)]
pub struct UiLocales(pub String);

/// Reads the query of a sign-in, and adds the languages of the application.
pub(crate) fn sign_in_request(query: &str) -> SignInRequest {
    let mut request = SignInRequest::from_query(query);
    request.ui_locales = use_context::<UiLocales>().map(|UiLocales(languages)| languages);
    request
}

/// What the sign-out ended that this browser comes from, by the name of the extent; empty when it
/// comes from none.
pub(crate) fn signed_out() -> &'static str {
    // Routes are listed at start-up by rendering the application without a request.
    let extent = with_request(|parts| {
        let auth = parts.extensions.get::<Auth>()?;
        auth.app().signed_out(&parts.headers)
    });
    extent.flatten().map_or("", SignOutExtent::as_str)
}
