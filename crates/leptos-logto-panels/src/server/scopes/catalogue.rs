//! What is offered, in groups.

use logto::{ApiResource, Config, scope};

use crate::model::{ScopeGroupKind, ScopeKind};

const IDENTITY: [&str; 6] = [
    scope::OPENID,
    scope::OFFLINE_ACCESS,
    scope::PROFILE,
    scope::CUSTOM_DATA,
    scope::IDENTITIES,
    scope::ROLES,
];
const CONTACT: [&str; 3] = [scope::EMAIL, scope::PHONE, scope::ADDRESS];
const ORGANIZATIONS: [&str; 2] = [scope::ORGANIZATIONS, scope::ORGANIZATION_ROLES];
const ACCOUNT: [&str; 2] = [scope::SESSIONS, scope::TRUSTED_DEVICES];

/// A scope that may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offered {
    pub(super) scope: String,
    pub(super) kind: ScopeKind,
    /// Further APIs with a permission of that name. Permissions travel without their API, so one
    /// switch is for all.
    pub(super) also_of: Vec<String>,
}

/// Logto's own scopes, the permissions of the configured APIs and organizations, and what else is
/// configured. Each scope is there once.
pub(super) fn catalogue(config: &Config) -> Vec<(ScopeGroupKind, Vec<Offered>)> {
    let mut groups = vec![
        (ScopeGroupKind::Identity, user(&IDENTITY)),
        (ScopeGroupKind::Contact, user(&CONTACT)),
        (ScopeGroupKind::Organizations, user(&ORGANIZATIONS)),
        (ScopeGroupKind::Account, user(&ACCOUNT)),
    ];
    let inside = permissions(
        &config.organization_permissions,
        ScopeKind::OrganizationPermission,
    );
    groups[2].1.extend(inside);
    for ApiResource {
        indicator,
        permissions: names,
        ..
    } in &config.resources
    {
        let offered = permissions(names, ScopeKind::Permission).collect();
        groups.push((ScopeGroupKind::Api(indicator.clone()), offered));
    }
    groups.push((
        ScopeGroupKind::Other,
        user(&config.asked_scopes().iter().collect::<Vec<_>>()),
    ));
    once(groups)
}

fn user(scopes: &[&str]) -> Vec<Offered> {
    permissions(scopes, ScopeKind::User).collect()
}

fn permissions<S: ToString>(names: &[S], kind: ScopeKind) -> impl Iterator<Item = Offered> {
    names.iter().map(move |name| Offered {
        scope: name.to_string(),
        kind,
        also_of: Vec::new(),
    })
}

/// Keeps each scope where it stands first, and notes the APIs that it stands under again.
fn once(groups: Vec<(ScopeGroupKind, Vec<Offered>)>) -> Vec<(ScopeGroupKind, Vec<Offered>)> {
    let mut kept: Vec<(ScopeGroupKind, Vec<Offered>)> = Vec::new();
    for (about, offered) in groups {
        let mut new: Vec<Offered> = Vec::new();
        for next in offered {
            let earlier = kept.iter_mut().flat_map(|(_, offered)| offered);
            match earlier
                .chain(&mut new)
                .find(|held| held.scope == next.scope)
            {
                None => new.push(next),
                Some(held) => {
                    if let ScopeGroupKind::Api(indicator) = &about {
                        held.also_of.push(indicator.clone());
                    }
                }
            }
        }
        if !new.is_empty() {
            kept.push((about, new));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use logto::Secret;

    use super::*;

    fn config() -> Config {
        let url = |text: &str| text.parse().unwrap();
        let mut config = Config::new(
            url("https://tenant.logto.app/"),
            "app",
            Secret::new("secret"),
            url("https://app.example/callback"),
            url("https://app.example/"),
        );
        config.scopes.extend([scope::EMAIL, "beta"]);
        config.resources = vec![
            ApiResource::new("https://shop.example/api", ["read:orders", "write:orders"]),
            ApiResource::new("https://plain.example/api", [""; 0]),
            ApiResource::new("https://old-shop.example/api", ["read:orders"]),
        ];
        config.organization_permissions = vec!["manage:billing".into()];
        config
    }

    fn names(config: &Config) -> Vec<String> {
        let groups = catalogue(config).into_iter();
        groups
            .flat_map(|(_, offered)| offered)
            .map(|offered| offered.scope)
            .collect()
    }

    #[test]
    fn every_scope_of_logto_and_every_configured_one_is_offered_once() {
        let names = names(&config());
        for scope in scope::USER {
            assert_eq!(
                names.iter().filter(|name| *name == scope).count(),
                1,
                "{scope}"
            );
        }
        for scope in config().asked_scopes().iter() {
            assert!(names.iter().any(|name| name == scope), "{scope}");
        }
        assert_eq!(names.len(), scope::USER.len() + 4);
    }

    #[test]
    fn there_is_a_group_for_each_api_that_has_permissions() {
        let groups: Vec<_> = catalogue(&config())
            .into_iter()
            .map(|(about, offered)| (about, offered.len()))
            .collect();
        assert_eq!(
            groups,
            [
                (ScopeGroupKind::Identity, 6),
                (ScopeGroupKind::Contact, 3),
                (ScopeGroupKind::Organizations, 3),
                (ScopeGroupKind::Account, 2),
                (ScopeGroupKind::Api("https://shop.example/api".into()), 2),
                (ScopeGroupKind::Other, 1),
            ]
        );
    }

    #[test]
    fn a_permission_that_two_apis_have_stands_under_the_first_and_names_the_other() {
        let groups = catalogue(&config());
        let mut all = groups.iter().flat_map(|(_, offered)| offered);
        let read = all.find(|offered| offered.scope == "read:orders").unwrap();
        assert_eq!(read.also_of, ["https://old-shop.example/api"]);
    }
}
