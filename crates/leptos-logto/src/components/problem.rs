use leptos::{either::Either, prelude::*};
use logto_types::Access;

use super::{
    lost_access::LostAccess, sign_in_link::use_current_page, sign_in_prompt::SignInPrompt,
};
use crate::{auth::use_auth, error::AuthError, texts::use_texts};

/// What went wrong, and what to do about it. When it is that the session has ended, the rest of the
/// page learns it too.
#[component]
pub fn Problem(
    /// The error.
    error: AuthError,
    /// Whether it is what the page itself is about that could not be loaded. When the person has
    /// lost access to it, a guarded page then gives way to its refusal.
    #[prop(optional)]
    of_page: bool,
) -> impl IntoView {
    if error == AuthError::SignedOut {
        let auth = use_auth();
        Effect::new(move |_| auth.session_ended());
        return Either::Left(view! { <SignInPrompt/> });
    }
    let lost = match error {
        AuthError::NotFound => Some(Access::NotFound),
        AuthError::Forbidden => Some(Access::Forbidden),
        _ => None,
    };
    if let (true, Some(lost), Some(page)) = (of_page, lost, use_context::<LostAccess>()) {
        Effect::new(move |_| page.set(lost));
    }
    let here = use_current_page();
    let texts = use_texts();
    // After a form without JavaScript the server renders the page again, for the person who is
    // signed in now.
    let text = match error {
        AuthError::AnotherPerson if cfg!(feature = "ssr") => texts.errors.another_person_here,
        error => error.text(texts),
    };
    Either::Right(view! {
        <div class="logto logto-problem" role="alert">
            <p class="logto-problem__text">
                {(error != AuthError::AnotherPerson)
                    .then(|| view! { <strong>{texts.general.not_loaded}</strong> " " })}
                {text}
            </p>
            <a class="logto-button logto-button--quiet" href=here rel="external">
                {texts.general.try_again}
            </a>
        </div>
    })
}
