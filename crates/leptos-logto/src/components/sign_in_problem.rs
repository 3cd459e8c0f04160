use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::sign_in_link::SignInLink;
use crate::auth::use_auth;

/// Says why a sign-in did not work. Reads `reason` and `return_to` from the URL; draws only words of its own, so that no
/// link can put text on the page (CB-15).
#[component]
pub fn SignInProblem() -> impl IntoView {
    let query = use_query_map();
    let auth = use_auth();
    let words = move || words(query.read().get_str("reason").unwrap_or_default());
    let return_to = move || {
        query
            .read()
            .get("return_to")
            .filter(|target| target.starts_with('/'))
            .unwrap_or_else(|| "/".to_owned())
    };
    view! {
        <section class="sign-in-problem">
            <h1>{move || words().0}</h1>
            <p>
                {move || {
                    if auth.is_signed_in() { "You are signed in, and nothing was changed." } else { words().1 }
                }}
            </p>
            <p class="sign-in-problem__ways">
                {move || view! { <SignInLink class="button" return_to=return_to()>"Try again"</SignInLink> }}
                <a class="button button--quiet" href="/">"Go to the home page"</a>
            </p>
        </section>
    }
}

fn words(reason: &str) -> (&'static str, &'static str) {
    match reason {
        "cancelled" => (
            "Sign-in cancelled",
            "You are not signed in, and nothing was changed.",
        ),
        "expired" => (
            "This sign-in is no longer open",
            "It took longer than ten minutes, was used already, or was started in another browser.",
        ),
        "invalid" => (
            "This sign-in did not check out",
            "What came back does not belong to the sign-in that was started here, so it was refused. Start again from this page.",
        ),
        "unavailable" => (
            "Sign-in is not available right now",
            "The sign-in service is not answering. Try again in a moment.",
        ),
        "refused" => (
            "Sign-in was refused",
            "The sign-in service refused the request. If it keeps happening, tell whoever runs this application.",
        ),
        _ => (
            "Sign-in did not work",
            "You are not signed in. Start again from this page.",
        ),
    }
}
