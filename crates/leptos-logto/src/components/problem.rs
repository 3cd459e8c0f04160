use leptos::{either::Either, prelude::*};
use logto_types::Access;

use super::{
    lost_access::LostAccess,
    notice::{Notice, NoticeTone},
    sign_in_link::use_current_page,
    sign_in_prompt::SignInPrompt,
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
    /// When it is something the person did that has failed: that it may not have been done. The
    /// focus moves to it then, so that it is seen wherever the button stands.
    #[prop(optional)]
    of_action: Option<&'static str>,
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
    let text = match (error, of_action) {
        (AuthError::AnotherPerson, _) if cfg!(feature = "ssr") => texts.errors.another_person_here,
        (AuthError::AnotherPerson, _) | (_, None) => error.text(texts),
        (_, Some(text)) => text,
    };
    let is_of_load = of_action.is_none() && error != AuthError::AnotherPerson;
    let way_on = match of_action {
        Some(_) => texts.general.reload,
        None => texts.general.try_again,
    };
    let action = view! {
        <a class="logto-button logto-button--quiet" href=here rel="external">
            {way_on}
        </a>
    };
    let title = if is_of_load {
        texts.general.not_loaded
    } else {
        text
    };
    Either::Right(view! {
        <Notice tone=NoticeTone::Error title action=Some(action.into_any()) takes_focus=of_action.is_some()>
            {is_of_load.then(|| view! { <p>{text}</p> })}
        </Notice>
    })
}
