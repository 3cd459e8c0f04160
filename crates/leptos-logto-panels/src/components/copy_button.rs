use std::time::Duration;

use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast as _, prelude::Closure},
    web_sys::{Element, HtmlElement},
};

use crate::panel_texts::{CopyTexts, use_panel_texts};

/// How long the button shows that the text was copied. After that it can be pressed again.
const SAID_FOR: Duration = Duration::from_secs(5);

/// A button that copies a text, and says whether it did. Without JavaScript, or where the browser
/// has no clipboard for the page, it is hidden: offer the text itself beside it.
#[component]
pub fn CopyButton(
    /// The text to copy.
    text: String,
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
    let said = if copied { texts.copied } else { "" };
    view! {
        <span class="logto-copy-button" hidden=!copied use:copies=(text, texts)>
            <button type="button" class=class>
                {children()}
            </button>
            <span class="logto-copy-button__said" role="status">
                {said}
            </span>
        </span>
    }
}

/// Shows the button, and copies the text at a press. It works on the page itself: with signals, the first page would load
/// twice as much code for this. What is inside the element is not there yet.
fn copies(shown: Element, (text, texts): (String, &'static CopyTexts)) {
    let Some(clipboard) = clipboard() else {
        return;
    };
    let shown: HtmlElement = shown.unchecked_into();
    shown.set_hidden(false);
    let said = shown.clone();
    let copy = move || {
        let copying = clipboard.write_text(&text);
        let said = said.clone();
        spawn_local(async move {
            let outcome = match copying.await {
                Ok(_) => texts.copied,
                Err(_) => texts.not_copied,
            };
            say(&said, outcome);
            set_timeout(move || say(&said, ""), SAID_FOR);
        });
    };
    let copy = Closure::<dyn FnMut()>::new(copy).into_js_value();
    // In the place of the one before, when another text comes into the same element.
    shown.set_onclick(Some(copy.unchecked_ref()));
}

fn say(shown: &HtmlElement, text: &str) {
    if let Some(said) = shown.last_element_child() {
        said.set_text_content(Some(text));
    }
}

/// Pages that did not come by https, nor from this machine, have none.
fn clipboard() -> Option<web_sys::Clipboard> {
    let clipboard = window().navigator().clipboard();
    (!clipboard.is_undefined()).then_some(clipboard)
}
