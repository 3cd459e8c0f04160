use leptos::prelude::*;

use super::sign_in_link::SignInLink;
use crate::{
    auth::use_auth,
    texts::{fill, use_texts},
};

/// Says as whom somebody is signed in, and offers another account, which comes back to this page:
/// what is not there for one account may be there for another. Nothing for somebody who is not
/// signed in.
#[component]
pub fn AnotherAccount() -> impl IntoView {
    let auth = use_auth();
    let texts = &use_texts().guard;
    move || {
        auth.viewer().map(|viewer| {
            let name = viewer.display_name();
            view! {
                <p class="logto logto-another-account">
                    {fill(texts.signed_in_as, "name", &name)}
                    " "
                    <SignInLink again=true>{texts.another_account}</SignInLink>
                </p>
            }
        })
    }
}
