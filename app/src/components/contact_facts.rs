use leptos::prelude::*;

use crate::{api::Contact, language::t};

/// Whom to write to, and what to quote.
#[component]
pub fn ContactFacts(
    /// Whom.
    contact: Contact,
) -> impl IntoView {
    let Contact { address, reference } = contact;
    let href = format!("mailto:{address}?subject={reference}");
    view! {
        <dl class="contact-facts">
            <div>
                <dt>{t!(organization.address)}</dt>
                <dd>
                    <a href=href>{address}</a>
                </dd>
            </div>
            <div>
                <dt>{t!(organization.reference)}</dt>
                <dd>
                    <code>{reference}</code>
                </dd>
            </div>
        </dl>
    }
}
