//! One access token, in a row, with its claims and the request for another one below it.

mod claims;
mod options;

use leptos::{either::Either, form::ActionForm, prelude::*};
use leptos_logto::{
    Menu, Notice, NoticeTone, Organization, ScopesLink, SignInLink, TokenRefusal, ViewerField,
    submit_once, texts::fill, use_texts,
};
use leptos_router::hooks::use_location;
use logto_types::segment;

use self::{claims::claims, options::options};
use super::countdown::Countdown;
use crate::{
    api::RefreshAccessToken,
    model::{AccessTokenCard, AccessTokenClaims, Api},
    panel_texts::{TokenTexts, use_panel_texts},
};

/// What the application has to an API.
#[derive(Clone, Debug)]
pub struct ApiPage {
    /// The indicator of the API.
    pub indicator: String,
    /// What people call it.
    pub name: &'static str,
    /// The address of a page that calls it with the person's access token. In an organization,
    /// `?organization=<id>` is appended.
    pub address: String,
    /// The text of the link.
    pub label: &'static str,
    /// What is shown below its token, such as a call and its answer; it gets the id of the
    /// organization that the token is for.
    pub call: Option<fn(Option<String>) -> AnyView>,
}

/// A row for one API: its name, the permissions in its token, the time left, and a menu; the claims
/// and the form that asks for another token are folded. A token without permissions is shown as
/// such, with who can grant them; a refusal with its reason.
///
/// The form is a GET of the page it is on, with `resource`, `organization` and any number of
/// `scope`; the button for a new token is a POST. Without JavaScript both load a page, and the
/// countdown stands still.
#[component]
pub fn AccessTokenPanel(
    /// The API and its token.
    card: AccessTokenCard,
    /// The organizations to choose from.
    organizations: Vec<Organization>,
    /// The action that requests a fresh token.
    refresh: ServerAction<RefreshAccessToken>,
    /// What the application has to this API.
    #[prop(optional_no_strip)]
    page: Option<ApiPage>,
) -> impl IntoView {
    let texts = &use_panel_texts().tokens;
    let title = title(texts, &card, &organizations, page.as_ref());
    let audience = identifier(&card);
    let chosen = card.chosen;
    let indicator = card.api.indicator().to_owned();
    // Logto's own token has so many scopes that they are folded.
    let is_long = card.api == Api::Logto && card.organization.is_none();
    let (token, above, inside) = match card.outcome.clone() {
        Ok(token) => {
            let scopes = is_long.then(|| permissions(texts, &card, &token));
            let row = row(
                texts,
                &card,
                &title,
                &token,
                is_long,
                refresh,
                page.as_ref(),
            );
            let call = page.and_then(|page| page.call);
            let call = call.map(|call| call(card.organization.clone()));
            let inside = view! {
                {scopes}
                {claims(texts, token)}
            };
            (Some(row), Either::Left(call), Some(inside))
        }
        Err(refusal) => {
            let refusal = refused(texts, &card.api, refusal);
            (None, Either::Right(refusal), None)
        }
    };
    let about = about(texts, &card);
    view! {
        <section class="logto logto-access-token" data-api=indicator>
            <div class="logto-access-token__row">
                <div class="logto-access-token__names">
                    <h2
                        class="logto-access-token__title"
                        tabindex=chosen.then_some("-1")
                        autofocus=chosen
                    >
                        {title}
                    </h2>
                    {audience.map(|audience| view! { <code class="logto-access-token__audience">{audience}</code> })}
                </div>
                {token}
            </div>
            {above}
            <details class="logto-access-token__details" open=chosen>
                <summary>{texts.details}</summary>
                <p class="logto-access-token__about">{about}</p>
                {inside}
                {options(texts, card, organizations)}
            </details>
        </section>
    }
}

