//! The language of a page.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::{cookies::header_cookies, logto_auth::LogtoAuth};

/// The languages of these pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageLanguage {
    English,
    Japanese,
}

/// The headers that the language of a request is read from, to be kept until it is known whether a
/// page is needed.
#[derive(Clone)]
pub(crate) struct LanguageHeaders {
    cookies: Option<HeaderValue>,
    accepted: Option<HeaderValue>,
}

impl LanguageHeaders {
    /// Those of a request, whose cookies are in one header by now (`limit_cookies` of the
    /// middleware).
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            cookies: headers.get(header::COOKIE).cloned(),
            accepted: headers.get(header::ACCEPT_LANGUAGE).cloned(),
        }
    }

    /// The language that was chosen in the application
    /// ([`AuthOptions::language_cookie`](crate::AuthOptions::language_cookie)), else the better one
    /// of `Accept-Language`.
    pub(crate) fn language(&self, app: &LogtoAuth) -> PageLanguage {
        let chosen = match self.chosen(app).as_deref() {
            Some("en") => Some(PageLanguage::English),
            Some("ja") => Some(PageLanguage::Japanese),
            _ => None,
        };
        chosen.unwrap_or_else(|| {
            let accepted = self.accepted.as_ref();
            let accepted = accepted.and_then(|value| value.to_str().ok());
            if accepted.is_some_and(prefers_japanese) {
                PageLanguage::Japanese
            } else {
                PageLanguage::English
            }
        })
    }

    /// The value of the cookie with the language.
    pub(crate) fn chosen(&self, app: &LogtoAuth) -> Option<String> {
        let name = app.parts().language_cookie.as_deref()?;
        let mut cookies = header_cookies(self.cookies.as_ref()?);
        let cookie = cookies.find(|cookie| cookie.name() == name)?;
        Some(cookie.value().to_owned())
    }

    /// `Accept-Language`.
    pub(crate) const fn accepted(&self) -> Option<&HeaderValue> {
        self.accepted.as_ref()
    }
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
