use leptos::prelude::*;
use leptos_logto_panels::PermissionPanel;

use crate::components::OrganizationFrame;

/// An organization: what it is, and what the person may do there.
#[component]
pub fn OrganizationOverview() -> impl IntoView {
    view! { <OrganizationFrame page=|membership| view! { <PermissionPanel membership/> }.into_any()/> }
}
