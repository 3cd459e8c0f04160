use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast as _,
    web_sys::{Element, MouseEvent},
};

use crate::panel_texts::{CopyTexts, use_panel_texts};

/// How long the button shows that the text was copied. After that it can be pressed again.
const SAID_FOR: Duration = Duration::from_secs(5);

/// The attribute with the number of the last press, of all in this document.
const PRESS: &str = "data-press";
static PRESSES: AtomicU32 = AtomicU32::new(0);

/// A button that copies a text, and says whether it did. Without JavaScript, or where the browser
/// has no clipboard for the page, it is hidden: offer the text itself beside it.
#[component]
pub fn CopyButton(
    /// The text to copy, or a function that reads it when the button is pressed.
    #[prop(into)]
    text: TextProp,
    /// The classes of the button.
    #[prop(default = "logto-button".to_owned(), into)]
    class: String,
    /// Whether it says that the text was copied, as it does after a press: for previews.
    #[prop(optional)]
    copied: bool,
    /// The text of the button.
    children: Children,
) -> impl IntoView {
    let texts = &use_panel_texts().copy;
    // Without a text the element has to be empty: it would look like a message. An empty text is written as a space.
    let said = copied.then_some(texts.copied);
    view! {
        <span class="logto-copy-button" hidden=!copied use:show_where_it_works>
            <button type="button" class=class on:click=move |press| copy(&press, &text.get(), texts)>
                {children()}
            </button>
            <span class="logto-copy-button__said" role="status">
                {said}
            </span>
        </span>
    }
}

/// An element that needs the clipboard. It works on the page itself: with signals, the first page would load twice as much code
/// for this.
fn show_where_it_works(shown: Element) {
    if clipboard().is_some() {
        _ = shown.remove_attribute("hidden");
    }
}

/// Copies the text and says so beside the button. Nothing keeps the element longer than the page has it.
fn copy(press: &MouseEvent, text: &str, texts: &'static CopyTexts) {
    let pressed = press
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let shown = pressed.and_then(|pressed| pressed.closest(".logto-copy-button").ok()?);
    let (Some(shown), Some(clipboard)) = (shown, clipboard()) else {
        return;
    };
    // A press before the last message is gone is announced, too, and has its whole time.
    say(&shown, "");
    let press = PRESSES.fetch_add(1, Ordering::Relaxed).to_string();
    let _ = shown.set_attribute(PRESS, &press);
    let copying = clipboard.write_text(text);
    spawn_local(async move {
        let outcome = match copying.await {
            Ok(_) => texts.copied,
            Err(_) => texts.not_copied,
        };
        say(&shown, outcome);
        let forget = move || {
            if shown.get_attribute(PRESS) == Some(press) {
                say(&shown, "");
            }
        };
        set_timeout(forget, SAID_FOR);
    });
}

fn say(shown: &Element, text: &str) {
    if let Ok(Some(said)) = shown.query_selector("[role=status]") {
        said.set_text_content(Some(text));
    }
}

/// Pages that did not come by https, nor from this machine, have none.
fn clipboard() -> Option<web_sys::Clipboard> {
    let clipboard = window().navigator().clipboard();
    (!clipboard.is_undefined()).then_some(clipboard)
}
