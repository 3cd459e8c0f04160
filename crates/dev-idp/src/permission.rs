//! The permissions that a token can carry.

use std::collections::BTreeSet;

use crate::fixture::{Fixture, FixtureOrganizationRole, FixtureUser, ORGANIZATIONS_RESOURCE};

/// Scopes with a meaning of their own, beside the permissions of resources.
const OIDC_SCOPES: [&str; 12] = [
    "openid",
    "offline_access",
    "profile",
    "email",
    "phone",
    "address",
    "custom_data",
    "identities",
    "roles",
    "urn:logto:scope:organizations",
    "urn:logto:scope:organization_roles",
    "urn:logto:scope:sessions",
];

pub(crate) fn is_oidc_scope(scope: &str) -> bool {
    OIDC_SCOPES.contains(&scope)
}

pub(crate) fn oidc_scopes() -> &'static [&'static str] {
    &OIDC_SCOPES
}

impl Fixture {
    pub(crate) fn knows_resource(&self, indicator: &str) -> bool {
        indicator == ORGANIZATIONS_RESOURCE
            || self
                .resources
                .iter()
                .any(|resource| resource.indicator == indicator)
    }

    /// Whether a resource has a permission of that name, held by anyone or not.
    pub(crate) fn has_permission(&self, resource: &str, name: &str) -> bool {
        if resource == ORGANIZATIONS_RESOURCE {
            return self.organization_roles.iter().any(|role| {
                role.organization_permissions
                    .iter()
                    .any(|held| held == name)
            });
        }
        self.resources.iter().any(|held| {
            held.indicator == resource && held.permissions.iter().any(|held| held == name)
        })
    }

    /// The permissions of a token for a resource. Without an organization, every organization's roles count; with one,
    /// only the roles held there. Global roles always count.
    ///
    /// For the resource that stands for all organizations it is every organization permission there is, whoever asks,
    /// also somebody in no organization: so it was recorded (`organization-resource-token.json`).
    pub(crate) fn permissions(
        &self,
        user: &FixtureUser,
        resource: &str,
        organization: Option<&str>,
    ) -> BTreeSet<String> {
        if resource == ORGANIZATIONS_RESOURCE {
            let roles = self.organization_roles.iter();
            let permissions = roles.flat_map(|role| role.organization_permissions.iter().cloned());
            return permissions.collect();
        }
        let global = self
            .roles
            .iter()
            .filter(|role| user.roles.contains(&role.name))
            .flat_map(|role| &role.permissions);
        let local = self
            .roles_in(user, organization)
            .flat_map(|role| &role.permissions);
        global
            .chain(local)
            .filter(|permission| permission.resource == resource)
            .map(|permission| permission.name.clone())
            .collect()
    }

    /// The permissions of a person in an organization.
    pub(crate) fn organization_permissions(
        &self,
        user: &FixtureUser,
        organization: &str,
    ) -> BTreeSet<String> {
        self.roles_in(user, Some(organization))
            .flat_map(|role| &role.organization_permissions)
            .cloned()
            .collect()
    }

    fn roles_in<'a>(
        &'a self,
        user: &'a FixtureUser,
        organization: Option<&'a str>,
    ) -> impl Iterator<Item = &'a FixtureOrganizationRole> {
        user.organizations
            .iter()
            .filter(move |membership| organization.is_none_or(|id| membership.id == id))
            .flat_map(|membership| &membership.roles)
            .filter_map(|name| {
                self.organization_roles
                    .iter()
                    .find(|role| role.name == *name)
            })
    }
}

impl FixtureUser {
    pub(crate) fn is_member_of(&self, organization: &str) -> bool {
        self.organizations
            .iter()
            .any(|membership| membership.id == organization)
    }
}
