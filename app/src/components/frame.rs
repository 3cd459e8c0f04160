use leptos::{either::Either, prelude::*};
use leptos_logto::{AuthState, Avatar, SignInLink, SignOutButton, Viewer, use_auth};
use leptos_router::components::A;

use crate::paths;

/// What stands around every page: the way to the content, the bar, the foot.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let auth = use_auth();
    view! {
        <a class="skip-link" href="#main" rel="external">
            "Skip to content"
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
                        Either::Right(Either::Left(view! { <SignInLink class="button button--small">"Sign in"</SignInLink> }))
                    }
                    AuthState::Unknown => {
                        Either::Right(
                            Either::Right(view! { <span class="chip chip--warning">"Sign-in state unknown"</span> }),
                        )
                    }
                }}
            </div>
        </header>
        <main id="main" tabindex="-1">
            {children()}
        </main>
        <footer class="foot">
            <p>"Your browser holds one cookie. The tokens are on the server."</p>
        </footer>
    }
}

/// The pages of a signed-in person, and the way out.
#[component]
fn Account(viewer: Viewer) -> impl IntoView {
    let name = viewer.display_name();
    view! {
        <nav class="bar__nav" aria-label="Pages">
            <A href=paths::PROFILE>"Profile"</A>
            <A href=paths::ORGANIZATIONS>"Organizations"</A>
        </nav>
        <div class="bar__account">
            <Avatar viewer/>
            <span class="bar__name">{name}</span>
            <SignOutButton class="button button--quiet button--small">"Sign out"</SignOutButton>
        </div>
    }
}
