use leptos::prelude::*;
use leptos_i18n::Locale as _;
use leptos_router::hooks::use_location;

use crate::{
    language::{self, Language, t, use_language},
    paths,
};

/// The languages, each by its own name; the page comes again in the one that is pressed. A plain form: the same with and
/// without JavaScript.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let current = use_language();
    let location = use_location();
    let here = move || {
        let search = location.search.get();
        let mark = if search.is_empty() { "" } else { "?" };
        format!("{}{mark}{search}", location.pathname.get())
    };
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
            <input type="hidden" name="return_to" value=here/>
            <ul>{choices}</ul>
        </form>
    }
}
