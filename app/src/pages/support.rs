use leptos::{either::Either, prelude::*};
use leptos_logto::{Problem, use_organization};

use crate::{
    api::load_support_contact,
    components::{ContactFacts, Loading, OrganizationFrame},
    language::t,
};

/// Whom the members of an organization can ask.
#[component]
pub fn Support() -> impl IntoView {
    view! {
        <OrganizationFrame title=t!(organization.support) page=|_| view! { <Contact/> }.into_any()/>
    }
}

#[component]
fn Contact() -> impl IntoView {
    let organization = use_organization();
    let contact =
        Resource::new_blocking(|| (), move |()| load_support_contact(organization.clone()));
    view! {
        <section class="panel">
            <h2>{t!(organization.support_heading)}</h2>
            <p>{t!(organization.support_about)}</p>
            <Suspense fallback=|| {
                view! { <Loading rows=2/> }
            }>
                {move || Suspend::new(async move {
                    match contact.await {
                        Ok(contact) => Either::Left(view! { <ContactFacts contact/> }),
                        Err(error) => Either::Right(view! { <Problem error of_page=true/> }),
                    }
                })}
            </Suspense>
        </section>
    }
}
