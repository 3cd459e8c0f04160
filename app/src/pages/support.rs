use leptos::prelude::*;
use leptos_logto::{Membership, Protect};

use crate::{
    api::load_support_contact,
    components::{ContactPanel, OrganizationFrame},
    guards,
    language::t,
};

/// Whom the members of an organization can ask.
#[component]
pub fn Support() -> impl IntoView {
    view! {
        <OrganizationFrame title=t!(organization.support) page=|membership| view! { <Contacts membership/> }.into_any()/>
    }
}

/// The address for everybody, and for those who manage bills the way to the one for bills.
#[component]
fn Contacts(membership: Membership) -> impl IntoView {
    let billing = guards::BILLING.path.href(&membership.organization.id);
    view! {
        <ContactPanel
            heading=t!(organization.support_heading)
            about=t!(organization.support_about)
            load=load_support_contact
        />
        <Protect requires=guards::MANAGE_BILLING>
            <p class="support__billing">
                {t!(organization.invoices)}
                " "
                <a href=billing.clone()>{t!(organization.billing)}</a>
            </p>
        </Protect>
    }
}
