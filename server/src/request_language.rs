//! The language of a request.

use app::language::{self, Language};
use axum::http::{HeaderMap, header};
use logto_axum::{cookie::Cookie, find_cookie};

/// The language that a request asks for; `cookie` is the full name of the cookie with the chosen language.
pub(crate) fn language_of(headers: &HeaderMap, cookie: &str) -> Language {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let chosen = find_cookie(headers, cookie);
    let chosen = chosen.as_ref().map(Cookie::value);
    language::negotiate(chosen, text(header::ACCEPT_LANGUAGE))
}
