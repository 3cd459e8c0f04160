//! The language of the pages.

#![allow(clippy::unused_async, reason = "the shape of a server function")]

use leptos::prelude::*;
use leptos_logto::AuthError;

/// Keeps the choice of a language in this browser for a year; the browser is sent back to its page.
#[server(prefix = "", endpoint = "language")]
pub async fn choose_language(
    /// The name of a language that is here, such as `ja`.
    language: String,
    /// The page to come back to, a path of this application. Without it, the browser is sent to its `Referer`.
    #[server(default)]
    return_to: Option<String>,
) -> Result<(), AuthError> {
    use leptos_i18n::Locale as _;
    use leptos_logto::server;

    use crate::language::{COOKIE, named};

    let language = named(&language).ok_or_else(server::invalid)?;
    server::remember(COOKIE, language.as_str());
    server::go_back(return_to.as_deref());
    Ok(())
}
