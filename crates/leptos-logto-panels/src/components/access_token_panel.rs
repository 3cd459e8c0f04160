use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_location;

use leptos_logto::{
    Notice, NoticeTone, Organization, QueryForm, ScopesLink, SignInLink, Time, TokenRefusal,
    ViewerField, use_texts,
};
use logto_types::segment;

use super::countdown::Countdown;
use crate::{
    api::RefreshAccessToken,
    model::{AccessTokenCard, AccessTokenClaims, Api, Tick},
    panel_texts::{TokenTexts, use_panel_texts},
};

/// A page of the application that calls an API with the person's access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiPage {
    /// The indicator of the API.
    pub indicator: String,
    /// The address of the page. In an organization, `?organization=<id>` is appended.
    pub address: String,
    /// The text of the link.
    pub label: &'static str,
}

/// One API: whom its token is for, what it opens, and until when; a form that asks for another one,
/// a button for a fresh one. A token without permissions is shown as such, with who can grant them;
/// a refusal with its reason.
///
/// The form is a GET of the page it is on, with `resource`, `organization` and any number of
/// `scope`; the button is a POST. Without JavaScript both load a page, and the countdown stands
/// still.
#[component]
pub fn AccessTokenPanel(
    /// The API and its token.
    card: AccessTokenCard,
    /// The organizations to choose from.
    organizations: Vec<Organization>,
    /// The action that requests a fresh token.
    refresh: ServerAction<RefreshAccessToken>,
    /// The page that calls this API, if there is one.
    #[prop(optional_no_strip)]
    page: Option<ApiPage>,
) -> impl IntoView {
    let texts = &use_panel_texts().tokens;
    let title = title(texts, &card, &organizations);
    let about = about(texts, &card);
    let is_code = matches!(card.api, Api::Resource(_));
    let kept = card.outcome.as_ref().ok().map(|claims| claims.kept);
    let page = page.map(|ApiPage { address, label, .. }| {
        let address = match &card.organization {
            Some(organization) => format!("{address}?organization={organization}"),
            None => address,
        };
        (address, label)
    });
    let got = card.outcome.is_ok();
    let opens = card
        .outcome
        .as_ref()
        .is_ok_and(|claims| !claims.granted.is_empty());
    let chosen = card.chosen;
    let indicator = card.api.indicator().to_owned();
    let body = match card.outcome.clone() {
        Ok(claims) => facts(texts, &card, title.clone(), claims).into_any(),
        Err(refusal) => refused(texts, &card.api, refusal).into_any(),
    };
    view! {
        <section class="logto logto-panel logto-access-token" data-api=indicator>
            <header class="logto-access-token__head">
                <div class="logto-access-token__names">
                    <h2
                        class="logto-access-token__title"
                        class:logto-access-token__title--code=is_code
                        tabindex=chosen.then_some("-1")
                        autofocus=chosen
                    >
                        {title}
                    </h2>
                    <p class="logto-access-token__about">{about}</p>
                </div>
                {kept
                    .map(|kept| {
                        view! {
                            <p class="logto-access-token__state">
                                {(!opens).then(|| view! { <strong class="logto-chip logto-chip--warning">{texts.no_permission}</strong> " " })}
                                <span class="logto-chip">{if kept { texts.kept } else { texts.fetched }}</span>
                            </p>
                        }
                    })}
            </header>
            {body}
            <div class="logto-access-token__actions">
                {got.then(|| fresh(texts, &card, refresh))}
                {page
                    .filter(|_| got)
                    .map(|(address, label)| {
                        view! {
                            <a class="logto-button" class=("logto-button--quiet", !opens) href=address>
                                {label}
                            </a>
                        }
                    })}
            </div>
            {another(texts, card, organizations)}
        </section>
    }
}

fn title(texts: &TokenTexts, card: &AccessTokenCard, organizations: &[Organization]) -> String {
    match (&card.api, &card.organization) {
        (Api::Logto, Some(id)) => Organization::name_in(organizations, id)
            .unwrap_or(texts.logto)
            .to_owned(),
        (Api::Logto, None) => texts.logto.to_owned(),
        (Api::Resource(indicator), _) => indicator.clone(),
    }
}

fn about(texts: &TokenTexts, card: &AccessTokenCard) -> &'static str {
    match (&card.api, &card.organization) {
        (Api::Logto, Some(_)) => texts.organization_about,
        (Api::Logto, None) => texts.logto_about,
        (Api::Resource(_), _) => texts.resource_about,
    }
}

