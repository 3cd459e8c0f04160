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
    use leptos_i18n::Locale as _;
    use leptos_logto::server;

    use crate::language::{COOKIE, named};

    let language = named(&language).ok_or(AuthError::Invalid)?;
    server::remember(COOKIE, language.as_str());
    Ok(())
}