fn title(
    texts: &TokenTexts,
    card: &AccessTokenCard,
    organizations: &[Organization],
    page: Option<&ApiPage>,
) -> String {
    match (&card.api, &card.organization) {
        (Api::Logto, Some(id)) => Organization::name_in(organizations, id)
            .unwrap_or(texts.logto)
            .to_owned(),
        (Api::Logto, None) => texts.logto.to_owned(),
        (Api::Resource(_), _) => match page {
            Some(page) => page.name.to_owned(),
            None => card.api.host().to_owned(),
        },
    }
}

/// How Logto names what the token is for; Logto itself has no such name.
fn identifier(card: &AccessTokenCard) -> Option<String> {
    match (&card.api, &card.outcome) {
        (Api::Resource(indicator), _) => Some(indicator.clone()),
        (Api::Logto, Ok(token)) => token.audience.clone(),
        (Api::Logto, Err(_)) => None,
    }
}

fn about(texts: &TokenTexts, card: &AccessTokenCard) -> &'static str {
    match (&card.api, &card.organization) {
        (Api::Logto, Some(_)) => texts.organization_about,
        (Api::Logto, None) => texts.logto_about,
        (Api::Resource(_), _) => texts.resource_about,
    }
}

/// The permissions of a token, its time, and what can be done with it.
fn row(
    texts: &'static TokenTexts,
    card: &AccessTokenCard,
    title: &str,
    token: &AccessTokenClaims,
    is_long: bool,
    refresh: ServerAction<RefreshAccessToken>,
    page: Option<&ApiPage>,
) -> impl IntoView + use<> {
    let opens = !token.granted.is_empty();
    let is_new = !token.kept;
    let said = RwSignal::new("");
    let indicator = card.api.indicator().to_owned();
    Effect::new(move |_| {
        let is_its_own = refresh.value().with_untracked(
            |renewed| matches!(renewed, Some(Ok(renewed)) if *renewed == indicator),
        );
        if is_new && is_its_own {
            said.set(texts.renewed);
        }
    });
    let link = page.map(|ApiPage { address, label, .. }| {
        let address = match &card.organization {
            Some(organization) => format!("{address}?organization={}", segment(organization)),
            None => address.clone(),
        };
        view! {
            <a class="logto-menu__item" href=address>
                {*label}
            </a>
        }
    });
    let fresh = fresh(texts, card, refresh);
    let chips = (!is_long).then(|| permissions(texts, card, token));
    let menu = fill(texts.actions, "name", title);
    view! {
        <div class="logto-access-token__permissions">
            {(!opens).then(|| view! { <strong class="logto-chip logto-chip--warning">{texts.no_permission}</strong> })}
            {chips}
        </div>
        <div class="logto-access-token__time">
            <Countdown name=title left=token.left lifetime=token.lifetime/>
            {is_new.then(|| view! { <span class="logto-access-token__new">{texts.fetched}</span> })}
            <span class="logto-visually-hidden" role="status">
                {move || said.get()}
            </span>
        </div>
        <Menu class="logto-access-token__menu" label=menu summary="⋯".into_any()>
            {fresh}
            {link}
        </Menu>
        {(!opens).then(|| without(texts, card))}
        {card
            .switched_off
            .first()
            .map(|scope| view! { <p class="logto-access-token__off"><ScopesLink scope=scope.as_str()/></p> })}
    }
}

/// A chip for each permission that the token was asked for with, and for each that is off.
fn permissions(
    texts: &'static TokenTexts,
    card: &AccessTokenCard,
    token: &AccessTokenClaims,
) -> impl IntoView + use<> {
    let label = use_texts();
    let chip = |name: &String, class: &'static str, mark: &'static str, state: &'static str| {
        let is_good = (mark == "✓").then_some("logto-access-token__tick");
        view! {
            <li class=class>
                <span class=is_good aria-hidden="true">{mark}</span>
                " "
                <span class="logto-visually-hidden">{label.label(state)}</span>
                {name.clone()}
            </li>
        }
    };
    let (good, absent) = ("logto-chip", "logto-chip logto-chip--absent");
    let granted = token.granted.iter();
    let granted = granted.map(|name| chip(name, good, "✓", texts.granted));
    let withheld = token.withheld.iter();
    let withheld = withheld.map(|name| chip(name, absent, "–", texts.withheld));
    let off = card.switched_off.iter();
    let switched_off = use_panel_texts().user_info.switched_off;
    let off = off.map(|name| chip(name, absent, "–", switched_off));
    let all = granted.chain(withheld).chain(off).collect_view();
    view! {
        <ul class="logto-access-token__chips" aria-label=texts.permissions>
            {all}
        </ul>
    }
}

