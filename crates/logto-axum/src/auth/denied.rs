//! Reports of refused access.

use logto::OrganizationId;
use logto_types::{Access, Requirement};

use crate::{
    auth::{Auth, Who},
    hooks::{AccessDenied, session_name},
};

impl Auth {
    /// Reports to [`Hooks::on_access_denied`](crate::Hooks::on_access_denied) that this request is
    /// refused to somebody who is signed in: [`Access::Forbidden`] or [`Access::NotFound`]; anything
    /// else is not reported.
    ///
    /// For a handler that refuses by itself after a [`check`](Self::check). Guarded pages report by
    /// themselves, and so does `require` of `leptos-logto`. A check that only decides what a page
    /// shows is no refusal.
    pub fn report_denied(
        &self,
        requirement: Requirement<'_>,
        organization: Option<&OrganizationId>,
        access: Access,
    ) {
        if !matches!(access, Access::Forbidden | Access::NotFound) {
            return;
        }
        let parts = self.app.parts();
        let subject = match &self.who {
            Who::SignedIn(person) => Some(person.claims.sub.clone()),
            Who::SignedOut | Who::Unknown => None,
        };
        parts.events.access_denied(AccessDenied {
            at: parts.sessions.now(),
            access,
            subject,
            session: self.session_hash().as_ref().map(session_name),
            path: self.request.path(),
            requirement: requirement.to_string(),
            organization: organization.cloned(),
            client: self.client_info(),
        });
    }
}
