use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::sign_in_link::SignInLink;
use crate::{
    auth::use_auth,
    words::{Words, use_words},
};

/// Says why a sign-in did not work. Reads `reason` and `return_to` from the URL; draws only words of its own, so that no
/// link can put text on the page (CB-15).
#[component]
pub fn SignInProblem() -> impl IntoView {
    let query = use_query_map();
    let auth = use_auth();
    let words = use_words();
    let told = move || told(words, query.read().get_str("reason").unwrap_or_default());
    let return_to = move || {
        query
            .read()
            .get("return_to")
            .filter(|target| target.starts_with('/'))
            .unwrap_or_else(|| "/".to_owned())
    };
    view! {
        <section class="sign-in-problem">
            <h1>{move || told().0}</h1>
            <p>
                {move || { if auth.is_signed_in() { words.problem.signed_in } else { told().1 } }}
            </p>
            <p class="sign-in-problem__ways">
                {move || {
                    view! { <SignInLink class="button" return_to=return_to()>{words.general.try_again}</SignInLink> }
                }}
                <a class="button button--quiet" href="/">{words.general.home_page}</a>
            </p>
        </section>
    }
}

/// A title and what it means.
fn told(words: &Words, reason: &str) -> (&'static str, &'static str) {
    let texts = &words.problem;
    match reason {
        "cancelled" => (texts.cancelled, texts.cancelled_about),
        "expired" => (texts.expired, texts.expired_about),
        "invalid" => (texts.invalid, texts.invalid_about),
        "unavailable" => (texts.unavailable, texts.unavailable_about),
        "refused" => (texts.refused, texts.refused_about),
        _ => (texts.other, texts.other_about),
    }
}
