//! The HTML document around the application.

use std::sync::Arc;

use leptos::{
    WasmSplitManifest,
    nonce::{provide_nonce, use_nonce},
    prelude::*,
    tachys::html::InertElement,
};
use leptos_i18n::Locale as _;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::{
    language::{t, use_language},
    routes::App,
};

/// What is the same in the head of every page, but for the nonce: made once, because Leptos reads the names of the files from the
/// disk whenever it writes them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Head {
    /// What stands before, between and after the places of the nonce.
    parts: Arc<[String]>,
    /// The files of pages that the browser loads when somebody goes there.
    splits: Option<WasmSplitManifest>,
}

impl Head {
    /// The head of pages that load the files which these options name.
    ///
    /// # Panics
    /// When the list of hashed names beside the program cannot be read.
    #[must_use]
    pub fn new(options: &LeptosOptions) -> Self {
        let owner = Owner::new();
        let (html, nonce, splits) = owner.with(|| {
            provide_nonce();
            let options = options.clone();
            let html = view! {
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <HashedStylesheet id="leptos" options=options.clone()/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options defer=true/>
            }
            .to_html();
            (html, use_nonce(), use_context())
        });
        let nonce = nonce.map(|nonce| nonce.to_string()).unwrap_or_default();
        let parts = if nonce.is_empty() {
            vec![html]
        } else {
            // Leptos writes the nonce there, too, where a style sheet could read it. Without a value it means the same.
            let html = html.replace(&format!("crossorigin=\"{nonce}\""), "crossorigin");
            html.split(&nonce).map(str::to_owned).collect()
        };
        Self {
            parts: parts.into(),
            splits,
        }
    }

    /// The head for a page.
    fn draw(&self) -> InertElement {
        if let Some(splits) = self.splits.clone() {
            provide_context(splits);
        }
        let nonce = use_nonce().map(|nonce| nonce.to_string());
        InertElement::new(self.parts.join(nonce.as_deref().unwrap_or_default()))
    }
}

/// The document.
pub fn shell(head: &Head) -> impl IntoView + use<> {
    let language = use_language();
    let head = head.draw();
    view! {
        <!DOCTYPE html>
        <html lang=language.as_str() dir=language.direction().as_str()>
            <head>
                {head}
                <meta
                    name="description"
                    content=t!(frame.description)
                />
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(head: &Head) -> (String, String) {
        Owner::new().with(|| {
            provide_nonce();
            let html = head.draw().to_html();
            (html, use_nonce().unwrap().to_string())
        })
    }

    #[test]
    fn each_page_has_its_own_nonce_at_every_place_and_nothing_else_differs() {
        let options = LeptosOptions::builder().output_name("app").build();
        let head = Head::new(&options);
        let ((one, nonce), (other, another)) = (html(&head), html(&head));
        assert_ne!(nonce, another);
        assert!(
            one.contains(&format!(r#"<script type="module" nonce="{nonce}">"#)),
            "{one}"
        );
        assert!(one.contains(r#"href="/pkg/app.css""#), "{one}");
        assert!(one.contains("crossorigin fetchpriority"), "{one}");
        let places = one.matches(&nonce).count();
        assert_eq!(places, one.matches(&format!(" nonce=\"{nonce}\"")).count());
        assert_eq!(one.replace(&nonce, &another), other);
    }
}
