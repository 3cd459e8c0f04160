//! The pages of this crate's own, in English and Japanese, for when the application's cannot be rendered. Plain HTML, without styles or
//! scripts.

use axum::{
    http::{HeaderMap, header},
    response::Html,
};

use logto_types::paths;

use crate::{LogtoAuth, layer::all_cookies};

/// What a page says.
struct Texts {
    language: &'static str,
    title: &'static str,
    about: &'static str,
}

const STORE_UNAVAILABLE: Texts = Texts {
    language: "en",
    title: "This page cannot be shown right now",
    about: "The server cannot tell whether you are signed in. Nothing is lost. Reload the page in a moment.",
};
const STORE_UNAVAILABLE_JA: Texts = Texts {
    language: "ja",
    title: "現在このページを表示できません",
    about: "サインインの状態を確認できませんでした。データは失われていません。しばらくしてから、ページを再読み込みしてください。",
};
const SIGN_IN_UNAVAILABLE: Texts = Texts {
    language: "en",
    title: "Sign-in is not available right now",
    about: "The sign-in service is not answering. Try again in a moment.",
};
const SIGN_IN_UNAVAILABLE_JA: Texts = Texts {
    language: "ja",
    title: "いまはサインインできません",
    about: "サインインサービスが応答していません。しばらくしてからもう一度試してください。",
};

/// The languages of these pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageLanguage {
    English,
    Japanese,
}

impl PageLanguage {
    /// The language of a request: the one that was chosen in the application
    /// ([`Options::language_cookie`](crate::Options::language_cookie)), else the better one of `Accept-Language`.
    pub(crate) fn of(headers: &HeaderMap, app: &LogtoAuth) -> Self {
        let chosen = app.parts().language_cookie.as_deref().and_then(|name| {
            let cookie = all_cookies(headers).find(|cookie| cookie.name() == name)?;
            match cookie.value() {
                "en" => Some(Self::English),
                "ja" => Some(Self::Japanese),
                _ => None,
            }
        });
        let accepted = || {
            let accepted = headers.get(header::ACCEPT_LANGUAGE);
            let accepted = accepted.and_then(|value| value.to_str().ok());
            if prefers_japanese(accepted.unwrap_or_default()) {
                Self::Japanese
            } else {
                Self::English
            }
        };
        chosen.unwrap_or_else(accepted)
    }
}

/// The store does not say who is signed in.
pub(crate) fn store_unavailable(language: PageLanguage) -> Html<String> {
    let sign_in = paths::SIGN_IN;
    match language {
        PageLanguage::English => page(
            &STORE_UNAVAILABLE,
            &format!("If that does not help, <a href=\"{sign_in}\">sign in again</a>."),
        ),
        PageLanguage::Japanese => page(
            &STORE_UNAVAILABLE_JA,
            &format!(
                "それでも表示されない場合は、<a href=\"{sign_in}\">もう一度サインイン</a>してください。"
            ),
        ),
    }
}

/// Logto or the store does not answer in the middle of the flow. `return_to` is the page asked for, percent-encoded, or empty.
pub(crate) fn sign_in_unavailable(language: PageLanguage, return_to: &str) -> Html<String> {
    let sign_in = paths::SIGN_IN;
    // A percent-encoded text has no character that means something in HTML; anything else is left out.
    let is_encoded = |byte: u8| byte == b'%' || byte.is_ascii_alphanumeric();
    let query = if !return_to.is_empty() && return_to.bytes().all(is_encoded) {
        format!("?return_to={return_to}")
    } else {
        String::new()
    };
    let links = |again: &str, home: &str| {
        format!("<a href=\"{sign_in}{query}\">{again}</a> <a href=\"/\">{home}</a>")
    };
    match language {
        PageLanguage::English => page(
            &SIGN_IN_UNAVAILABLE,
            &links("Try again", "Go to the home page"),
        ),
        PageLanguage::Japanese => page(&SIGN_IN_UNAVAILABLE_JA, &links("もう一度試す", "ホームへ")),
    }
}

fn page(texts: &Texts, links: &str) -> Html<String> {
    let Texts {
        language,
        title,
        about,
    } = texts;
    Html(format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"></head>\
         <body><main><h1>{title}</h1><p>{about}</p><p>{links}</p></main></body></html>"
    ))
}

/// Whether `Accept-Language` has Japanese, and prefers it to English.
fn prefers_japanese(accepted: &str) -> bool {
    let quality = |language: &str| {
        let of_range = |range: &str| {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next()?.split('-').next()?;
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            let quality = quality.map_or(Ok(1.0), str::parse::<f32>).ok()?;
            name.eq_ignore_ascii_case(language).then_some(quality)
        };
        let qualities = accepted.split(',').filter_map(of_range);
        qualities.fold(0.0, f32::max)
    };
    let (japanese, english) = (quality("ja"), quality("en"));
    let is_first = accepted.trim_start().starts_with("ja");
    japanese > english || (is_first && japanese > 0.0 && japanese >= english)
}
