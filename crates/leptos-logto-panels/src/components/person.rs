use leptos::{either::EitherOf3, prelude::*};

use leptos_logto::{Avatar, Viewer};

use super::claim_value::isolated;
use crate::{
    model::{ClaimValue, UserInfo},
    panel_texts::{PanelTexts, use_panel_texts},
};

/// Somebody at a glance: picture, name, e-mail address and whether that is verified; or why there
/// is no e-mail address.
#[component]
pub fn Person(
    /// The person.
    viewer: Viewer,
    /// What is known about them. Until it is, the e-mail address is left open.
    #[prop(optional)]
    info: Option<UserInfo>,
) -> impl IntoView {
    let table = use_panel_texts();
    let name = viewer.display_name();
    view! {
        <div class="logto logto-person">
            <Avatar viewer/>
            <div class="logto-person__words">
                <h2 class="logto-person__name">{isolated(name)}</h2>
                <p class="logto-person__email">{info.map(|info| email(table, &info))}</p>
            </div>
        </div>
    }
}

fn email(table: &'static PanelTexts, info: &UserInfo) -> impl IntoView + use<> {
    let texts = &table.person;
    match info.claim("email").map(|claim| &claim.value) {
        Some(ClaimValue::Text(address)) => {
            let verified = info.text("email_verified") == Some("true");
            let (class, mark, said) = if verified {
                ("logto-chip logto-chip--good", "✓", texts.verified)
            } else {
                ("logto-chip logto-chip--warning", "!", texts.not_verified)
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
            let reason = info.reason("email").map(|reason| reason.label(table));
            EitherOf3::C(view! {
                {texts.no_email}
                " "
                <span class="logto-chip logto-chip--absent">{reason}</span>
            })
        }
    }
}
