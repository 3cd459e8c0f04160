//! The languages. Every text is in `locales/`, one file for each language.

#![cfg_attr(
    not(test),
    allow(
        clippy::expect_used,
        reason = "the generated code parses the names of its languages"
    )
)]

use leptos::prelude::*;
use leptos_i18n::{Locale as _, td_string};
use leptos_logto::{Texts, provide_texts};
use leptos_logto_panels::{PanelTexts, provide_panel_texts};

include!(concat!(env!("OUT_DIR"), "/i18n.rs"));

/// A language that the application speaks.
pub use i18n::Locale as Language;

/// A text of the application in the language of the page: `t!(home.title)`, or `t!(home.hello, name = "Alice")`.
macro_rules! t {
    ($($path:tt)+) => {
        leptos_i18n::td_string!($crate::language::use_language(), $($path)+)
    };
}
pub(crate) use t;

/// The language, handed down from the first HTML: what the server chose is what the browser hydrates with.
pub(crate) fn provide_language() {
    let name = SharedValue::new_str(|| use_language().as_str().to_owned()).into_inner();
    let language = named(&name).unwrap_or_default();
    provide_context(language);
    provide_component_texts(language);
}

/// The language of the page.
pub(crate) fn use_language() -> Language {
    use_context().unwrap_or_default()
}

/// Sets the language of the components of `leptos-logto` and `leptos-logto-panels`.
pub fn provide_component_texts(language: Language) {
    let (texts, panel_texts) = component_texts(language);
    provide_texts(texts);
    provide_panel_texts(panel_texts);
}

/// The texts of the components of `leptos-logto` in a language.
#[must_use]
pub fn texts(language: Language) -> &'static Texts {
    &component_texts(language).0
}

include!(concat!(env!("OUT_DIR"), "/component_texts.rs"));

/// The name of the cookie that keeps the choice, without what `LogtoAuth::cookie_name` adds to it.
pub const COOKIE: &str = "logto-language";

/// The language for a request: what was chosen here, else the best of `Accept-Language`, else the first.
#[must_use]
pub fn negotiate(chosen: Option<&str>, accept: Option<&str>) -> Language {
    if let Some(language) = chosen.and_then(named) {
        return language;
    }
    let mut preferences: Vec<(&str, f32)> = accept
        .unwrap_or_default()
        .split(',')
        .filter_map(|preference| {
            let mut parts = preference.trim().split(';');
            let name = parts.next()?.trim();
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(Some(1.0), |quality| quality.parse().ok())?;
            (!name.is_empty() && name.len() < 36 && quality > 0.0).then_some((name, quality))
        })
        .take(16)
        .collect();
    preferences.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let names: Vec<&str> = preferences.into_iter().map(|(name, _)| name).collect();
    Language::find_locale(&names)
}

/// Title and text of the answer to somebody who sends too many requests.
#[must_use]
pub fn too_many_requests(language: Language) -> (&'static str, &'static str) {
    (
        td_string!(language, too_many_requests.title),
        td_string!(language, too_many_requests.text),
    )
}

/// What a language calls itself.
pub(crate) fn own_name(named: Language) -> &'static str {
    td_string!(named, language)
}

/// The language of that very name.
pub(crate) fn named(name: &str) -> Option<Language> {
    let all = Language::get_all().iter();
    all.copied().find(|language| language.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_counts_before_what_the_browser_says() {
        assert_eq!(negotiate(Some("ja"), Some("en")), Language::ja);
        assert_eq!(negotiate(Some("xx"), Some("ja")), Language::ja);
        assert_eq!(negotiate(None, None), Language::en);
    }

    #[test]
    fn the_best_that_the_browser_accepts_is_taken() {
        for (accept, language) in [
            ("ja", Language::ja),
            ("ja-JP,ja;q=0.9,en;q=0.8", Language::ja),
            ("en-GB,en;q=0.9,ja;q=0.8", Language::en),
            ("fr,ja;q=0.5", Language::ja),
            ("fr", Language::en),
            ("en;q=0.1, ja;q=0.7", Language::ja),
            ("ja;q=0", Language::en),
            ("*", Language::en),
            (",,;q=,\u{e9};q=x", Language::en),
        ] {
            assert_eq!(negotiate(None, Some(accept)), language, "{accept}");
        }
    }

    /// What an application without texts of its own shows is what this one shows in English.
    #[test]
    fn the_english_of_the_crates_is_that_of_the_application() {
        let of_the_crates = (Texts::ENGLISH, PanelTexts::ENGLISH);
        let of_the_application = component_texts(Language::en);
        assert_eq!(
            format!("{of_the_crates:#?}"),
            format!("{of_the_application:#?}")
        );
    }

    #[test]
    fn each_language_has_texts_of_its_own() {
        assert_eq!(texts(Language::en).general.sign_in, "Sign in");
        assert_eq!(texts(Language::ja).general.sign_in, "サインイン");
    }
}
