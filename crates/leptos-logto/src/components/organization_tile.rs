use leptos::prelude::*;

use crate::model::Organization;

/// The initials of an organization, in the place of a picture. Decorative: the name stands beside
/// it.
#[component]
pub fn OrganizationTile(
    /// The organization.
    organization: Organization,
) -> impl IntoView {
    view! {
        <span class="logto-organization-tile" aria-hidden="true">
            {organization.initials}
        </span>
    }
}
