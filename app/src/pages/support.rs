use leptos::prelude::*;

use crate::{
    api::load_support_contact,
    components::{ContactPanel, OrganizationFrame},
    language::t,
};

/// Whom the members of an organization can ask.
#[component]
pub fn Support() -> impl IntoView {
    view! { <OrganizationFrame title=t!(organization.support) page=|_| view! { <Contact/> }.into_any()/> }
}

#[component]
fn Contact() -> impl IntoView {
    view! {
        <ContactPanel
            heading=t!(organization.support_heading)
            about=t!(organization.support_about)
            load=load_support_contact
        />
    }
}
