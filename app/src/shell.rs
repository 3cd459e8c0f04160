//! The HTML document around the application. Rendered on the server only.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use leptos_i18n::Locale as _;

use crate::{
    language::{t, use_language},
    routes::App,
};

/// The document.
#[expect(clippy::needless_pass_by_value, reason = "the shape Leptos wants")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let language = use_language();
    view! {
        <!DOCTYPE html>
        <html lang=language.as_str() dir=language.direction().as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta
                    name="description"
                    content=t!(frame.description)
                />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <HashedStylesheet id="leptos" options=options.clone()/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options=options.clone() defer=true/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
