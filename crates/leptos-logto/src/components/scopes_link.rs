use leptos::prelude::*;

use crate::{
    page_paths::{scope_address, use_page_paths},
    texts::use_texts,
};

/// The way to the switch of a scope or permission, on the page
/// [`PagePaths::scopes`](crate::PagePaths::scopes): for whoever has switched it off and
/// needs it.
#[component]
pub fn ScopesLink(
    /// The scope or permission, as it travels.
    #[prop(into)]
    scope: String,
    /// Further classes.
    #[prop(optional, into)]
    class: String,
) -> impl IntoView {
    let address = scope_address(use_page_paths().scopes, &scope);
    // The browser goes there, which finds the row also when the page has to be loaded first.
    view! {
        <a class=class href=address rel="external">
            {use_texts().guard.open_scopes}
        </a>
    }
}
