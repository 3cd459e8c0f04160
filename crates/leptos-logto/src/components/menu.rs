use leptos::{
    ev, html,
    prelude::*,
    web_sys::{EventTarget, HtmlElement, Node, wasm_bindgen::JsCast as _},
};

/// A menu: a `<details>` element, so that it opens without JavaScript. With it, Escape, a press
/// elsewhere, a press on an entry and leaving it close it. Entries are links with the class
/// `logto-menu__item`, and forms with a button of that class.
#[component]
pub fn Menu(
    /// What opens it.
    summary: AnyView,
    /// The accessible name of what opens it, where it shows no text.
    #[prop(optional, into)]
    label: Option<String>,
    /// Further classes.
    #[prop(optional, into)]
    class: String,
    /// The entries.
    children: Children,
) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    // What has the focus in a menu would lose it with the menu.
    let dismiss = move || {
        close();
        let summary = menu
            .get_untracked()
            .and_then(|menu| menu.query_selector("summary").ok().flatten());
        if let Some(summary) = summary {
            let _ = summary.unchecked_into::<HtmlElement>().focus();
        }
    };
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            dismiss();
        }
    };
    Effect::new(move |_| {
        let elsewhere = move |target: Option<EventTarget>| {
            let node = target.and_then(|target| target.dyn_into::<Node>().ok());
            let menu = menu.get_untracked();
            if !menu.is_some_and(|menu| menu.contains(node.as_ref())) {
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
    view! {
        <details class=format!("logto logto-menu {class}") node_ref=menu on:keydown=escape>
            <summary class="logto-menu__summary" aria-label=label>
                {summary}
            </summary>
            <div class="logto-menu__items" on:click=move |_| dismiss()>
                {children()}
            </div>
        </details>
    }
}
