use leptos::{either::Either, prelude::*};
use leptos_logto::{AwaitResource, Problem};
use leptos_logto_panels::{ScopeToggles, load_scopes};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{components::Loading, language::t};

/// What the application may know and do, with a switch for each. The note in `?scopes=…` is the notice about the last choice.
#[component]
pub fn Scopes() -> impl IntoView {
    let query = use_query_map();
    let notice = Memo::new(move |_| query.read().get("scopes"));
    let choices = Resource::new_blocking(move || notice.get(), load_scopes);
    view! {
        <Title text=t!(scopes.title)/>
        <section class="page-head">
            <h1>{t!(scopes.title)}</h1>
            <p class="lead">{t!(scopes.lead)}</p>
            <p class="quiet">{t!(scopes.gloss)}</p>
        </section>
        <AwaitResource resource=choices fallback=|| view! { <Loading rows=24/> } let:choices>
            {match choices {
                Ok(choices) => Either::Left(view! { <ScopeToggles choices/> }),
                Err(error) => Either::Right(view! { <Problem error/> }),
            }}
        </AwaitResource>
    }
}
