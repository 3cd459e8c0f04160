use leptos::{either::Either, prelude::*};
use leptos_logto::{AuthState, Avatar, SignInLink, SignOutButton, Viewer, use_auth};
use leptos_router::components::A;

use super::LanguageChoice;
use crate::{language::t, paths};

/// What stands around every page: the way to the content, the bar, the foot.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let auth = use_auth();
    view! {
        <a class="skip-link" href="#main" rel="external">
            {t!(frame.skip)}
        </a>
        <header class="bar">
            <div class="bar__inner">
                <a class="bar__brand" href=paths::HOME>
                    <svg class="bar__mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                        <path d="M12 2 21 7v10l-9 5-9-5V7z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>
                        <circle cx="12" cy="11" r="2.4" fill="currentColor"/>
                        <path d="M12 12v5" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>
                    </svg>
                    "leptos-logto"
                </a>
                {move || match auth.state() {
                    AuthState::SignedIn(viewer) => Either::Left(view! { <Account viewer/> }),
                    AuthState::SignedOut => {
                        Either::Right(Either::Left(view! { <SignInLink class="button button--small">{t!(frame.sign_in)}</SignInLink> }))
                    }
                    AuthState::Unknown => {
                        Either::Right(
                            Either::Right(view! { <span class="chip chip--warning">{t!(frame.unknown)}</span> }),
                        )
                    }
                }}
            </div>
        </header>
        <main id="main" tabindex="-1">
            {children()}
        </main>
        <footer class="foot">
            <div class="foot__inner">
                <p>{t!(frame.foot)}</p>
                <LanguageChoice/>
            </div>
        </footer>
    }
}

/// The pages of a signed-in person, and the way out.
#[component]
fn Account(viewer: Viewer) -> impl IntoView {
    let name = viewer.display_name();
    view! {
        <nav class="bar__nav" aria-label=t!(frame.pages)>
            <A href=paths::PROFILE>{t!(frame.profile)}</A>
            <A href=paths::ORGANIZATIONS>{t!(frame.organizations)}</A>
        </nav>
        <div class="bar__account">
            <Avatar viewer/>
            <span class="bar__name">{name}</span>
            <SignOutButton class="button button--quiet button--small">{t!(frame.sign_out)}</SignOutButton>
        </div>
    }
}
