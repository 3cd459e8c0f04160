use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    notice::{Notice, NoticeTone},
    sign_in_link::SignInLink,
};
use crate::{
    auth::use_auth,
    page_paths::use_page_paths,
    texts::{Texts, use_texts},
};

/// Says why a sign-in did not work. Reads `reason` from the URL; renders only fixed
/// texts, and the text with which the application has refused this browser's sign-in, so that no
/// link can put text on the page. The same with and without JavaScript.
#[component]
pub fn SignInProblem() -> impl IntoView {
    let query = use_query_map();
    let auth = use_auth();
    let table = use_texts();
    let reason = move || query.read().get("reason").unwrap_or_default();
    let texts = move || problem_texts(table, &reason());
    let detail = detail();
    let refusal = refusal();
    let about = move || match (&*reason(), &*refusal) {
        ("access-denied", text) if !text.is_empty() => text.to_owned(),
        _ => texts().1.to_owned(),
    };
    view! {
        <section class="logto logto-sign-in-problem">
            <h1>{move || texts().0}</h1>
            {move || (!auth.is_signed_in() || advises(&reason())).then(|| view! { <p>{about()}</p> })}
            {move || auth.is_signed_in().then(|| view! { <p>{table.problem.signed_in}</p> })}
            <p class="logto-sign-in-problem__ways">
                <SignInLink class="logto-button">{table.general.try_again}</SignInLink>
                <a class="logto-button logto-button--quiet" href=use_page_paths().home>{table.general.home_page}</a>
            </p>
            {detail.map(|detail| view! { <Detail detail/> })}
        </section>
    }
}

/// The text of the application that refused the sign-in; empty when there is none. It is handed
/// down with the first HTML.
fn refusal() -> String {
    SharedValue::new_str(initial_refusal).into_inner()
}

#[cfg(feature = "ssr")]
fn initial_refusal() -> String {
    let refusal = crate::server::refusal_text();
    refusal
        .map(|refusal| crate::server::for_page(refusal.0))
        .unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn initial_refusal() -> String {
    String::new()
}

/// What is shown to developers, never in production: the settings to check, then the error as the
/// log has it. It is handed down with the first HTML.
fn detail() -> Option<(String, String)> {
    let text = SharedValue::new_str(initial_detail).into_inner();
    let (setting, error) = text.split_once('\n')?;
    Some((setting.to_owned(), error.to_owned()))
}

#[cfg(feature = "ssr")]
fn initial_detail() -> String {
    let detail = crate::server::problem_detail();
    let text = detail.map(|detail| {
        let setting = detail.setting.unwrap_or_default();
        format!("{setting}\n{}", detail.error)
    });
    text.unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn initial_detail() -> String {
    String::new()
}

#[component]
fn Detail(detail: (String, String)) -> impl IntoView {
    let table = use_texts();
    let (setting, error) = detail;
    view! {
        <Notice tone=NoticeTone::Info title=table.problem.detail is_live=false>
            <p>
                <code>{error}</code>
            </p>
            {(!setting.is_empty())
                .then(|| {
                    view! {
                        <p>
                            {table.problem.setting} " " <code>{setting}</code>
                        </p>
                    }
                })}
        </Notice>
    }
}

/// Whether what a problem means is also of use to somebody who is signed in.
fn advises(reason: &str) -> bool {
    matches!(
        reason,
        "access-denied" | "clock" | "too-large" | "refused" | "unavailable"
    )
}

/// A title and what it means.
fn problem_texts(table: &Texts, reason: &str) -> (&'static str, &'static str) {
    let texts = &table.problem;
    match reason {
        "cancelled" => (texts.cancelled, texts.cancelled_about),
        "expired" => (texts.expired, texts.expired_about),
        "invalid" => (texts.invalid, texts.invalid_about),
        "unavailable" => (texts.unavailable, texts.unavailable_about),
        "refused" => (texts.refused, texts.refused_about),
        "loop" => (texts.repeated, texts.repeated_about),
        "clock" => (texts.clock, texts.clock_about),
        "too-large" => (texts.too_large, texts.too_large_about),
        "access-denied" => (texts.access_denied, texts.access_denied_about),
        _ => (texts.other, texts.other_about),
    }
}
