//! The language of the pages.

#![allow(clippy::unused_async, reason = "the shape of a server function")]

use leptos::prelude::*;
use leptos_logto::AuthError;

/// Keeps the choice of a language in this browser for a year; the browser is sent back to the page it came from.
#[server(prefix = "", endpoint = "language")]
pub async fn choose_language(
    /// The name of a language that is here, such as `ja`.
    language: String,
) -> Result<(), AuthError> {
    use axum::http::{HeaderValue, header};
    use leptos_axum::ResponseOptions;
    use leptos_i18n::Locale as _;

    use crate::language::{COOKIE, named};

    let language = named(&language).ok_or(AuthError::Invalid)?;
    let cookie = format!(
        "{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        language.as_str()
    );
    if let (Some(response), Ok(cookie)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(&cookie),
    ) {
        response.append_header(header::SET_COOKIE, cookie);
    }
    Ok(())
}
