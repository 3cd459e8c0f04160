use std::{cell::RefCell, rc::Rc};

use leptos::{
    either::Either,
    prelude::*,
    wasm_bindgen::JsCast as _,
    web_sys::{Element, FocusOptions, HtmlElement},
};
use leptos_logto::{
    AuthState, GuardedLink, HydrationTask, SessionNotice, SignInLink, UserButton, memo, use_auth,
    use_page_paths,
};
use leptos_router::hooks::use_location;

use super::LanguageChoice;
use crate::{
    guards,
    language::{t, use_language},
    paths, project,
    site::Site,
    title::BaseTitle,
};

/// What stands around every page: the way to the content, the bar, the foot.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let auth = use_auth();
    let whose = memo(move || {
        auth.with(|state| match state {
            AuthState::SignedIn(_) => Whose::Somebodys,
            AuthState::SignedOut => Whose::Nobodys,
            AuthState::Unknown => Whose::Unknown,
        })
    });
    go_along();
    view! {
        <BaseTitle/>
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
                {move || match whose() {
                    Whose::Somebodys => Either::Left(view! { <HydrationTask in_steps=true><Account/></HydrationTask> }),
                    Whose::Nobodys => {
                        Either::Right(Either::Left(view! { <SignInLink class="button button--quiet button--small">{t!(frame.sign_in)}</SignInLink> }))
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
            <HydrationTask in_steps=true>{children()}</HydrationTask>
        </main>
        <footer class="foot">
            <div class="foot__inner">
                <p>{t!(frame.foot)}</p>
                <p class="foot__project">
                    {format!("leptos-logto {}", project::VERSION)}
                    <span>{project::LICENSE}</span>
                    <a href=project::SOURCE>{t!(frame.source)}</a>
                    <a href=project::documentation(use_language())>{t!(frame.documentation)}</a>
                </p>
                <LanguageChoice/>
            </div>
        </footer>
    }
}

/// Keyboards and screen readers go on at the heading of the page that has come, as they do when a browser loads one. A query or
/// a fragment is the same page.
fn go_along() {
    let path = use_location().pathname;
    let first = path.get_untracked();
    let known = Rc::new(RefCell::new(None));
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_none() {
            known.replace(heading());
        }
        if path != before.unwrap_or_else(|| first.clone())
            && let Some(main) = document().get_element_by_id(MAIN)
        {
            focus(main);
            focus_heading(known.clone(), LONGEST_WAIT);
        }
        path
    });
}

/// The frames in which the heading of a page can come: its code and its data may be on their way.
const LONGEST_WAIT: u32 = 180;

/// A heading with its text: another page may have the same element.
type Heading = (Element, Option<String>);

/// The heading of the page.
fn heading() -> Option<Heading> {
    let heading = document().query_selector("#main h1").ok()??;
    let text = heading.text_content();
    Some((heading, text))
}

/// Moves the focus from `main` to the heading, as soon as that is another one than the page before had. Somebody who goes on
/// meanwhile stays where they are.
fn focus_heading(known: Rc<RefCell<Option<Heading>>>, frames: u32) {
    request_animation_frame(move || {
        let active = document().active_element();
        if active.is_none_or(|element| element.id() != MAIN) {
            return;
        }
        let now = heading();
        if now.is_none() || *known.borrow() == now {
            // After that long it stays in `main`.
            if frames > 0 {
                focus_heading(known, frames - 1);
            }
        } else if let Some((element, text)) = now {
            let _ = element.set_attribute("tabindex", "-1");
            focus(element.clone());
            known.replace(Some((element, text)));
        }
    });
}

/// The router has scrolled already.
fn focus(element: Element) {
    let still = FocusOptions::new();
    still.set_prevent_scroll(true);
    let element: HtmlElement = element.unchecked_into();
    let _ = element.focus_with_options(&still);
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

/// The class of an entry of the person's menu.
const ITEM: &str = "logto-menu__item";

/// The pages of a signed-in person, and the way out.
#[component]
fn Account() -> impl IntoView {
    view! {
        <nav class="bar__nav" aria-label=t!(frame.pages)>
            <GuardedLink to=guards::PROFILE>{t!(frame.profile)}</GuardedLink>
            <GuardedLink to=guards::SCOPES>{t!(frame.scopes)}</GuardedLink>
            <GuardedLink to=guards::APIS>{t!(apis.title)}</GuardedLink>
            {Site::orders_api().map(|_| view! { <GuardedLink to=guards::ORDERS>{t!(orders.title)}</GuardedLink> })}
            <GuardedLink to=guards::ORGANIZATIONS section=use_page_paths().organization>{t!(frame.organizations)}</GuardedLink>
        </nav>
        <UserButton>
            <GuardedLink to=guards::PROFILE class=ITEM>{t!(frame.profile)}</GuardedLink>
            {Site::account_center()
                .map(|address| {
                    view! {
                        <a class=ITEM href=address rel="external">
                            {t!(panels.sessions.account_settings)}
                        </a>
                    }
                })}
            <GuardedLink to=guards::ORGANIZATIONS class=ITEM>{t!(frame.organizations)}</GuardedLink>
            <GuardedLink to=guards::SESSIONS class=ITEM>{t!(sessions.title)}</GuardedLink>
        </UserButton>
    }
}
