//! What a browser asks of a sign-in.

use leptos::prelude::use_context;
use logto_axum::SignInRequest;

/// The languages Logto's pages are to be in, best first and separated by spaces: `ja en`. An application that knows puts it
/// into context for each request; it goes to Logto as `ui_locales`.
#[derive(Clone, Debug)]
pub struct UiLocales(pub String);

/// Reads the query of a sign-in, and adds the languages of the application.
pub(crate) fn sign_in_request(query: &str) -> SignInRequest {
    SignInRequest {
        ui_locales: use_context::<UiLocales>().map(|UiLocales(languages)| languages),
        ..SignInRequest::from_query(query)
    }
}
