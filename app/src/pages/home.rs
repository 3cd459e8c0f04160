use leptos::{either::EitherOf3, prelude::*};
use leptos_logto::{AuthState, FirstScreen, SignInLink, Viewer, use_auth};
use leptos_meta::Title;
use leptos_router::components::A;

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
        <section class="panel">
            <h2>{t!(home.try_title)}</h2>
            <ul class="tries">
                <li>
                    <strong>{t!(profile.title)}</strong>
                    " "
                    {t!(home.try_profile)}
                </li>
                <li>
                    <strong>{t!(organizations.title)}</strong>
                    " "
                    {t!(home.try_organizations)}
                </li>
                <li>
                    <strong>{t!(home.try_protected)}</strong>
                    ": "
                    {t!(home.try_protected_open)}
                    " "
                    <a href=paths::PROFILE rel="external">
                        <code>"/profile"</code>
                    </a>
                    " "
                    {t!(home.try_protected_then)}
                </li>
                <li>
                    <strong>{t!(home.try_no_script)}</strong>
                    ": "
                    {t!(home.try_no_script_then)}
                </li>
            </ul>
        </section>
    }
}

/// With the development identity provider: says so, and with which accounts one can sign in.
#[component]
fn Accounts() -> impl IntoView {
    let accounts = Site::accounts();
    (!accounts.is_empty()).then(|| {
        view! {
            <section class="notice notice--development" aria-labelledby="accounts-title">
                <h2 id="accounts-title">{t!(home.development)}</h2>
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
        <ul class="cards">
            <li class="panel">
                <h2>
                    <A href=paths::PROFILE>{t!(profile.title)}</A>
                </h2>
                <p>{t!(profile.lead)}</p>
            </li>
            <li class="panel">
                <h2>
                    <A href=paths::SCOPES>{t!(scopes.title)}</A>
                </h2>
                <p>{t!(scopes.lead)}</p>
            </li>
            <li class="panel">
                <h2>
                    <A href=paths::APIS>{t!(apis.title)}</A>
                </h2>
                <p>{t!(apis.lead)}</p>
            </li>
            <li class="panel">
                <h2>
                    <A href=paths::ORGANIZATIONS>{t!(organizations.title)}</A>
                </h2>
                <p>{t!(organizations.lead)}</p>
            </li>
        </ul>
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
