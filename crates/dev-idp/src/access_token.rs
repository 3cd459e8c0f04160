//! Access tokens without a sign-in, for testing an API.

use std::collections::BTreeSet;

use axum::extract::FromRef;

use crate::{
    audience::Audience,
    fixture::{Fixture, FixtureUser},
    fixture_error::FixtureError,
    issue::Issue,
    live::{Live, Shared},
    state::Standing,
};

/// The audience of an access token that is made for a test.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenFor<'a> {
    /// An API, by its resource indicator.
    Resource(&'a str),
    /// An API, as a member of an organization.
    OrganizationResource {
        /// The id of the organization.
        organization: &'a str,
        /// The resource indicator of the API.
        resource: &'a str,
    },
    /// An organization itself, by its id.
    Organization(&'a str),
}

pub(crate) fn make(
    live: &Live,
    username: &str,
    what: TokenFor<'_>,
) -> Result<String, FixtureError> {
    let shared = Shared::from_ref(live);
    let fixture = shared.fixture();
    let user = fixture
        .user(fixture.id_of(username)?)
        .ok_or_else(|| FixtureError::unknown("the person", username))?;
    let application = fixture
        .applications
        .first()
        .ok_or_else(|| FixtureError::unknown("the application", "of the token"))?;
    let (audience, permissions) = match what {
        TokenFor::Resource(resource) => resource_permissions(fixture, user, resource, None)?,
        TokenFor::OrganizationResource {
            organization,
            resource,
        } => {
            check_membership(fixture, user, organization)?;
            resource_permissions(fixture, user, resource, Some(organization))?
        }
        TokenFor::Organization(organization) => {
            check_membership(fixture, user, organization)?;
            let audience = Audience::Organization(organization.to_owned());
            (
                audience,
                fixture.organization_permissions(user, organization),
            )
        }
    };
    let state = &mut *shared.state();
    let standing = Standing {
        application: application.id.clone(),
        user: user.id.clone(),
        grant: String::new(),
        scopes: Vec::new(),
        resources: Vec::new(),
        nonce: None,
        signed_in_at: state.now(),
        session: None,
        sid: None,
    };
    let issue = Issue {
        user,
        standing,
        scopes: permissions.into_iter().collect(),
        audience,
        refresh_token: None,
    };
    Ok(issue.access_token(&shared, state).0)
}

fn resource_permissions(
    fixture: &Fixture,
    user: &FixtureUser,
    resource: &str,
    organization: Option<&str>,
) -> Result<(Audience, BTreeSet<String>), FixtureError> {
    if !fixture.knows_resource(resource) {
        return Err(FixtureError::unknown("the resource", resource));
    }
    let audience = Audience::Resource {
        indicator: resource.to_owned(),
        organization: organization.map(str::to_owned),
    };
    Ok((audience, fixture.permissions(user, resource, organization)))
}

fn check_membership(
    fixture: &Fixture,
    user: &FixtureUser,
    organization: &str,
) -> Result<(), FixtureError> {
    if fixture.organization(organization).is_none() {
        return Err(FixtureError::unknown("the organization", organization));
    }
    if !user.is_member_of(organization) {
        return Err(FixtureError::unknown(
            "the person's membership in the organization",
            organization,
        ));
    }
    Ok(())
}
