use leptos::{either::EitherOf3, prelude::*};
use leptos_logto::{AuthState, FirstScreen, SignInLink, Viewer, use_auth};
use leptos_meta::Title;
use leptos_router::components::A;

use crate::{components::FlowDrawing, paths, site::Site};

/// What this is, and a way in; or, for somebody who is in, a greeting.
#[component]
pub fn Home() -> impl IntoView {
    let auth = use_auth();
    view! {
        <Title text=""/>
        {move || match auth.state() {
            AuthState::SignedIn(viewer) => EitherOf3::A(view! { <Greeting viewer/> }),
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
                <h1>"Sign-in for your Leptos app. Tokens stay on the server."</h1>
                <p class="lead">
                    "Logto signs people in. Your server keeps what they are given. The first byte of HTML already knows who is looking."
                </p>
                <p class="hero__ways">
                    <SignInLink class="button" return_to="/">"Sign in"</SignInLink>
                    <SignInLink class="button button--quiet" return_to="/" first_screen=FirstScreen::Register>
                        "Create an account"
                    </SignInLink>
                </p>
            </div>
            <FlowDrawing/>
        </section>
        <Accounts/>
        <section class="panel">
            <h2>"What you can try here"</h2>
            <ul class="tries">
                <li>
                    <strong>"Profile"</strong>
                    " shows every claim, where it came from, and why some are missing."
                </li>
                <li>
                    <strong>"Organizations"</strong>
                    " shows the ones you are in and your roles there."
                </li>
                <li>
                    <strong>"A protected page"</strong>
                    ": open "
                    <a href=paths::PROFILE rel="external">
                        <code>"/profile"</code>
                    </a>
                    " now. You sign in first, and land there."
                </li>
                <li>
                    <strong>"No JavaScript"</strong>
                    ": switch it off. Every page works the same."
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
                <h2 id="accounts-title">"Development identity provider"</h2>
                <p>"No Logto is configured, so this server brought its own. Sign in as:"</p>
                <ul class="accounts">
                    {accounts
                        .into_iter()
                        .map(|account| {
                            view! {
                                <li>
                                    <span>
                                        <code>{account.username}</code>
                                        " with the password "
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
            <h1>"Hello, " {viewer.display_name()}</h1>
            <p class="lead">"You are signed in."</p>
        </section>
        <ul class="cards">
            <li class="panel">
                <h2>
                    <A href=paths::PROFILE>"Profile"</A>
                </h2>
                <p>"What Logto says about you, where each fact comes from, and why some are not here."</p>
            </li>
            <li class="panel">
                <h2>
                    <A href=paths::ORGANIZATIONS>"Organizations"</A>
                </h2>
                <p>"The organizations you are in, and your roles there."</p>
            </li>
        </ul>
    }
}

#[component]
fn Unknown() -> impl IntoView {
    view! {
        <section class="page-head">
            <h1>"Whether you are signed in is not known right now"</h1>
            <p class="lead">"The place where sessions are kept does not answer. Nothing is lost. Reload the page in a moment."</p>
        </section>
    }
}
