use leptos::prelude::*;
use leptos_i18n::Locale as _;

use crate::{
    language::{self, Language, t, use_language},
    paths,
};

/// The languages, each by its own name; the page comes again in the one that is pressed. A plain form: the same with and
/// without JavaScript.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let current = use_language();
    let choices = Language::get_all()
        .iter()
        .map(|language| {
            let name = language.as_str();
            let is_current = *language == current;
            view! {
                <li>
                    <button
                        type="submit"
                        name="language"
                        value=name
                        lang=name
                        aria-current=is_current.then_some("true")
                    >
                        {language::own_name(*language)}
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <form class="language-choice" method="post" action=paths::LANGUAGE aria-label=t!(frame.language)>
            <ul>{choices}</ul>
        </form>
    }
}
