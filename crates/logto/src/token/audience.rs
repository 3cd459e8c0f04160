//! What an access token is for.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::organization::OrganizationId;

/// What an access token is for. One token serves one audience, so this is the key of a cache of
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Audience {
    /// Logto itself: an opaque token for userinfo and the Account API.
    #[default]
    Default,
    /// An API resource.
    Resource(String),
    /// An organization.
    Organization(OrganizationId),
    /// An API resource, as a member of an organization.
    OrganizationResource {
        /// The organization.
        organization: OrganizationId,
        /// The resource.
        resource: String,
    },
}

impl Audience {
    /// The API resource, if it is for one.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        match self {
            Self::Resource(resource) | Self::OrganizationResource { resource, .. } => {
                Some(resource)
            }
            Self::Default | Self::Organization(_) => None,
        }
    }

    /// The organization, if it is for one.
    #[must_use]
    pub const fn organization(&self) -> Option<&OrganizationId> {
        match self {
            Self::Organization(organization) | Self::OrganizationResource { organization, .. } => {
                Some(organization)
            }
            Self::Default | Self::Resource(_) => None,
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the provider"),
            Self::Resource(resource) => f.write_str(resource),
            Self::Organization(organization) => write!(f, "organization {organization}"),
            Self::OrganizationResource {
                organization,
                resource,
            } => {
                write!(f, "{resource} in organization {organization}")
            }
        }
    }
}