/// There is a token without any permission, which is not shown as a success.
fn without(texts: &TokenTexts, card: &AccessTokenCard) -> impl IntoView + use<> {
    let why = if card.permissions.is_empty() {
        texts.nothing_asked
    } else if !card.narrowed.is_empty() {
        texts.nothing_ticked
    } else if card.organization.is_some() {
        texts.nothing_in_organization
    } else {
        texts.nothing
    };
    view! { <Notice tone=NoticeTone::Warning title=why is_live=false/> }
}

/// The reason why there is no token, and what to do.
fn refused(texts: &'static TokenTexts, api: &Api, refusal: TokenRefusal) -> impl IntoView + use<> {
    let sign_in = use_texts().general.sign_in;
    let again =
        || view! { <SignInLink class="logto-button logto-button--small">{sign_in}</SignInLink> };
    let here = here(api);
    let (why, names, way) = match refusal {
        TokenRefusal::NotMember => (texts.not_member, Vec::new(), None),
        TokenRefusal::NotAskedFor => (texts.not_asked_for, Vec::new(), Some(again().into_any())),
        TokenRefusal::NoOrganizations => {
            (texts.no_organizations, Vec::new(), Some(again().into_any()))
        }
        TokenRefusal::BeyondGrant(names) => {
            let all = view! {
                <a class="logto-button logto-button--small logto-button--quiet" href=here>
                    {texts.all}
                </a>
            };
            (texts.beyond_grant, names, Some(all.into_any()))
        }
        TokenRefusal::SwitchedOff(names) => {
            let scope = names.first().cloned().unwrap_or_default();
            let way = view! { <ScopesLink class="logto-button logto-button--small logto-button--quiet" scope/> };
            (texts.switched_off, names, Some(way.into_any()))
        }
        TokenRefusal::Unavailable => (texts.unavailable, Vec::new(), None),
    };
    let names = (!names.is_empty()).then(|| {
        let names = names.into_iter();
        let names = names.map(|name| view! { <code class="logto-chip">{name}</code> " " });
        view! { <p>{names.collect_view()}</p> }
    });
    view! {
        <Notice tone=NoticeTone::Warning title=why action=way>
            {names}
        </Notice>
    }
}

/// The URL of the page with this API chosen, and no other parameter.
fn here(api: &Api) -> String {
    let path = use_location().pathname.get_untracked();
    format!("{path}?resource={}", segment(api.indicator()))
}

/// The button for a fresh token. A POST: it uses the refresh token and replaces the cached token.
fn fresh(
    texts: &'static TokenTexts,
    card: &AccessTokenCard,
    refresh: ServerAction<RefreshAccessToken>,
) -> impl IntoView + use<> {
    let resource = card.api.indicator().to_owned();
    let organization = card.organization.clone().unwrap_or_default();
    let scope = card.narrowed.clone();
    view! {
        <div on:submit:capture=submit_once(move || refresh.pending().get_untracked())>
            <ActionForm action=refresh>
                <input type="hidden" name="resource" value=resource/>
                <input type="hidden" name="organization" value=organization/>
                <input type="hidden" name="scope" value=scope/>
                <ViewerField/>
                <button class="logto-menu__item" type="submit">
                    {texts.fresh}
                </button>
            </ActionForm>
        </div>
    }
}
