use leptos::prelude::*;
use leptos_logto::TokenRefusal;
use leptos_router::location::Url;

use super::call_line::CallLine;
use crate::{
    language::t,
    orders::{Told, Trouble},
    paths,
    site::Site,
};

/// Why there are no orders to see, and what to do.
#[component]
pub fn OrderTrouble(
    /// What the address says.
    told: Told,
    /// What went wrong.
    trouble: Trouble,
) -> impl IntoView {
    let is_about_the_token = matches!(trouble, Trouble::NoToken(_) | Trouble::Refused { .. });
    let (call, words) = match trouble {
        Trouble::NotConfigured => (None, t!(orders.not_configured).to_owned()),
        Trouble::NoToken(TokenRefusal::NotMember) => (None, t!(orders.not_member).to_owned()),
        Trouble::NoToken(_) => (None, t!(orders.no_token).to_owned()),
        Trouble::Refused { call, missing } => {
            let words = refused(&missing, told.organization.is_some());
            (Some(call), words)
        }
        Trouble::TooMany(call) => (Some(call), t!(orders.too_many).to_owned()),
        Trouble::Failed(call) => (call, t!(orders.failed).to_owned()),
        Trouble::Invalid(_) => (None, t!(orders.failed).to_owned()),
    };
    view! {
        {call.map(|call| view! { <CallLine call/> })}
        <p class="orders__trouble">{words}</p>
        {is_about_the_token.then(|| token_link(&told))}
    }
}

/// What is missing, and who can give it.
pub(super) fn refused(missing: &[String], in_organization: bool) -> String {
    if missing.is_empty() {
        return t!(orders.not_accepted).to_owned();
    }
    let missing = missing.join(", ");
    if in_organization {
        t!(orders.needs_in_organization, permissions = missing).to_string()
    } else {
        t!(orders.needs, permissions = missing).to_string()
    }
}

/// The way to what the token says.
pub(super) fn token_link(told: &Told) -> impl IntoView + use<> {
    Site::orders_api().map(|resource| {
        let address = token_address(&resource, told.organization.as_deref());
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
