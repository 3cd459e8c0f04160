//! What the browser's tab says.

use leptos::{prelude::*, text_prop::TextProp};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// The name of the application behind the title of a page.
const AFTER_TITLE: &str = " · leptos-logto";

/// The title of every page that has not said its own yet, and the form of all.
#[component]
pub fn BaseTitle() -> impl IntoView {
    view! { <Title formatter=document_title text=until_the_page_has_one()/> }
}

/// In the browser, what the server wrote, for as long as it is that page.
fn until_the_page_has_one() -> TextProp {
    if cfg!(feature = "ssr") {
        return "".into();
    }
    let path = use_location().pathname;
    let (first, title) = (path.get_untracked(), document().title());
    let title = title
        .strip_suffix(AFTER_TITLE)
        .unwrap_or_default()
        .to_owned();
    let text = move || {
        if path.get() == first {
            title.clone()
        } else {
            String::new()
        }
    };
    text.into()
}

/// `leptos_meta` writes it into the HTML as it stands (LX-09), and people choose the names in it.
/// Whether this is the server is known when it is compiled: Leptos' `is_server()` asks the reactive owner, and says no where
/// the title is written, which is after the owner has gone.
fn document_title(title: String) -> String {
    if title.is_empty() {
        return "leptos-logto".to_owned();
    }
    let title = if cfg!(feature = "ssr") {
        title.replace('&', "&amp;").replace('<', "&lt;")
    } else {
        title
    };
    format!("{title}{AFTER_TITLE}")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    /// LX-09. Here there is no reactive owner, as where the title is written.
    #[test]
    fn a_title_is_escaped_on_the_server_whoever_owns_the_page() {
        assert!(Owner::current().is_none());
        assert_eq!(
            document_title("</title><b>R&B".into()),
            "&lt;/title>&lt;b>R&amp;B · leptos-logto"
        );
    }
}
