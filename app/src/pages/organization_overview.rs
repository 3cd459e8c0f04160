use leptos::prelude::*;
use leptos_logto::{Membership, Protect, use_auth};
use leptos_logto_panels::PermissionPanel;

use crate::{components::OrganizationFrame, guards, language::t};

/// An organization: what it is, what the person may do there, and parts that not every member sees.
#[component]
pub fn OrganizationOverview() -> impl IntoView {
    view! { <OrganizationFrame page=|membership| view! { <Overview membership/> }.into_any()/> }
}

#[component]
fn Overview(membership: Membership) -> impl IntoView {
    let billing = guards::BILLING.path.href(&membership.organization.id);
    let is_off = untrack(|| use_auth().has_switched_off(guards::MANAGE_BILLING.name()));
    let may_not = if is_off {
        t!(organization.billing_off)
    } else {
        t!(organization.may_not_bill)
    };
    view! {
        <div class="stack">
            <PermissionPanel membership/>
            <section class="panel">
                <h2>{t!(organization.billing)}</h2>
                <Protect
                    requires=guards::MANAGE_BILLING
                    fallback=move || view! { <p class="quiet">{may_not}</p> }
                >
                    <p class="quiet">{t!(organization.may_bill)}</p>
                    <p>
                        <a class="button button--quiet" href=billing.clone()>
                            {t!(organization.to_billing)}
                        </a>
                    </p>
                </Protect>
            </section>
        </div>
    }
}
