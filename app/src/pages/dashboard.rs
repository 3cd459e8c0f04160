use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};
use leptos_logto::{
    Avatar, AwaitResource, Moment, Notice, NoticeTone, Organizations, Problem, ScopesLink, Time,
    Viewer, texts::fill_code, use_auth, use_page_paths, use_texts,
};
use leptos_logto_panels::Api;

use super::home::StartPage;
use crate::{
    api::load_dashboard,
    components::{FoldedSnippet, Loading},
    dashboard::{Attention, Dashboard},
    language::t,
    paths,
    site::Site,
};

/// So many organizations are named; the page of organizations has all.
const NAMED: usize = 5;

/// The home page of somebody who is signed in.
#[component]
pub fn DashboardPage() -> impl IntoView {
    view! { <StartPage dashboard=|| view! { <Facts/> }.into_any()/> }
}

/// What is so: who, the session, organizations, access tokens; and what needs attention.
#[component]
fn Facts() -> impl IntoView {
    let viewer = untrack(|| use_auth().viewer());
    let dashboard = Resource::new_blocking(|| (), |()| load_dashboard());
    viewer.map(|viewer| {
        let name = viewer.display_name();
        view! {
            <section class="page-head">
                <h1>{t!(home.hello, name = name)}</h1>
            </section>
            <AwaitResource resource=dashboard fallback=|| view! { <Loading rows=8/> } let:dashboard>
                {match dashboard {
                    Ok(dashboard) => Either::Left(facts(viewer.clone(), dashboard)),
                    Err(error) => Either::Right(view! { <Problem error/> }),
                }}
            </AwaitResource>
            <FoldedSnippet/>
        }
    })
}

fn facts(viewer: Viewer, dashboard: Dashboard) -> impl IntoView {
    let Dashboard {
        email,
        email_requested,
        email_verified,
        signed_in,
        ends,
        organizations,
        tokens,
        next_expiry,
        attention,
    } = dashboard;
    let name = viewer.display_name();
    let is_off = untrack(|| use_auth().has_switched_off("email"));
    let (warnings, not_granted) = attention.into_iter().partition(Attention::is_warning);
    let verified = (email_verified == Some(true)).then(|| {
        view! {
            " "
            <span class="chip chip--good"><span aria-hidden="true">"✓"</span> " " {t!(panels.person.verified)}</span>
        }
    });
    view! {
        {attention_list(NoticeTone::Warning, t!(home.attention), warnings)}
        {attention_list(NoticeTone::Info, t!(home.not_granted), not_granted)}
        <div class="facts">
            <section class="panel">
                {heading(paths::PROFILE, t!(profile.title))}
                <div class="facts__person">
                    <Avatar viewer/>
                    <p>
                        <bdi class="facts__name">{name}</bdi>
                        <br/>
                        {match email {
                            Some(email) => EitherOf3::A(view! { <bdi>{email}</bdi> {verified} }),
                            None if email_requested => EitherOf3::B(t!(panels.person.no_email)),
                            None => {
                                EitherOf3::C(
                                    view! {
                                        {if is_off { t!(home.email_off) } else { t!(home.email_not_requested) }}
                                        " "
                                        <ScopesLink scope="email"/>
                                    },
                                )
                            }
                        }}
                    </p>
                </div>
            </section>
            <section class="panel">
                {heading(paths::SESSIONS, t!(home.session))}
                <dl class="facts__list">
                    {time(t!(panels.sessions.signed_in), signed_in)}
                    {time(t!(panels.sessions.ends), ends)}
                </dl>
            </section>
            <section class="panel">
                {heading(paths::ORGANIZATIONS, t!(organizations.title))}
                <Memberships organizations/>
            </section>
            <section class="panel">
                {heading(paths::APIS, t!(apis.title))}
                <dl class="facts__list">
                    <dt>{t!(home.tokens)}</dt>
                    <dd>{tokens}</dd>
                    {next_expiry.map(|moment| time(t!(home.next_expiry), moment))}
                </dl>
            </section>
        </div>
    }
}

/// The title of a panel, which leads to the page that has the whole.
fn heading(path: &'static str, title: &'static str) -> impl IntoView {
    view! {
        <h2>
            <a class="facts__title" href=path>
                {title}
            </a>
        </h2>
    }
}

fn time(label: &'static str, moment: Moment) -> impl IntoView {
    view! {
        <dt>{label}</dt>
        <dd>
            <Time moment/>
        </dd>
    }
}

/// The first organizations, each with the roles there.
#[component]
fn Memberships(organizations: Organizations) -> impl IntoView {
    let list = organizations.list;
    if list.is_empty() {
        return Either::Left(view! { <p>{t!(home.no_organization)}</p> });
    }
    let more = list.len().saturating_sub(NAMED);
    let paths_of = use_page_paths();
    let items = list
        .into_iter()
        .take(NAMED)
        .map(|organization| {
            let address = paths_of.of_organization(&organization.id);
            let name = organization.display_name().to_owned();
            view! {
                <li>
                    <a href=address>
                        <bdi>{name}</bdi>
                    </a>
                    " "
                    <bdi class="quiet">{organization.roles.join(", ")}</bdi>
                </li>
            }
        })
        .collect_view();
    let more = (more > 0).then(|| {
        view! {
            <li>
                <a href=paths::ORGANIZATIONS>{t!(home.more, count = more)}</a>
            </li>
        }
    });
    Either::Right(view! { <ul class="facts__organizations">{items} {more}</ul> })
}

/// What is not as it could be, each with where to go.
fn attention_list(
    tone: NoticeTone,
    title: &'static str,
    attention: Vec<Attention>,
) -> Option<impl IntoView> {
    (!attention.is_empty()).then(|| {
        let items = attention.into_iter();
        let items = items.map(|attention| view! { <li>{item(attention)}</li> });
        view! {
            <section aria-label=title>
                <Notice tone title is_live=false>
                    <ul class="facts__attention">{items.collect_view()}</ul>
                </Notice>
            </section>
        }
    })
}

fn item(attention: Attention) -> impl IntoView {
    match attention {
        Attention::Unavailable => EitherOf3::A(t!(home.unavailable)),
        Attention::EmailNotVerified => EitherOf3::B(view! {
            {t!(home.email_not_verified)} " " <a href=paths::PROFILE>{t!(home.open_profile)}</a>
        }),
        Attention::NotGranted { resource, scopes } => {
            let first = scopes.first().cloned().unwrap_or_default();
            let advice = match resource {
                Some(_) => t!(panels.scopes.needs_role),
                None => t!(panels.scopes.needs_setting),
            };
            EitherOf3::C(view! {
                {resource.map(|resource| use_texts().label(&api_name(resource)))}
                {fill_code(advice, "scopes", scopes.join(", "))}
                " "
                <ScopesLink scope=first/>
            })
        }
    }
}

/// What the page of access tokens calls an API.
fn api_name(indicator: String) -> String {
    if Site::orders_api().as_ref() == Some(&indicator) {
        t!(apis.orders_api).to_owned()
    } else {
        Api::Resource(indicator).host().to_owned()
    }
}
