use leptos::{ev, html, prelude::*};
use logto_types::SignOutExtent;

use super::{avatar::Avatar, sign_out_button::SignOutButton};
use crate::{auth::use_auth, texts::use_texts};

/// The person's picture and name, which opens a menu: links of the application, then the three
/// [extents](SignOutExtent) of a sign-out. A `<details>` element, so that it opens without JavaScript; with it, Escape, a
/// press elsewhere and leaving it close it. Shows nothing when nobody is signed in.
#[component]
pub fn UserButton(
    /// The first entries of the menu, such as links to the person's pages.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let auth = use_auth();
    let table = use_texts();
    let menu = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
            let summary = menu
                .get_untracked()
                .and_then(|menu| menu.query_selector("summary").ok().flatten());
            if let Some(summary) = summary {
                let _ = leptos::web_sys::wasm_bindgen::JsCast::unchecked_into::<
                    leptos::web_sys::HtmlElement,
                >(summary)
                .focus();
            }
        }
    };
    Effect::new(move |_| {
        let elsewhere = move |target: Option<leptos::web_sys::EventTarget>| {
            use leptos::web_sys::{Node, wasm_bindgen::JsCast as _};
            let node = target.and_then(|target| target.dyn_into::<Node>().ok());
            let inside = menu
                .get_untracked()
                .is_some_and(|menu| menu.contains(node.as_ref()));
            if !inside {
                close();
            }
        };
        let pressed = window_event_listener(ev::click, move |event| elsewhere(event.target()));
        let moved = window_event_listener(ev::focusin, move |event| elsewhere(event.target()));
        on_cleanup(move || {
            pressed.remove();
            moved.remove();
        });
    });
    let children = StoredValue::new(children);
    move || {
        auth.viewer().map(|viewer| {
            let name = viewer.display_name();
            let texts = &table.account;
            view! {
                <details class="logto logto-user-button" node_ref=menu on:keydown=escape>
                    <summary class="logto-user-button__summary">
                        <Avatar viewer/>
                        <span class="logto-user-button__name">{name}</span>
                    </summary>
                    <div class="logto-user-button__menu" on:click=move |_| close()>
                        {children.with_value(|children| children.as_ref().map(|children| children()))}
                        <SignOutButton class="logto-user-button__item">
                            {texts.sign_out}
                            " "
                            <small class="logto-user-button__hint">{texts.sign_out_hint}</small>
                        </SignOutButton>
                        <SignOutButton class="logto-user-button__item" extent=SignOutExtent::Everywhere>
                            {texts.sign_out_everywhere}
                            " "
                            <small class="logto-user-button__hint">{texts.sign_out_everywhere_hint}</small>
                        </SignOutButton>
                        <SignOutButton class="logto-user-button__item" extent=SignOutExtent::ThisApplication>
                            {texts.sign_out_application}
                        </SignOutButton>
                    </div>
                </details>
            }
        })
    }
}
