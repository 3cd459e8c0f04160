//! The outcome of a check: access, and the member of an organization.

use logto::{AccessToken, OrganizationId};
use logto_types::Access;

/// A member of an organization. Only [`Auth::check`](crate::Auth::check) makes one, so whoever has
/// it need not ask again in the same request.
///
/// In a request for a page that a [`Guard`](crate::Guard) protects inside an organization, handlers
/// find it as `Extension<Member>`, too.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub(crate) organization: OrganizationId,
    pub(crate) token: AccessToken,
}

impl Member {
    /// The organization.
    #[must_use]
    pub fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// The token that the check has looked at: for the organization, or for an API inside it if the
    /// requirement was a [`Requirement::Permission`](crate::Requirement::Permission).
    #[must_use]
    pub fn token(&self) -> &AccessToken {
        &self.token
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessDecision {
    /// Whether the person meets the requirement.
    pub access: Access,
    /// The member, if access is granted and the requirement is about an organization.
    pub member: Option<Member>,
}

impl From<Access> for AccessDecision {
    fn from(access: Access) -> Self {
        let member = None;
        Self { access, member }
    }
}

impl AccessDecision {
    pub(crate) fn decide(is_met: bool, member: Option<Member>) -> Self {
        if is_met {
            let access = Access::Granted;
            Self { access, member }
        } else {
            Access::Forbidden.into()
        }
    }
}
