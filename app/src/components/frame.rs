use leptos::{
    either::Either,
    prelude::*,
    wasm_bindgen::JsCast as _,
    web_sys::{FocusOptions, HtmlElement},
};
use leptos_logto::{AuthState, GuardedLink, SessionNotice, SignInLink, UserButton, use_auth};
use leptos_router::hooks::use_location;

use super::LanguageChoice;
use crate::{guards, language::t, paths, site::Site};

/// What stands around every page: the way to the content, the bar, the foot.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let auth = use_auth();
    let whose = Memo::new(move |_| {
        auth.with(|state| match state {
            AuthState::SignedIn(_) => Whose::Somebodys,
            AuthState::SignedOut => Whose::Nobodys,
            AuthState::Unknown => Whose::Unknown,
        })
    });
    go_along();
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
                {move || match whose.get() {
                    Whose::Somebodys => Either::Left(view! { <Account/> }),
                    Whose::Nobodys => {
                        Either::Right(Either::Left(view! { <SignInLink class="button button--small">{t!(frame.sign_in)}</SignInLink> }))
                    }
                    Whose::Unknown => {
                        Either::Right(
                            Either::Right(view! { <span class="chip chip--warning">{t!(frame.unknown)}</span> }),
                        )
                    }
                }}
            </div>
        </header>
        <SessionNotice/>
        <main id=MAIN tabindex="-1">
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

/// Keyboards and screen readers go on in the page that has come, as they do when a browser loads one. A query or a fragment
/// is the same page.
fn go_along() {
    let path = use_location().pathname;
    let first = path.get_untracked();
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if path != before.unwrap_or_else(|| first.clone())
            && let Some(main) = document().get_element_by_id(MAIN)
        {
            // The router has scrolled already.
            let still = FocusOptions::new();
            still.set_prevent_scroll(true);
            let main: HtmlElement = main.unchecked_into();
            let _ = main.focus_with_options(&still);
        }
        path
    });
}

/// The id of the place where pages are.
const MAIN: &str = "main";

/// Whose the page is, as far as the frame cares.
#[derive(Clone, Copy, PartialEq)]
enum Whose {
    Somebodys,
    Nobodys,
    Unknown,
}

/// The pages of a signed-in person, and the way out.
#[component]
fn Account() -> impl IntoView {
    view! {
        <nav class="bar__nav" aria-label=t!(frame.pages)>
            <GuardedLink to=guards::PROFILE>{t!(frame.profile)}</GuardedLink>
            <GuardedLink to=guards::SCOPES>{t!(frame.scopes)}</GuardedLink>
            <GuardedLink to=guards::APIS>{t!(apis.title)}</GuardedLink>
            {Site::orders_api().map(|_| view! { <GuardedLink to=guards::ORDERS>{t!(orders.title)}</GuardedLink> })}
            <GuardedLink to=guards::ORGANIZATIONS>{t!(frame.organizations)}</GuardedLink>
        </nav>
        <UserButton>
            <GuardedLink to=guards::SESSIONS>{t!(sessions.title)}</GuardedLink>
        </UserButton>
    }
}
