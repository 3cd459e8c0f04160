//! The claims about a person that each scope gives.

use serde_json::{Map, Value, json};

use crate::fixture::{Fixture, FixtureUser};

/// Claims that stand in an ID token only if the fixture says so.
const EXTENDED: [&str; 7] = [
    "custom_data",
    "identities",
    "sso_identities",
    "roles",
    "organizations",
    "organization_data",
    "organization_roles",
];

/// Profile claims that come from the profile, around `picture`, in Logto's order.
const BEFORE_PICTURE: [&str; 6] = [
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
];
const AFTER_PICTURE: [&str; 5] = ["website", "gender", "birthdate", "zoneinfo", "locale"];

pub(crate) fn is_extended(claim: &str) -> bool {
    EXTENDED.contains(&claim)
}

/// Every claim about a person that the scopes open.
pub(crate) fn of(
    fixture: &Fixture,
    user: &FixtureUser,
    updated_at: i64,
    scopes: &[String],
) -> Map<String, Value> {
    let has = |scope: &str| scopes.iter().any(|held| held == scope);
    let mut claims = Map::new();
    let mut add = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
    add("sub", json!(user.id));
    if has("profile") {
        add("name", json!(user.name));
        let copy = |names: &[&str], add: &mut dyn FnMut(&str, Value)| {
            for name in names {
                if let Some(value) = user.profile.get(*name) {
                    add(name, value.clone());
                }
            }
        };
        copy(&BEFORE_PICTURE, &mut add);
        add("picture", json!(user.picture));
        copy(&AFTER_PICTURE, &mut add);
        // Milliseconds, against the standard: so Logto sends them.
        add("updated_at", json!(updated_at));
        add("username", json!(user.username));
        add("created_at", json!(user.created_at));
    }
    if has("email") {
        add("email", json!(user.email));
        add("email_verified", json!(user.email.is_some()));
    }
    if has("phone") {
        add("phone_number", json!(user.phone));
        add("phone_number_verified", json!(user.phone.is_some()));
    }
    if has("address")
        && let Some(address) = user.profile.get("address")
    {
        add("address", address.clone());
    }
    if has("custom_data") {
        add("custom_data", json!(user.custom_data));
    }
    if has("identities") {
        add("identities", json!(user.identities));
        add("sso_identities", json!(user.sso_identities));
    }
    if has("roles") {
        add("roles", json!(user.roles));
    }
    if has("urn:logto:scope:organizations") {
        let held = || {
            user.organizations
                .iter()
                .filter_map(|membership| fixture.organization(&membership.id))
        };
        add(
            "organizations",
            held().map(|organization| json!(organization.id)).collect(),
        );
        let data = held().map(|organization| {
            json!({ "id": organization.id, "name": organization.name, "description": organization.description })
        });
        add("organization_data", data.collect());
    }
    if has("urn:logto:scope:organization_roles") {
        let roles = user.organizations.iter().flat_map(|membership| {
            membership
                .roles
                .iter()
                .map(|role| json!(format!("{}:{role}", membership.id)))
        });
        add("organization_roles", roles.collect());
    }
    claims
}
