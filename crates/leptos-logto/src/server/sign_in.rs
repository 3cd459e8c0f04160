//! What a browser may ask of a sign-in. A wish that cannot be read is left out, as Logto leaves it out.

use leptos::prelude::use_context;
use logto::{Identifier, Prompt};
use logto_axum::{ReturnTo, SignInRequest};

/// The languages Logto's pages are to be in, best first and separated by spaces: `ja en`. An application that knows puts it
/// into context for each request; it goes to Logto as `ui_locales`.
#[derive(Clone, Debug)]
pub struct UiLocales(pub String);

/// The query of a sign-in, as it came.
pub(crate) struct Wishes {
    pub return_to: Option<String>,
    pub first_screen: Option<String>,
    pub identifier: Option<String>,
    pub login_hint: Option<String>,
    pub direct_sign_in: Option<String>,
    pub organization_id: Option<String>,
    pub prompt: Option<String>,
}

pub(crate) fn request(wishes: Wishes) -> SignInRequest {
    let identifiers = wishes.identifier.unwrap_or_default();
    let wants_password = wishes.prompt.as_deref() == Some("login");
    SignInRequest {
        return_to: wishes
            .return_to
            .as_deref()
            .map(ReturnTo::parse)
            .unwrap_or_default(),
        first_screen: wishes.first_screen.and_then(|screen| screen.parse().ok()),
        identifiers: identifiers
            .split_ascii_whitespace()
            .filter_map(|name| name.parse::<Identifier>().ok())
            .collect(),
        login_hint: wishes.login_hint.filter(|hint| {
            !hint.is_empty() && hint.len() <= 256 && !hint.contains(char::is_control)
        }),
        direct_sign_in: wishes
            .direct_sign_in
            .and_then(|connector| connector.parse().ok()),
        organization: wishes.organization_id.and_then(|id| id.parse().ok()),
        prompts: wants_password.then(|| vec![Prompt::Login, Prompt::Consent]),
        ui_locales: use_context::<UiLocales>().map(|UiLocales(languages)| languages),
        ..SignInRequest::default()
    }
}
