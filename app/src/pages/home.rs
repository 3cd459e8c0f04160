use leptos::{either::EitherOf3, prelude::*, tachys::html::InertElement};
use leptos_logto::{
    AuthState, FirstScreen, Notice, NoticeTone, Page, SignInLink, SignedOutNotice, memo, use_auth,
};
use leptos_meta::Title;
use leptos_router::ChooseView;
use maud::html;

use super::lazy_pages;
use crate::{
    components::{FlowDrawing, Snippet},
    language::t,
    paths,
    site::Site,
};

/// The home page: what this is, and a way in; for somebody who is signed in, the dashboard, whose code is a part of its own.
#[derive(Clone, Copy, Debug)]
pub struct Home;

impl ChooseView for Home {
    async fn choose(self) -> AnyView {
        if is_somebodys() {
            Page::lazy(lazy_pages::dashboard).choose().await
        } else {
            view! { <StartPage dashboard=reload/> }.into_any()
        }
    }

    async fn preload(&self) {
        if is_somebodys() {
            Page::lazy(lazy_pages::dashboard).preload().await;
        }
    }
}

fn is_somebodys() -> bool {
    untrack(|| use_auth().is_signed_in())
}

/// The page of somebody who has signed in in another tab: the dashboard comes with the next load.
fn reload() -> AnyView {
    view! {
        <section class="page-head">
            <h1>{t!(home.title)}</h1>
            <p>
                <a class="button" href=paths::HOME rel="external">
                    {t!(logto.general.reload)}
                </a>
            </p>
        </section>
    }
    .into_any()
}

/// The home page, with what it shows to somebody who is signed in.
#[component]
pub fn StartPage(
    /// For somebody who is signed in.
    dashboard: fn() -> AnyView,
) -> impl IntoView {
    let auth = use_auth();
    let whose = memo(move || {
        auth.with(|state| match state {
            AuthState::SignedIn(_) => Some(true),
            AuthState::SignedOut => Some(false),
            AuthState::Unknown => None,
        })
    });
    view! {
        <Title text=""/>
        {move || match whose() {
            Some(true) => EitherOf3::A(dashboard()),
            Some(false) => EitherOf3::B(view! { <Welcome/> }),
            None => EitherOf3::C(view! { <Unknown/> }),
        }}
    }
}

#[component]
fn Welcome() -> impl IntoView {
    view! {
        <SignedOutNotice/>
        <section class="hero">
            <div class="hero__words">
                <h1>{t!(home.title)}</h1>
                <p class="lead">
                    {t!(home.lead)}
                </p>
                <p class="hero__ways">
                    <SignInLink class="button" return_to="/">{t!(frame.sign_in)}</SignInLink>
                    <SignInLink class="button button--quiet" return_to="/" first_screen=FirstScreen::Register>
                        {t!(home.create_account)}
                    </SignInLink>
                </p>
            </div>
            <FlowDrawing/>
        </section>
        <Accounts/>
        <div class="start">
            <Pages/>
            <Snippet/>
        </div>
    }
}

/// The pages that are not for everybody: who opens one signs in first, and lands there. The way to the sign-in is the server's.
#[component]
fn Pages() -> impl IntoView {
    let orders = Site::orders_api().map(|_| (paths::ORDERS, t!(orders.title), t!(orders.lead)));
    let pages = [
        Some((paths::PROFILE, t!(profile.title), t!(profile.lead))),
        Some((paths::SCOPES, t!(scopes.title), t!(scopes.lead))),
        Some((paths::APIS, t!(apis.title), t!(apis.lead))),
        orders,
        Some((
            paths::ORGANIZATIONS,
            t!(organizations.title),
            t!(organizations.lead),
        )),
    ];
    let panel = html! {
        section.panel {
            h2 { (t!(home.try_title)) }
            p { (t!(home.try_about)) }
            ul.start__pages {
                @for (path, title, lead) in pages.into_iter().flatten() {
                    li.start__page {
                        a href=(path) rel="external" { (title) }
                        p { (lead) }
                    }
                }
            }
        }
    };
    InertElement::new(panel.into_string())
}

/// With the development identity provider, which only development builds have: a release loads no code for it.
#[component]
fn Accounts() -> impl IntoView {
    cfg!(debug_assertions).then(account_list)
}

/// Says that this is the development identity provider, and with which accounts one can sign in.
fn account_list() -> Option<impl IntoView> {
    let accounts = Site::accounts();
    (!accounts.is_empty()).then(|| {
        view! {
            <section aria-label=t!(home.development)>
            <Notice tone=NoticeTone::Info title=t!(home.development) is_live=false>
                <p>{t!(home.development_about)}</p>
                <ul class="accounts">
                    {accounts
                        .into_iter()
                        .map(|account| {
                            view! {
                                <li>
                                    <span>
                                        <code>{account.username}</code>
                                        " "
                                        {t!(home.with_password)}
                                        " "
                                        <code>{account.password}</code>
                                    </span>
                                    <span class="quiet">{account.about}</span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </Notice>
            </section>
        }
    })
}

#[component]
fn Unknown() -> impl IntoView {
    view! {
        <section class="page-head">
            <h1>{t!(home.unknown)}</h1>
            <p class="lead">{t!(home.unknown_about)}</p>
        </section>
    }
}
