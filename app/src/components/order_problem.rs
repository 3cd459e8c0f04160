use leptos::prelude::*;
use leptos_logto::{
    Notice, NoticeTone, ScopesLink, SignInLink, TokenRefusal, texts::fill, use_auth,
};
use leptos_router::location::Url;

use super::call_line::CallLine;
use crate::{
    language::t,
    orders::{Call, OrderError},
    paths,
    site::Site,
};

/// Why there are no orders to see, and what to do.
#[component]
pub fn OrderProblem(
    /// The id of the organization that the page is about.
    organization: Option<String>,
    /// What went wrong.
    error: OrderError,
) -> impl IntoView {
    let (call, text, token) = describe_error(error, organization.as_deref());
    view! {
        {call.map(|call| view! { <CallLine call/> })}
        <Notice tone=NoticeTone::Warning title=text action=token/>
    }
}

/// The call that failed, a text about the error, and a link to where more is shown or something can be done.
pub(super) fn describe_error(
    error: OrderError,
    organization: Option<&str>,
) -> (Option<Call>, String, Option<AnyView>) {
    let (call, text) = match error {
        OrderError::NoToken(refusal) => {
            let (text, way) = no_token(refusal, organization);
            return (None, text, way);
        }
        OrderError::Refused { call, missing } => {
            let (text, way) = refused(&missing, organization);
            return (Some(call), text, way);
        }
        OrderError::NotConfigured => (None, t!(orders.not_configured)),
        OrderError::Invalid(_) => (None, t!(orders.invalid)),
        OrderError::TooMany(call) => (Some(call), t!(orders.too_many)),
        OrderError::Failed(call) => (call, t!(orders.failed)),
    };
    (call, text.to_owned(), None)
}

/// Why there is no token, and what to do.
fn no_token(refusal: TokenRefusal, organization: Option<&str>) -> (String, Option<AnyView>) {
    let sign_in = || view! { <p><SignInLink>{t!(logto.general.sign_in)}</SignInLink></p> };
    let (text, way) = match refusal {
        TokenRefusal::NotMember => (t!(orders.not_member), token_link(organization)),
        TokenRefusal::NotAskedFor => (t!(panels.tokens.not_asked_for), Some(sign_in().into_any())),
        TokenRefusal::NoOrganizations => (
            t!(panels.tokens.no_organizations),
            Some(sign_in().into_any()),
        ),
        TokenRefusal::BeyondGrant(_) => (t!(panels.tokens.beyond_grant), token_link(organization)),
        TokenRefusal::SwitchedOff(names) => {
            let text = format!("{} {}", t!(panels.tokens.switched_off), names.join(", "));
            let way = names
                .into_iter()
                .next()
                .map(|scope| view! { <p><ScopesLink scope/></p> }.into_any());
            return (text, way);
        }
        TokenRefusal::Unavailable => {
            let address = match organization {
                None => paths::ORDERS.to_owned(),
                Some(id) => format!("{}?organization={}", paths::ORDERS, Url::escape(id)),
            };
            let again = view! {
                <p>
                    <a class="button button--quiet" href=address rel="external">
                        {t!(logto.general.try_again)}
                    </a>
                </p>
            };
            (t!(panels.tokens.unavailable), Some(again.into_any()))
        }
    };
    (text.to_owned(), way)
}

/// What is missing, who can give it, and the way on: to the switch of what the person has switched off, else to what the
/// token says.
pub(super) fn refused(missing: &[String], organization: Option<&str>) -> (String, Option<AnyView>) {
    if missing.is_empty() {
        return (t!(orders.not_accepted).to_owned(), token_link(organization));
    }
    let auth = use_auth();
    let mut off = missing.iter();
    if let Some(off) = off.find(|permission| untrack(|| auth.has_switched_off(permission))) {
        let label = fill(t!(logto.general.label), "name", off);
        let text = format!("{label}{}", t!(logto.guard.switched_off));
        let way = view! {
            <p>
                <ScopesLink scope=off.as_str()/>
            </p>
        };
        return (text, Some(way.into_any()));
    }
    let missing = missing.join(", ");
    let text = if organization.is_some() {
        t!(orders.needs_in_organization, permissions = missing).to_string()
    } else {
        t!(orders.needs, permissions = missing).to_string()
    };
    (text, token_link(organization))
}

/// The way to what the token says.
fn token_link(organization: Option<&str>) -> Option<AnyView> {
    Site::orders_api().map(|resource| {
        let address = token_address(&resource, organization);
        view! {
            <p>
                <a href=address>{t!(orders.see_token)}</a>
            </p>
        }
        .into_any()
    })
}

fn token_address(resource: &str, organization: Option<&str>) -> String {
    let address = format!("{}?resource={}", paths::APIS, Url::escape(resource));
    match organization {
        None => address,
        Some(organization) => format!("{address}&organization={}", Url::escape(organization)),
    }
}
