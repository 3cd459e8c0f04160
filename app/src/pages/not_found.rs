use leptos::prelude::*;
use leptos_logto::AnotherAccount;
use leptos_meta::Title;

use crate::{language::t, paths};

/// The page for addresses without a route.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text=t!(not_found.title)/>
        <section class="page-head">
            <h1>{t!(not_found.heading)}</h1>
            <p class="lead">{t!(not_found.about)}</p>
            <p>
                <a class="button" href=paths::HOME>
                    {t!(logto.general.home_page)}
                </a>
            </p>
            <AnotherAccount/>
        </section>
    }
}
