use leptos::prelude::*;

use super::sign_in_link::SignInLink;
use crate::texts::use_texts;

/// Asks a person whose session has ended to sign in, and brings them back to this page.
#[component]
pub fn SignInPrompt() -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="logto logto-problem" role="status">
            <p class="logto-problem__text">{texts.errors.signed_out}</p>
            <SignInLink class="logto-button">{texts.general.sign_in}</SignInLink>
        </div>
    }
}
