use leptos::{either::Either, prelude::*};
use leptos_logto::{OrganizationList, Problem, api::load_organizations};
use leptos_meta::Title;

use crate::components::Loading;

/// The organizations the person is in.
#[component]
pub fn Organizations() -> impl IntoView {
    let organizations = Resource::new_blocking(|| (), |()| load_organizations());
    view! {
        <Title text="Organizations"/>
        <section class="page-head">
            <h1>"Organizations"</h1>
            <p class="lead">"The organizations you are in, and your roles there."</p>
        </section>
        <Suspense fallback=|| {
            view! { <Loading rows=3/> }
        }>
            {move || Suspend::new(async move {
                match organizations.await {
                    Ok(organizations) => Either::Left(view! { <OrganizationList organizations/> }),
                    Err(error) => Either::Right(view! { <Problem error/> }),
                }
            })}
        </Suspense>
    }
}
