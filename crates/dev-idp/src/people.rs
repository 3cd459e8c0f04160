//! Changes to people while the provider runs.

use crate::{
    fixture::{Fixture, FixtureMembership, FixtureUser},
    fixture_error::FixtureError,
    random,
};

impl Fixture {
    /// The id of somebody known by their username.
    ///
    /// # Errors
    /// When nobody is called so.
    pub fn id_of(&self, username: &str) -> Result<&str, FixtureError> {
        self.users
            .iter()
            .find(|user| user.username == username)
            .map(|user| user.id.as_str())
            .ok_or_else(|| FixtureError::unknown("the person", username))
    }

    /// Puts somebody into an organization with these roles. If they are in it, these roles take the place of theirs.
    ///
    /// # Errors
    /// When the person, the organization or a role is not known.
    pub fn join(
        &mut self,
        username: &str,
        organization: &str,
        roles: &[&str],
    ) -> Result<(), FixtureError> {
        if self.organization(organization).is_none() {
            return Err(FixtureError::unknown("the organization", organization));
        }
        for role in roles {
            if !self
                .organization_roles
                .iter()
                .any(|held| held.name == *role)
            {
                return Err(FixtureError::unknown("the organization role", role));
            }
        }
        let memberships = &mut self.person(username)?.organizations;
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        match memberships.iter_mut().find(|held| held.id == organization) {
            Some(held) => held.roles = roles,
            None => memberships.push(FixtureMembership {
                id: organization.to_owned(),
                roles,
            }),
        }
        Ok(())
    }

    /// Takes somebody out of an organization.
    ///
    /// # Errors
    /// When the person or the organization is not known.
    pub fn leave(&mut self, username: &str, organization: &str) -> Result<(), FixtureError> {
        if self.organization(organization).is_none() {
            return Err(FixtureError::unknown("the organization", organization));
        }
        self.person(username)?
            .organizations
            .retain(|held| held.id != organization);
        Ok(())
    }

    /// Adds somebody who is like another in all but id, username, password, email address and phone number. No
    /// other test uses them, so changes to them disturb none.
    ///
    /// # Errors
    /// When nobody is called so.
    pub fn add_like(&mut self, username: &str) -> Result<&FixtureUser, FixtureError> {
        let mut copy = self.person(username)?.clone();
        let suffix = &random::letters()[..8];
        copy.id = random::letters();
        copy.username = format!("{username}_{suffix}");
        copy.password.clone_from(&copy.username);
        copy.listed = false;
        copy.email = copy.email.map(|_| format!("{}@example.com", copy.username));
        copy.phone = copy.phone.map(|_| random::phone());
        self.users.push(copy);
        Ok(&self.users[self.users.len() - 1])
    }

    fn person(&mut self, username: &str) -> Result<&mut FixtureUser, FixtureError> {
        self.users
            .iter_mut()
            .find(|user| user.username == username)
            .ok_or_else(|| FixtureError::unknown("the person", username))
    }
}

impl FixtureUser {
    /// The description of the person, in a language if there is one in it, else in English.
    pub(crate) fn about_in(&self, language: &str) -> &str {
        let translated = self.about_ja.as_deref().filter(|_| language == "ja");
        translated.unwrap_or(&self.about)
    }
}