/// The claims of the token.
fn facts(
    texts: &'static TokenTexts,
    card: &AccessTokenCard,
    name: String,
    claims: AccessTokenClaims,
) -> impl IntoView + use<> {
    let AccessTokenClaims {
        audience,
        granted,
        withheld,
        issued,
        expires,
        lifetime,
        left,
        rest,
        ..
    } = claims;
    let chip = |name: String, class: &'static str, mark: &'static str, state: &'static str| {
        view! {
            <li class=class>
                <span aria-hidden="true">{mark}</span>
                " "
                <span class="logto-visually-hidden">{use_texts().label(state)}</span>
                {name}
            </li>
        }
    };
    let nothing = granted.is_empty().then(|| without(texts, card));
    let granted = granted
        .into_iter()
        .map(|name| chip(name, "logto-chip logto-chip--good", "✓", texts.granted))
        .collect_view();
    let withheld = withheld
        .into_iter()
        .map(|name| chip(name, "logto-chip logto-chip--absent", "–", texts.withheld))
        .collect_view();
    let switched_off = use_panel_texts().user_info.switched_off;
    let off = card
        .switched_off
        .iter()
        .map(|name| view! { <li class="logto-chip logto-chip--absent">"– " {name.clone()} " · " {switched_off}</li> })
        .collect_view();
    let rest = rest
        .into_iter()
        .map(|(claim, value)| fact(label(texts, &claim), claim, value))
        .collect_view();
    view! {
        {nothing}
        <ul class="logto-access-token__permissions" aria-label=texts.permissions>
            {granted}
            {withheld}
            {off}
        </ul>
        {card
            .switched_off
            .first()
            .map(|scope| view! { <p class="logto-access-token__off"><ScopesLink scope=scope.as_str()/></p> })}
        <Countdown name left lifetime ends=expires/>
        <dl class="logto-access-token__claims">
            {audience.map(|audience| fact(texts.audience, "aud".to_owned(), audience))}
            <div>
                <dt>{texts.issued} " " <code>"iat"</code></dt>
                <dd>
                    <Time moment=issued/>
                </dd>
            </div>
            {rest}
        </dl>
    }
}

fn fact(label: &'static str, claim: String, value: String) -> impl IntoView {
    let name = claim.clone();
    view! {
        <div data-claim=name>
            <dt>{label} " " <code>{claim}</code></dt>
            <dd>
                <code>{value}</code>
            </dd>
        </div>
    }
}

fn label(texts: &TokenTexts, claim: &str) -> &'static str {
    match claim {
        "organization_id" => texts.organization,
        "client_id" => texts.client,
        "iss" => texts.issuer,
        "sub" => texts.subject,
        _ => texts.id,
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

/// The form that requests another token for the same API.
fn another(
    texts: &'static TokenTexts,
    card: AccessTokenCard,
    organizations: Vec<Organization>,
) -> impl IntoView {
    let page = use_location().pathname.get_untracked();
    let indicator = card.api.indicator().to_owned();
    let chosen = card.organization.unwrap_or_default();
    let select = (!organizations.is_empty()).then(|| {
        let options = organizations
            .into_iter()
            .map(|Organization { id, name, .. }| {
                let selected = id == chosen;
                let name = name.unwrap_or_else(|| id.clone());
                view! { <option value=id selected=selected>{name}</option> }
            })
            .collect_view();
        let value = chosen.clone();
        view! {
            <label class="logto-field">
                <span class="logto-field__label">{texts.organization}</span>
                <select class="logto-field__input" name="organization" prop:value=value>
                    <option value="">{texts.no_organization}</option>
                    {options}
                </select>
            </label>
        }
    });
    let ticks = card
        .permissions
        .into_iter()
        .map(|Tick { name, ticked }| {
            let value = name.clone();
            view! {
                <label class="logto-tick">
                    <input type="checkbox" name="scope" value=value checked=ticked prop:checked=ticked/>
                    <span>{name}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <details class="logto-access-token__another" open=card.chosen>
            <summary>{texts.another}</summary>
            <QueryForm page class="logto-access-token__form">
                <input type="hidden" name="resource" value=indicator/>
                {select}
                <fieldset class="logto-ticks">
                    <legend class="logto-field__label">{texts.permissions}</legend>
                    {ticks}
                    <p class="logto-ticks__hint">{texts.nothing_is_all}</p>
                </fieldset>
                <button class="logto-button logto-button--quiet" type="submit">
                    {texts.show}
                </button>
            </QueryForm>
        </details>
    }
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
        <ActionForm action=refresh>
            <input type="hidden" name="resource" value=resource/>
            <input type="hidden" name="organization" value=organization/>
            <input type="hidden" name="scope" value=scope/>
            <ViewerField/>
            <button class="logto-button logto-button--quiet" type="submit">
                {texts.fresh}
            </button>
        </ActionForm>
    }
}
