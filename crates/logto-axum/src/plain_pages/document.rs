//! A whole page.

use axum::response::Html;
use logto_types::paths;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::language::PageLanguage;

/// What a page says.
pub(super) struct Texts<'a> {
    pub(super) language: PageLanguage,
    pub(super) title: &'static str,
    pub(super) about: &'a str,
}

/// The way to the sign-in for a page, and the way home.
pub(super) fn again_link(return_to: &str, again: &str, home: &str) -> String {
    let sign_in = paths::SIGN_IN;
    let query = match return_to {
        "/" => String::new(),
        page => format!("?return_to={}", utf8_percent_encode(page, NON_ALPHANUMERIC)),
    };
    format!("<a href=\"{sign_in}{query}\">{again}</a> <a href=\"/\">{home}</a>")
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A whole page. `rest` is HTML.
pub(super) fn document(texts: &Texts<'_>, rest: &str) -> Html<String> {
    let Texts {
        language,
        title,
        about,
    } = texts;
    let language = match language {
        PageLanguage::English => "en",
        PageLanguage::Japanese => "ja",
    };
    Html(format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\"></head>\
         <body><main><h1>{title}</h1><p>{about}</p>{rest}</main></body></html>"
    ))
}
