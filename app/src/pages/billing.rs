use leptos::{either::Either, prelude::*};
use leptos_logto::{Problem, use_organization};

use crate::{
    api::load_billing_contact,
    components::{ContactFacts, Loading, OrganizationFrame},
    language::t,
};

/// The bills of an organization, for those who manage them.
#[component]
pub fn Billing() -> impl IntoView {
    view! {
        <OrganizationFrame title=t!(organization.billing) page=|_| view! { <Contact/> }.into_any()/>
    }
}

#[component]
fn Contact() -> impl IntoView {
    let organization = use_organization();
    let contact =
        Resource::new_blocking(|| (), move |()| load_billing_contact(organization.clone()));
    view! {
        <section class="panel">
            <h2>{t!(organization.billing_heading)}</h2>
            <p>{t!(organization.billing_about)}</p>
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
