//! The pages of this crate's own, in English and Japanese, for an application without a problem page and for when the application's
//! pages cannot be rendered. Plain HTML, without styles or scripts; light or dark as the browser is.

mod problem;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Html,
};
use logto_types::paths;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower_sessions::cookie::Cookie;

pub(crate) use self::problem::problem_page;
use crate::logto_auth::LogtoAuth;

/// What a page says.
struct Texts {
    language: PageLanguage,
    title: &'static str,
    about: &'static str,
}

const STORE_UNAVAILABLE: Texts = Texts {
    language: PageLanguage::English,
    title: "This page cannot be shown right now",
    about: "The server cannot tell whether you are signed in. Nothing is lost. Reload the page in a moment.",
};
const STORE_UNAVAILABLE_JA: Texts = Texts {
    language: PageLanguage::Japanese,
    title: "現在このページを表示できません",
    about: "サインインの状態を確認できませんでした。データは失われていません。しばらくしてから、ページを再読み込みしてください。",
};
const SIGN_IN_UNAVAILABLE: Texts = Texts {
    language: PageLanguage::English,
    title: "Sign-in is not available right now",
    about: "The sign-in service is not answering. Try again in a moment.",
};
const SIGN_IN_UNAVAILABLE_JA: Texts = Texts {
    language: PageLanguage::Japanese,
    title: "いまはサインインできません",
    about: "サインインサービスが応答していません。しばらくしてからもう一度試してください。",
};

/// The languages of these pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageLanguage {
    English,
    Japanese,
}

/// The headers that the language of a request is read from, to be kept until it is known whether a page is needed.
pub(crate) struct LanguageHeaders {
    cookies: Option<HeaderValue>,
    accepted: Option<HeaderValue>,
}

impl LanguageHeaders {
    /// Those of a request, whose cookies are in one header by now ([`limit_cookies`](crate::request_cookies::limit_cookies)).
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            cookies: headers.get(header::COOKIE).cloned(),
            accepted: headers.get(header::ACCEPT_LANGUAGE).cloned(),
        }
    }

    /// The language that was chosen in the application ([`Options::language_cookie`](crate::Options::language_cookie)), else the
    /// better one of `Accept-Language`.
    pub(crate) fn language(&self, app: &LogtoAuth) -> PageLanguage {
        fn text(value: Option<&HeaderValue>) -> &str {
            value
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        }
        let chosen = app.parts().language_cookie.as_deref().and_then(|name| {
            let cookies = Cookie::split_parse(text(self.cookies.as_ref()));
            let cookie = cookies.flatten().find(|cookie| cookie.name() == name)?;
            match cookie.value() {
                "en" => Some(PageLanguage::English),
                "ja" => Some(PageLanguage::Japanese),
                _ => None,
            }
        });
        chosen.unwrap_or_else(|| {
            if prefers_japanese(text(self.accepted.as_ref())) {
                PageLanguage::Japanese
            } else {
                PageLanguage::English
            }
        })
    }
}

/// The store does not say who is signed in. `here` is the path and query to open again. A new sign-in helps where this process cannot
/// read the session, because a key is missing.
pub(crate) fn store_unavailable(language: PageLanguage, here: Option<&str>) -> Html<String> {
    let (texts, reload, home, again) = match language {
        PageLanguage::English => (
            &STORE_UNAVAILABLE,
            "Reload",
            "Go to the home page",
            ("If that does not help, ", "sign in again", "."),
        ),
        PageLanguage::Japanese => (
            &STORE_UNAVAILABLE_JA,
            "再読み込み",
            "ホームへ",
            (
                "それでも表示されない場合は、",
                "もう一度サインイン",
                "してください。",
            ),
        ),
    };
    let reload = here.map(|here| {
        let here = escape(here).replace('"', "&quot;");
        format!("<a href=\"{here}\">{reload}</a> ")
    });
    let reload = reload.unwrap_or_default();
    let (before, link, after) = again;
    let sign_in = paths::SIGN_IN;
    document(
        texts,
        &format!(
            "<p>{reload}<a href=\"/\">{home}</a></p><p>{before}<a href=\"{sign_in}\">{link}</a>{after}</p>"
        ),
    )
}

/// Logto or the store does not answer in the middle of the flow. `return_to` is the page asked for.
pub(crate) fn sign_in_unavailable(language: PageLanguage, return_to: &str) -> Html<String> {
    let (texts, again, home) = match language {
        PageLanguage::English => (&SIGN_IN_UNAVAILABLE, "Try again", "Go to the home page"),
        PageLanguage::Japanese => (&SIGN_IN_UNAVAILABLE_JA, "もう一度試す", "ホームへ"),
    };
    document(
        texts,
        &format!("<p>{}</p>", again_link(return_to, again, home)),
    )
}

/// The way to the sign-in for a page, and the way home.
fn again_link(return_to: &str, again: &str, home: &str) -> String {
    let sign_in = paths::SIGN_IN;
    let query = match return_to {
        "/" => String::new(),
        page => format!("?return_to={}", utf8_percent_encode(page, NON_ALPHANUMERIC)),
    };
    format!("<a href=\"{sign_in}{query}\">{again}</a> <a href=\"/\">{home}</a>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A whole page. `rest` is HTML.
fn document(texts: &Texts, rest: &str) -> Html<String> {
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
