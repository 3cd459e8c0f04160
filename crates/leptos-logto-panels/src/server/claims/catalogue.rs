use logto::scope;

use crate::model::ClaimGroup::{self, Contact, Custom, Organizations, Person, Protocol};

/// A claim that Logto has.
pub(super) struct Entry {
    pub name: &'static str,
    /// The scope that brings it; `None` where no scope does.
    pub scope: Option<&'static str>,
    pub group: ClaimGroup,
}

const fn by(scope: &'static str, group: ClaimGroup, name: &'static str) -> Entry {
    Entry {
        name,
        scope: Some(scope),
        group,
    }
}

const fn of_token(name: &'static str) -> Entry {
    Entry {
        name,
        scope: None,
        group: Protocol,
    }
}

/// Every claim of Logto 1.42 with the scope that brings it, in the order of the page
/// (`userinfo.json` of the recorded facts; OpenID Connect Core 1.0, sections 2 and 5.4, for those
/// about the token).
///
/// Logto decides for each tenant which of the extended ones are in the ID token and which in
/// userinfo alone, so that is looked at, never assumed.
pub(super) const CATALOGUE: [Entry; 39] = [
    by(scope::OPENID, Person, "sub"),
    by(scope::PROFILE, Person, "name"),
    by(scope::PROFILE, Person, "username"),
    by(scope::PROFILE, Person, "preferred_username"),
    by(scope::PROFILE, Person, "nickname"),
    by(scope::PROFILE, Person, "given_name"),
    by(scope::PROFILE, Person, "middle_name"),
    by(scope::PROFILE, Person, "family_name"),
    by(scope::PROFILE, Person, "picture"),
    by(scope::PROFILE, Person, "gender"),
    by(scope::PROFILE, Person, "birthdate"),
    by(scope::PROFILE, Person, "locale"),
    by(scope::PROFILE, Person, "zoneinfo"),
    by(scope::PROFILE, Person, "profile"),
    by(scope::PROFILE, Person, "website"),
    by(scope::PROFILE, Person, "created_at"),
    by(scope::PROFILE, Person, "updated_at"),
    by(scope::EMAIL, Contact, "email"),
    by(scope::EMAIL, Contact, "email_verified"),
    by(scope::PHONE, Contact, "phone_number"),
    by(scope::PHONE, Contact, "phone_number_verified"),
    by(scope::ADDRESS, Contact, "address"),
    by(scope::ROLES, Organizations, "roles"),
    by(scope::ORGANIZATIONS, Organizations, "organizations"),
    by(scope::ORGANIZATIONS, Organizations, "organization_data"),
    by(
        scope::ORGANIZATION_ROLES,
        Organizations,
        "organization_roles",
    ),
    by(scope::CUSTOM_DATA, Custom, "custom_data"),
    by(scope::IDENTITIES, Custom, "identities"),
    by(scope::IDENTITIES, Custom, "sso_identities"),
    of_token("iss"),
    of_token("aud"),
    of_token("iat"),
    of_token("exp"),
    of_token("auth_time"),
    of_token("sid"),
    of_token("azp"),
    of_token("amr"),
    of_token("acr"),
    of_token("jti"),
];

pub(super) fn find(name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.name == name)
}

/// The place of a claim on the page.
pub(super) fn position(name: &str) -> usize {
    let place = CATALOGUE.iter().position(|entry| entry.name == name);
    place.unwrap_or(CATALOGUE.len())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::panel_texts::PanelTexts;

    #[test]
    fn every_claim_stands_once_and_its_group_together() {
        let names: HashSet<_> = CATALOGUE.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), CATALOGUE.len());
        assert!(CATALOGUE.is_sorted_by_key(|entry| entry.group as usize));
    }

    #[test]
    fn every_claim_has_a_description() {
        for entry in &CATALOGUE {
            let label = PanelTexts::ENGLISH.claims.text(entry.name);
            assert!(label.is_some(), "{}", entry.name);
        }
    }
}
