use leptos::prelude::*;
use leptos_logto::{TokenRefusal, use_auth};
use leptos_router::location::Url;

use super::call_line::CallLine;
use crate::{
    language::t,
    orders::{Call, Trouble},
    paths,
    site::Site,
};

/// Why there are no orders to see, and what to do.
#[component]
pub fn OrderTrouble(
    /// The id of the organization that the page is about.
    organization: Option<String>,
    /// What went wrong.
    trouble: Trouble,
) -> impl IntoView {
    let (call, words, token) = explained(trouble, organization.as_deref());
    view! {
        {call.map(|call| view! { <CallLine call/> })}
        <p class="orders__trouble">{words}</p>
        {token}
    }
}

/// The call that it came of, what went wrong, and the way to what the token says if it is about that.
pub(super) fn explained(
    trouble: Trouble,
    organization: Option<&str>,
) -> (Option<Call>, String, Option<impl IntoView + use<>>) {
    let is_about_the_token = matches!(trouble, Trouble::NoToken(_) | Trouble::Refused { .. });
    let (call, words) = match trouble {
        Trouble::NotConfigured => (None, t!(orders.not_configured).to_owned()),
        Trouble::NoToken(TokenRefusal::NotMember) => (None, t!(orders.not_member).to_owned()),
        Trouble::NoToken(_) => (None, t!(orders.no_token).to_owned()),
        Trouble::Refused { call, missing } => {
            let words = refused(&missing, organization.is_some());
            (Some(call), words)
        }
        Trouble::Invalid(_) => (None, t!(orders.invalid).to_owned()),
        Trouble::TooMany(call) => (Some(call), t!(orders.too_many).to_owned()),
        Trouble::Failed(call) => (call, t!(orders.failed).to_owned()),
    };
    let token = is_about_the_token.then(|| token_link(organization));
    (call, words, token)
}

/// What is missing, and who can give it.
pub(super) fn refused(missing: &[String], in_organization: bool) -> String {
    if missing.is_empty() {
        return t!(orders.not_accepted).to_owned();
    }
    let auth = use_auth();
    let mut off = missing.iter();
    if let Some(off) = off.find(|permission| untrack(|| auth.has_switched_off(permission))) {
        return format!("{off}: {}", t!(logto.guard.switched_off));
    }
    let missing = missing.join(", ");
    if in_organization {
        t!(orders.needs_in_organization, permissions = missing).to_string()
    } else {
        t!(orders.needs, permissions = missing).to_string()
    }
}

/// The way to what the token says.
pub(super) fn token_link(organization: Option<&str>) -> impl IntoView + use<> {
    Site::orders_api().map(|resource| {
        let address = token_address(&resource, organization);
        view! {
            <p>
                <a href=address>{t!(orders.see_token)}</a>
            </p>
        }
    })
}

fn token_address(resource: &str, organization: Option<&str>) -> String {
    let address = format!("{}?resource={}", paths::APIS, Url::escape(resource));
    match organization {
        None => address,
        Some(organization) => format!("{address}&organization={}", Url::escape(organization)),
    }
}
