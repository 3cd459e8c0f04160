use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::panel_texts::use_panel_texts;

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
    // Nothing at all until it is known that there is a clipboard.
    let said = RwSignal::new(copied.then_some(texts.copied));
    Effect::new(move |_| said.set(clipboard().map(|_| "")));
    let copy = move |_| {
        let Some(clipboard) = clipboard() else {
            return;
        };
        let copying = clipboard.write_text(&text);
        spawn_local(async move {
            let outcome = match copying.await {
                Ok(_) => texts.copied,
                Err(_) => texts.not_copied,
            };
            // The component may have been removed meanwhile.
            _ = said.try_set(Some(outcome));
            set_timeout(move || _ = said.try_set(Some("")), SAID_FOR);
        });
    };
    view! {
        <span class="logto-copy-button" hidden=move || said.get().is_none()>
            <button type="button" class=class on:click=copy>
                {children()}
            </button>
            <span class="logto-copy-button__said" role="status">
                {move || said.get().unwrap_or_default()}
            </span>
        </span>
    }
}

/// Pages that did not come by https, nor from this machine, have none.
fn clipboard() -> Option<web_sys::Clipboard> {
    let clipboard = window().navigator().clipboard();
    (!clipboard.is_undefined()).then_some(clipboard)
}
