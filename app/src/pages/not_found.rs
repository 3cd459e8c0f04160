use leptos::prelude::*;
use leptos_meta::Title;

use crate::paths;

/// For every address that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found"/>
        <section class="page-head">
            <h1>"There is no page here"</h1>
            <p class="lead">"The address may be mistyped, or the page may have moved."</p>
            <p>
                <a class="button" href=paths::HOME>
                    "Go to the home page"
                </a>
            </p>
        </section>
    }
}
