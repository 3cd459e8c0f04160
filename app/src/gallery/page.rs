use axum::http::{Uri, request::Parts};
use leptos::{context::Provider, prelude::*};
use leptos_i18n::Locale as _;
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use leptos_router::{components::Router, location::RequestUrl};
use url::form_urlencoded;

use super::{
    components,
    example::{Component, Example},
};
use crate::language::{Language, named, own_name, provide_component_texts, use_language};

/// The path of the page.
pub const PATH: &str = "/components";
/// The path of its stylesheet.
pub const STYLESHEET_PATH: &str = "/components.css";
/// What it looks like besides the components: no style of the application's own pages.
pub const STYLESHEET: &str = include_str!("page.css");

/// The themes of the page. The first one is that of the system.
const THEMES: [(&str, &str); 3] = [("", "System"), ("light", "Light"), ("dark", "Dark")];

/// What the query chooses.
struct Choice {
    language: Language,
    theme: &'static str,
    /// The component that is shown alone.
    only: Option<String>,
}

impl Choice {
    /// Reads the query: `language`, `theme` and `only`.
    fn of_request() -> Self {
        let uri = use_context::<Parts>().map(|parts| parts.uri);
        let query = uri.as_ref().and_then(Uri::query).unwrap_or_default();
        let mut choice = Self {
            language: use_language(),
            theme: "",
            only: None,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "language" => choice.language = named(&value).unwrap_or(choice.language),
                "theme" => {
                    let mut themes = THEMES.iter().map(|(name, _)| *name);
                    choice.theme = themes.find(|theme| *theme == value).unwrap_or_default();
                }
                "only" => choice.only = Some(value.into_owned()),
                _ => {}
            }
        }
        choice
    }
}

/// The document. The browser loads no code for it.
#[must_use]
pub fn document(options: &LeptosOptions) -> impl IntoView + use<> {
    provide_meta_context();
    let Choice {
        language,
        theme,
        only,
    } = Choice::of_request();
    provide_context(language);
    provide_component_texts(language);
    let is_shown =
        move |component: &&Component| only.as_ref().is_none_or(|only| only == component.name);
    let shown = components().filter(is_shown).map(section).collect_view();
    let languages = Language::get_all()
        .iter()
        .map(|other| link(other.as_str(), theme, own_name(*other), *other == language));
    let themes = THEMES
        .iter()
        .map(|(name, label)| link(language.as_str(), name, label, *name == theme));
    view! {
        <!DOCTYPE html>
        <html lang=language.as_str() class=format!("components components--{theme}")>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>"Components · leptos-logto"</title>
                <HashedStylesheet id="leptos" options=options.clone()/>
                <link rel="stylesheet" href=STYLESHEET_PATH/>
                <MetaTags/>
            </head>
            <body>
                <main>
                    <h1>"Components"</h1>
                    <nav class="components__choice" aria-label="Language and theme">
                        {languages.collect_view()}
                        {themes.collect_view()}
                    </nav>
                    {shown}
                </main>
            </body>
        </html>
    }
}

/// A choice of language and theme.
fn link(
    language: &str,
    theme: &str,
    label: &'static str,
    is_current: bool,
) -> impl IntoView + use<> {
    let address = format!("{PATH}?language={language}&theme={theme}");
    view! {
        <a href=address aria-current=is_current.then_some("true")>
            {label}
        </a>
    }
}

fn section(component: &'static Component) -> impl IntoView {
    view! {
        <section class="components__component" id=component.name>
            <h2>
                <code>{component.name}</code>
            </h2>
            {component.examples.iter().map(example).collect_view()}
        </section>
    }
}

/// A state, in a router of its own and with the session of its own, and the snippet.
fn example(example: &'static Example) -> impl IntoView {
    let auth = (example.who)();
    view! {
        <article class="components__example">
            <h3>{example.about}</h3>
            <div class="components__shown" data-example=example.about>
                <Provider value=auth>
                    <Provider value=RequestUrl::new(example.at)>
                        <Router>{(example.view)()}</Router>
                    </Provider>
                </Provider>
            </div>
            <pre>
                <code>{example.snippet}</code>
            </pre>
        </article>
    }
}
