//! The fixture: the applications, APIs, organizations and people that the provider starts with.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    application::{Application, ApplicationKind},
    fixture_error::FixtureError,
};

/// The resource indicator that stands for organization permissions.
pub(crate) const ORGANIZATIONS_RESOURCE: &str = "urn:logto:resource:organizations";

/// The applications, APIs, organizations and people that a provider starts with. Change it before [`start`](crate::start).
#[derive(Clone, Debug)]
pub struct Fixture {
    /// Applications that may ask for a sign-in.
    pub applications: Vec<Application>,
    /// APIs that tokens can be made for.
    pub resources: Vec<FixtureApiResource>,
    /// Roles a person has everywhere.
    pub roles: Vec<FixtureRole>,
    /// Organizations people can belong to.
    pub organizations: Vec<FixtureOrganization>,
    /// Roles a person has inside one organization.
    pub organization_roles: Vec<FixtureOrganizationRole>,
    /// People who can sign in.
    pub users: Vec<FixtureUser>,
    /// Extended claims that go into ID tokens; all of them are always at userinfo. The default is Logto's.
    pub id_token_claims: Vec<String>,
}

/// An API, known by its indicator, and the permissions it has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixtureApiResource {
    /// The resource indicator, an absolute URI.
    pub indicator: String,
    /// The names of its permissions.
    pub permissions: Vec<String>,
}

/// One permission of one API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixturePermission {
    /// The indicator of the API.
    pub resource: String,
    /// The permission's name, as it stands in a scope.
    pub name: String,
}

/// A role a person has everywhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixtureRole {
    /// The name, as it stands in the `roles` claim.
    pub name: String,
    /// Its permissions.
    #[serde(default)]
    pub permissions: Vec<FixturePermission>,
}

/// An organization.
#[derive(Clone, Debug)]
pub struct FixtureOrganization {
    /// The id, as it stands in the `organizations` claim.
    pub id: String,
    /// The name.
    pub name: String,
    /// The description.
    pub description: Option<String>,
}

/// A role a person has inside one organization.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixtureOrganizationRole {
    /// The name, as it stands after the colon in the `organization_roles` claim.
    pub name: String,
    /// Permissions of the organization itself.
    #[serde(default)]
    pub organization_permissions: Vec<String>,
    /// Permissions of APIs.
    #[serde(default)]
    pub permissions: Vec<FixturePermission>,
}

/// Someone's place in an organization.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixtureMembership {
    /// The organization's id.
    pub id: String,
    /// The organization roles held there.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// Someone who can sign in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixtureUser {
    /// The subject.
    pub id: String,
    /// The name typed at sign-in.
    pub username: String,
    /// The password, in plain text: this is a development provider.
    pub password: String,
    /// A short description of the person, for a list.
    pub about: String,
    /// The same in Japanese, if it is needed.
    #[serde(default)]
    pub about_ja: Option<String>,
    /// Whether lists of accounts show them. Who is there for one test is not listed, and signs in by name and password.
    #[serde(default = "yes")]
    pub listed: bool,
    /// The full name.
    #[serde(default)]
    pub name: Option<String>,
    /// A picture's address; absent is sent as `null`.
    #[serde(default)]
    pub picture: Option<String>,
    /// The email address.
    #[serde(default)]
    pub email: Option<String>,
    /// The phone number, digits only.
    #[serde(default)]
    pub phone: Option<String>,
    /// When the account was made, in milliseconds.
    pub created_at: i64,
    /// Further profile claims, by claim name; absent ones are not sent.
    #[serde(default)]
    pub profile: Map<String, Value>,
    /// Whatever the application keeps there.
    #[serde(default)]
    pub custom_data: Map<String, Value>,
    /// Linked social identities.
    #[serde(default)]
    pub identities: Map<String, Value>,
    /// Linked enterprise identities.
    #[serde(default)]
    pub sso_identities: Vec<Value>,
    /// Global roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Memberships, in the order the claims list them.
    #[serde(default)]
    pub organizations: Vec<FixtureMembership>,
}

/// How to sign in as someone, to be printed when a server starts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// The name to type.
    pub username: String,
    /// The password to type.
    pub password: String,
    /// A short description of the person.
    pub about: String,
    /// The same in Japanese, if the fixture has it.
    pub about_ja: Option<String>,
}

fn yes() -> bool {
    true
}

impl Fixture {
    /// The accounts that are listed, with their passwords.
    #[must_use]
    pub fn accounts(&self) -> Vec<Account> {
        self.users
            .iter()
            .filter(|user| user.listed)
            .map(|user| Account {
                username: user.username.clone(),
                password: user.password.clone(),
                about: user.about.clone(),
                about_ja: user.about_ja.clone(),
            })
            .collect()
    }

    pub(crate) fn check(&self) -> Result<(), FixtureError> {
        fn known<'a>(
            kind: &'static str,
            held: impl Iterator<Item = &'a str>,
            named: impl Iterator<Item = &'a str>,
        ) -> Result<(), FixtureError> {
            let held: HashSet<&str> = held.collect();
            for name in named {
                if !held.contains(name) {
                    return Err(FixtureError::unknown(kind, name));
                }
            }
            Ok(())
        }
        for application in &self.applications {
            if application.secret.is_none() != (application.kind == ApplicationKind::Spa) {
                return Err(FixtureError::Secret(application.id.clone()));
            }
        }
        let memberships = || self.users.iter().flat_map(|user| &user.organizations);
        known(
            "the role",
            self.roles.iter().map(|role| role.name.as_str()),
            self.users
                .iter()
                .flat_map(|user| &user.roles)
                .map(String::as_str),
        )?;
        known(
            "the organization",
            self.organizations
                .iter()
                .map(|organization| organization.id.as_str()),
            memberships().map(|membership| membership.id.as_str()),
        )?;
        known(
            "the organization role",
            self.organization_roles
                .iter()
                .map(|role| role.name.as_str()),
            memberships()
                .flat_map(|membership| &membership.roles)
                .map(String::as_str),
        )?;
        known(
            "the resource",
            self.resources
                .iter()
                .map(|resource| resource.indicator.as_str()),
            self.roles
                .iter()
                .flat_map(|role| &role.permissions)
                .chain(
                    self.organization_roles
                        .iter()
                        .flat_map(|role| &role.permissions),
                )
                .map(|permission| permission.resource.as_str()),
        )
    }

    pub(crate) fn application(&self, id: &str) -> Option<&Application> {
        self.applications
            .iter()
            .find(|application| application.id == id)
    }

    pub(crate) fn user(&self, id: &str) -> Option<&FixtureUser> {
        self.users.iter().find(|user| user.id == id)
    }

    /// Finds a person by what they typed: username, email address or phone number.
    pub(crate) fn user_called(&self, identifier: &str) -> Option<&FixtureUser> {
        let digits = identifier.trim_start_matches('+');
        self.users.iter().find(|user| {
            user.username == identifier
                || user.email.as_deref() == Some(identifier)
                || user.phone.as_deref() == Some(digits)
        })
    }

    pub(crate) fn organization(&self, id: &str) -> Option<&FixtureOrganization> {
        self.organizations
            .iter()
            .find(|organization| organization.id == id)
    }
}
