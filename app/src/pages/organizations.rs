use leptos::{either::Either, prelude::*};
use leptos_logto::{OrganizationList, Problem, api::load_organizations, suspend};
use leptos_meta::Title;

use crate::{components::Loading, language::t};

/// The organizations the person is in.
#[component]
pub fn Organizations() -> impl IntoView {
    let organizations = Resource::new_blocking(|| (), |()| load_organizations());
    view! {
        <Title text=t!(organizations.title)/>
        <section class="page-head">
            <h1>{t!(organizations.title)}</h1>
            <p class="lead">{t!(organizations.lead)}</p>
        </section>
        <Suspense fallback=|| {
            view! { <Loading rows=3/> }
        }>
            {move || suspend(async move {
                match organizations.await {
                    Ok(organizations) => Either::Left(view! { <OrganizationList organizations/> }),
                    Err(error) => Either::Right(view! { <Problem error/> }),
                }
            })}
        </Suspense>
    }
}
