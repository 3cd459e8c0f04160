use leptos::{either::Either, prelude::*};

use super::sign_in_link::{SignInLink, use_here};
use crate::{auth::use_auth, error::AuthError};

/// What went wrong, and what to do about it. When it is that the session has ended, the rest of the page learns it too.
#[component]
pub fn Problem(
    /// What went wrong.
    error: AuthError,
) -> impl IntoView {
    if error == AuthError::SignedOut {
        let auth = use_auth();
        Effect::new(move |_| auth.session_ended());
        return Either::Left(view! { <SignInPrompt/> });
    }
    let here = use_here();
    Either::Right(view! {
        <div class="problem" role="alert">
            <p class="problem__text">
                <strong>"Not loaded. "</strong>
                {error.to_string()}
            </p>
            <a class="button button--quiet" href=here rel="external">
                "Try again"
            </a>
        </div>
    })
}

/// Asks a person whose session has ended to sign in, and brings them back to this page.
#[component]
pub fn SignInPrompt() -> impl IntoView {
    view! {
        <div class="problem" role="status">
            <p class="problem__text">"You are not signed in. Sign in, and this page comes back."</p>
            <SignInLink class="button">"Sign in"</SignInLink>
        </div>
    }
}
