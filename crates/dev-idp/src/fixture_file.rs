//! The format of `fixture.toml`: a [`Fixture`], with a short form for many organizations.

use serde::Deserialize;

use crate::{
    application::Application,
    fixture::{
        Fixture, FixtureApiResource, FixtureMembership, FixtureOrganization,
        FixtureOrganizationRole, FixtureRole, FixtureUser,
    },
    fixture_error::FixtureError,
};

impl Fixture {
    /// Reads a file like `fixture.toml`.
    ///
    /// # Errors
    /// When the text is not such a file, or uses a name that it does not define.
    pub fn parse(toml: &str) -> Result<Self, FixtureError> {
        let fixture = toml::from_str::<FixtureFile>(toml)?.expand()?;
        fixture.check()?;
        Ok(fixture)
    }
}

impl Default for Fixture {
    /// The fixture of `fixture.toml`.
    ///
    /// # Panics
    /// Never: a test reads that file.
    fn default() -> Self {
        Self::parse(include_str!("../fixture.toml")).expect("fixture.toml is tested to be readable")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FixtureFile {
    applications: Vec<Application>,
    #[serde(default)]
    resources: Vec<FixtureApiResource>,
    #[serde(default)]
    roles: Vec<FixtureRole>,
    #[serde(default)]
    organizations: Vec<Row>,
    #[serde(default)]
    organization_roles: Vec<FixtureOrganizationRole>,
    users: Vec<FixtureUser>,
    #[serde(default = "default_id_token_claims")]
    id_token_claims: Vec<String>,
}

/// One organization; or, with `names`, one for each of them. Those are numbered: `team01`, `team02`, and so on, and a
/// membership in `team` is one in each.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    name: Option<String>,
    description: Option<String>,
    #[serde(default)]
    names: Vec<String>,
}

fn default_id_token_claims() -> Vec<String> {
    ["roles", "organizations", "organization_roles"]
        .map(String::from)
        .into()
}

impl FixtureFile {
    /// Expands the short form of organizations.
    pub(crate) fn expand(self) -> Result<Fixture, FixtureError> {
        let mut organizations = Vec::new();
        let mut users = self.users;
        for row in self.organizations {
            let expanded = row.expand()?;
            for user in &mut users {
                expand_membership(&mut user.organizations, &row.id, &expanded);
            }
            organizations.extend(expanded);
        }
        Ok(Fixture {
            applications: self.applications,
            resources: self.resources,
            roles: self.roles,
            organizations,
            organization_roles: self.organization_roles,
            users,
            id_token_claims: self.id_token_claims,
        })
    }
}

impl Row {
    fn expand(&self) -> Result<Vec<FixtureOrganization>, FixtureError> {
        let organization = |id: String, name: &String| FixtureOrganization {
            id,
            name: name.clone(),
            description: self.description.clone(),
        };
        match (&self.name, self.names.as_slice()) {
            (Some(name), []) => Ok(vec![organization(self.id.clone(), name)]),
            (None, [_, ..]) => {
                let numbered = self.names.iter().zip(1..);
                Ok(numbered
                    .map(|(name, number)| organization(format!("{}{number:02}", self.id), name))
                    .collect())
            }
            _ => Err(FixtureError::Name(self.id.clone())),
        }
    }
}

fn expand_membership(
    held: &mut Vec<FixtureMembership>,
    id: &str,
    expanded: &[FixtureOrganization],
) {
    if let Some(place) = held.iter().position(|membership| membership.id == id) {
        let roles = held[place].roles.clone();
        let each = expanded.iter().map(|organization| FixtureMembership {
            id: organization.id.clone(),
            roles: roles.clone(),
        });
        held.splice(place..=place, each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIXTURE: &str = r#"
        applications = []
        [[organizations]]
        id = "lone"
        name = "Lone"
        [[organizations]]
        id = "team"
        names = ["Ash", "Birch"]
        [[users]]
        id = "u"
        username = "u"
        password = "u"
        about = "in both"
        created_at = 0
        organizations = [{ id = "team" }, { id = "lone" }]
    "#;

    #[test]
    fn a_row_with_names_stands_for_as_many_organizations() {
        let fixture = Fixture::parse(FIXTURE).unwrap();
        let known: Vec<_> = fixture
            .organizations
            .iter()
            .map(|organization| (organization.id.as_str(), organization.name.as_str()))
            .collect();
        assert_eq!(
            known,
            [("lone", "Lone"), ("team01", "Ash"), ("team02", "Birch")]
        );
        let held: Vec<_> = fixture.users[0]
            .organizations
            .iter()
            .map(|membership| membership.id.as_str())
            .collect();
        assert_eq!(held, ["team01", "team02", "lone"]);
    }

    #[test]
    fn an_organization_has_one_kind_of_name() {
        for row in [
            "names = []",
            "name = \"Lone\"\n names = [\"Ash\"]",
            "description = \"nameless\"",
        ] {
            let text = FIXTURE.replace("name = \"Lone\"", row);
            let error = Fixture::parse(&text).unwrap_err();
            assert!(
                error.to_string().contains("\"lone\" must have a name"),
                "{row}: {error}"
            );
        }
    }
}
