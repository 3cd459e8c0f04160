use leptos::{either::EitherOf3, prelude::*};

use super::{avatar::Avatar, claim_value::isolated};
use crate::{
    model::{ClaimValue, UserInfo, Viewer},
    words::{Words, use_words},
};

/// Somebody at a glance: picture, name, e-mail address and whether that is verified; or why there is no e-mail address.
#[component]
pub fn Person(
    /// Who.
    viewer: Viewer,
    /// What is known about them. Until it is, the e-mail address is left open.
    #[prop(optional)]
    info: Option<UserInfo>,
) -> impl IntoView {
    let words = use_words();
    let name = viewer.display_name();
    view! {
        <div class="person">
            <Avatar viewer/>
            <div class="person__words">
                <h2 class="person__name">{isolated(name)}</h2>
                <p class="person__email">{info.map(|info| email(words, &info))}</p>
            </div>
        </div>
    }
}

fn email(words: &'static Words, info: &UserInfo) -> impl IntoView + use<> {
    let texts = &words.person;
    match info.claim("email").map(|claim| &claim.value) {
        Some(ClaimValue::Text(address)) => {
            let verified = info.text("email_verified") == Some("true");
            let (class, mark, said) = if verified {
                ("chip chip--good", "✓", texts.verified)
            } else {
                ("chip chip--warning", "!", texts.not_verified)
            };
            EitherOf3::A(view! {
                {isolated(address.clone())}
                " "
                <span class=class>
                    <span aria-hidden="true">{mark}</span>
                    " "
                    {said}
                </span>
            })
        }
        Some(_) => EitherOf3::B(texts.no_email),
        None => {
            let reason = info.reason("email").map(|reason| reason.label(words));
            EitherOf3::C(view! {
                {texts.no_email}
                " "
                <span class="chip chip--absent">{reason}</span>
            })
        }
    }
}
