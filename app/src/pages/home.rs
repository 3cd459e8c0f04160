use leptos::{either::EitherOf3, prelude::*};
use leptos_logto::{
    AuthState, FirstScreen, Notice, NoticeTone, SignInLink, SignedOutNotice, Viewer, use_auth,
};
use leptos_meta::Title;

use crate::{components::FlowDrawing, language::t, paths, site::Site};

/// What this is, and a way in; or, for somebody who is in, a greeting.
#[component]
pub fn Home() -> impl IntoView {
    let auth = use_auth();
    view! {
        <Title text=""/>
        {move || match auth.state() {
            AuthState::SignedIn(session) => EitherOf3::A(view! { <Greeting viewer=session.viewer/> }),
            AuthState::SignedOut => EitherOf3::B(view! { <Welcome/> }),
            AuthState::Unknown => EitherOf3::C(view! { <Unknown/> }),
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
        <section class="tries">
            <h2>{t!(home.try_title)}</h2>
            <p class="quiet">{t!(home.try_about)}</p>
            <Pages/>
        </section>
    }
}

/// The pages that are not for everybody. Whoever is not signed in signs in first, and lands there.
#[component]
fn Pages() -> impl IntoView {
    // The way to the sign-in is the server's.
    let rel = untrack(|| use_auth().viewer())
        .is_none()
        .then_some("external");
    let page = |path: &'static str, title: &'static str, lead: &'static str| {
        view! {
            <li class="panel card">
                <h2>
                    <a href=path rel=rel>
                        {title}
                    </a>
                </h2>
                <p>{lead}</p>
            </li>
        }
    };
    view! {
        <ul class="cards">
            {page(paths::PROFILE, t!(profile.title), t!(profile.lead))}
            {page(paths::SCOPES, t!(scopes.title), t!(scopes.lead))}
            {page(paths::APIS, t!(apis.title), t!(apis.lead))}
            {Site::orders_api().map(|_| page(paths::ORDERS, t!(orders.title), t!(orders.lead)))}
            {page(paths::ORGANIZATIONS, t!(organizations.title), t!(organizations.lead))}
        </ul>
    }
}

/// With the development identity provider: says so, and with which accounts one can sign in.
#[component]
fn Accounts() -> impl IntoView {
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
fn Greeting(viewer: Viewer) -> impl IntoView {
    view! {
        <section class="page-head">
            <h1>{t!(home.hello, name = viewer.display_name())}</h1>
            <p class="lead">{t!(home.signed_in)}</p>
        </section>
        <Pages/>
    }
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
