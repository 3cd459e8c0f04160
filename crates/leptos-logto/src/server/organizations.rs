//! Organizations, put together from the ID token (ids, roles) and userinfo (names).

use std::{collections::HashMap, sync::Arc};

use logto::{Claims, is_blank, scope};
use logto_axum::{Auth, CurrentUser, Error};
use serde_json::Value;

use super::{
    initials::initials,
    last_organization::last_of,
    page_text::for_page,
    refuse::{log_fault, refuse},
};
use crate::{
    error::AuthError,
    model::{Organization, Organizations},
};

/// The organizations of the person, with their names from userinfo, for which Logto is asked. While
/// Logto does not answer, without names.
///
/// # Errors
/// Errors of the whole session, as [`refuse`] converts them.
pub async fn organizations(auth: &Auth, person: &CurrentUser) -> Result<Organizations, AuthError> {
    with_names(person, auth.user_info().await.map(Arc::new))
}

/// The organizations of the person, with names and memberships that may be a minute old
/// ([`Auth::recent_organization_claims`]): for a page that shows them beside something else.
///
/// # Errors
/// As [`organizations`].
pub async fn recent_organizations(
    auth: &Auth,
    person: &CurrentUser,
) -> Result<Organizations, AuthError> {
    with_names(person, auth.recent_organization_claims().await)
}

fn with_names(
    person: &CurrentUser,
    fetched: Result<Arc<Claims>, Error>,
) -> Result<Organizations, AuthError> {
    let fetched = match fetched {
        Ok(fetched) => Some(fetched),
        Err(
            error @ (Error::Logto(_) | Error::Throttled | Error::TimedOut | Error::Interrupted),
        ) => {
            log_fault(&error);
            None
        }
        Err(error) => return Err(refuse(error)),
    };
    let mut organizations = describe(person, fetched.as_deref());
    organizations.last = last_of(&organizations.list);
    Ok(for_page(organizations))
}

/// The organizations of the person as the ID token has them: ids and roles, no names. Sends no
/// request.
#[must_use]
pub fn organizations_in_id_token(person: &CurrentUser) -> Organizations {
    describe(person, None)
}

/// The ids of the organizations in the ID token.
pub(super) fn organization_ids(person: &CurrentUser) -> Vec<String> {
    let claim = person.claims.organizations.value();
    let ids = claim.map(Vec::as_slice).unwrap_or_default();
    ids.iter().map(ToString::to_string).collect()
}

fn describe(person: &CurrentUser, fetched: Option<&Claims>) -> Organizations {
    let newest = fetched.unwrap_or(&person.claims);
    let list = |name: &str| {
        let claim = newest.get(name).or_else(|| person.claims.get(name));
        match claim {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    };
    let roles = list("organization_roles");
    let data = list("organization_data");
    // The first entry of an organization counts, so it is the last one in the map.
    let data = data.iter().rev();
    let data: HashMap<_, _> = data
        .filter_map(|entry| Some((entry.get("id")?.as_str()?, entry)))
        .collect();
    let mut roles_in: HashMap<&str, Vec<String>> = HashMap::new();
    for (organization, role) in roles
        .iter()
        .filter_map(|role| role.as_str()?.split_once(':'))
    {
        let roles = roles_in.entry(organization).or_default();
        roles.push(role.to_owned());
    }
    let found = list("organizations").into_iter().filter_map(|id| {
        let id = id.as_str()?.to_owned();
        let about = data.get(&*id);
        let text = |member: &str| {
            let text = about?.get(member)?.as_str()?;
            (!is_blank(text)).then(|| text.to_owned())
        };
        let name = text("name");
        Some(Organization {
            initials: initials(name.as_deref().unwrap_or(&id)),
            name,
            description: text("description"),
            roles: roles_in.get(&*id).cloned().unwrap_or_default(),
            id,
        })
    });
    Organizations {
        list: found.collect(),
        last: None,
        names_unavailable: fetched.is_none(),
        scope_missing: !person.scope.contains(scope::ORGANIZATIONS),
    }
}

#[cfg(test)]
mod tests {
    use logto::Scopes;
    use logto_axum::SessionDevice;
    use serde_json::json;

    use super::*;

    #[test]
    fn names_come_from_userinfo_and_roles_are_split_at_the_first_colon() {
        let person = CurrentUser {
            claims: serde_json::from_value(json!({ "sub": "u1", "organizations": ["a", "b"] }))
                .unwrap(),
            scope: format!("openid {}", scope::ORGANIZATIONS)
                .parse::<Scopes>()
                .unwrap(),
            asked: Scopes::default(),
            switched_off: Scopes::default(),
            signed_in_at: 0,
            ends_at: 0,
            device: SessionDevice::default(),
        };
        let fetched: Claims = serde_json::from_value(json!({
            "sub": "u1", "organizations": ["a", "b"], "organization_roles": ["a:admin", "a:a:b", "b:member"],
            "organization_data": [
                { "id": "a", "name": "Acme", "description": null },
                { "id": "b", "name": " \u{3164}\u{200b}", "description": "\u{3000}" }
            ]
        }))
        .unwrap();
        let organizations = describe(&person, Some(&fetched));
        assert_eq!(organizations.list[0].name.as_deref(), Some("Acme"));
        assert_eq!(organizations.list[0].roles, ["admin", "a:b"]);
        // A name that shows nothing is none.
        assert_eq!(
            (
                &organizations.list[1].name,
                &organizations.list[1].description
            ),
            (&None, &None)
        );
        assert_eq!(organizations.list[0].initials, "A");
        assert_eq!(organizations.list[1].initials, "B");
        assert!(!organizations.names_unavailable && !organizations.scope_missing);
        let alone = describe(&person, None);
        assert_eq!(alone.list.len(), 2);
        assert!(alone.names_unavailable);
    }
}
