use leptos::prelude::*;

use crate::{
    api::load_billing_contact,
    components::{ContactPanel, OrganizationFrame},
    language::t,
};

/// The bills of an organization, for those who manage them.
#[component]
pub fn Billing() -> impl IntoView {
    view! { <OrganizationFrame title=t!(organization.billing) page=|_| view! { <Contact/> }.into_any()/> }
}

#[component]
fn Contact() -> impl IntoView {
    view! {
        <ContactPanel
            heading=t!(organization.billing_heading)
            about=t!(organization.billing_about)
            load=load_billing_contact
        />
    }
}
