use leptos::prelude::*;

use super::{
    notice::{Notice, NoticeTone},
    sign_in_link::SignInLink,
};
use crate::texts::use_texts;

/// Asks a person whose session has ended to sign in, and brings them back to this page.
#[component]
pub fn SignInPrompt() -> impl IntoView {
    let texts = use_texts();
    let sign_in = view! { <SignInLink class="logto-button">{texts.general.sign_in}</SignInLink> };
    view! { <Notice tone=NoticeTone::Info title=texts.errors.signed_out action=Some(sign_in.into_any())/> }
}
