use std::sync::Arc;

use leptos::{either::Either, prelude::*};

use leptos_logto::{Avatar, Viewer, use_texts};

use crate::{
    model::{ClaimValue, Reason, UserInfo},
    panel_texts::{PanelTexts, use_panel_texts},
};

/// The claims that are shown, beside those of the session.
pub(super) const SHOWN_CLAIMS: [&str; 5] = [
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "organizations",
];

/// Somebody at a glance: picture, name, e-mail address and phone number and whether they are
/// verified, and organizations; or why there is no e-mail address.
#[component]
pub fn Person(
    /// The person.
    viewer: Viewer,
    /// What is known about them. Until it is, the rest is left open.
    #[prop(optional, into)]
    info: Option<Arc<UserInfo>>,
) -> impl IntoView {
    let table = use_panel_texts();
    let name = viewer.display_name();
    let facts = info.map(|info| {
        view! {
            <li>
                {match verified(table, &info, "email", "email_verified") {
                    Some(email) => Either::Left(email),
                    None => Either::Right(no_email(table, &info)),
                }}
            </li>
            {verified(table, &info, "phone_number", "phone_number_verified").map(|phone| view! { <li>{phone}</li> })}
            {organizations(table, &info).map(|names| view! { <li>{names}</li> })}
        }
    });
    view! {
        <div class="logto logto-panel logto-person">
            <Avatar viewer/>
            <div class="logto-person__words">
                <h2 class="logto-person__name"><bdi>{name}</bdi></h2>
                <ul class="logto-person__facts">{facts}</ul>
            </div>
        </div>
    }
}

/// The value of a claim, and whether another one says that it is verified.
fn verified(
    table: &'static PanelTexts,
    info: &UserInfo,
    name: &str,
    verified: &str,
) -> Option<impl IntoView + use<>> {
    let texts = &table.person;
    let Some(ClaimValue::Text(value)) = info.claim(name).map(|claim| &claim.value) else {
        return None;
    };
    // A tick is enough where all is well.
    let (class, mark, hidden, said) = if info.text(verified) == Some("true") {
        let hidden = Some("logto-visually-hidden");
        ("logto-person__verified", "✓", hidden, texts.verified)
    } else {
        let chip = "logto-chip logto-chip--warning";
        (chip, "!", None, texts.not_verified)
    };
    Some(view! {
        <bdi>{value.clone()}</bdi>
        " "
        <span class=class>
            <span aria-hidden="true">{mark}</span>
            " "
            <span class=hidden>{said}</span>
        </span>
    })
}

fn no_email(table: &'static PanelTexts, info: &UserInfo) -> impl IntoView + use<> {
    // Only an account without one has none: else it was not asked for, or nobody answered.
    match info.reason("email") {
        None | Some(Reason::NotSet) => Either::Left(table.person.no_email),
        Some(reason) => Either::Right(view! {
            {use_texts().label(table.claims.email)}
            <span class="logto-chip logto-chip--absent">{reason.label(table)}</span>
        }),
    }
}

/// The names of the organizations; where they are not known, how many there are.
fn organizations(table: &PanelTexts, info: &UserInfo) -> Option<String> {
    let all = match &info.claim("organizations")?.value {
        ClaimValue::List(all) => all,
        ClaimValue::Folded { text, .. } => return Some(text.clone()),
        _ => return None,
    };
    let names = all.iter().filter_map(|organization| match organization {
        ClaimValue::Described { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let names: Vec<_> = names.collect();
    let said = if names.len() == all.len() {
        names.join(" · ")
    } else {
        all.len().to_string()
    };
    Some(format!(
        "{}{said}",
        use_texts().label(table.claims.organizations)
    ))
}
