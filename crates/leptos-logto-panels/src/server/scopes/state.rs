//! The state of each scope, and what a change of it needs.

use leptos_logto::{
    AuthError, Organization,
    server::{for_page, organizations_in_id_token, recent_organizations, refuse},
};
use logto::scope;
use logto_axum::{Auth, CurrentUser, PermissionGrants};

use super::{
    super::claims,
    catalogue::{Offered, catalogue},
    choice::{self, ChoiceResult},
    grant::Grant,
    permission_grants,
};
use crate::model::{
    PermissionIn, ScopeChange, ScopeChoices, ScopeGroup, ScopeKind, ScopeNotice, ScopeState,
    ScopeToggle,
};

/// The scopes, and the result of the choice that `note` is about.
pub(crate) async fn load(
    auth: &Auth,
    person: &CurrentUser,
    note: Option<&str>,
) -> Result<ScopeChoices, AuthError> {
    let config = auth.app().client().config();
    let permissions = permission_grants(auth).await.map_err(refuse)?;
    let named = named(auth, person, &permissions).await?;
    let groups = catalogue(config).into_iter();
    let mut groups: Vec<_> = groups
        .map(|(about, offered)| ScopeGroup {
            about,
            toggles: offered
                .into_iter()
                .map(|offered| toggle(offered, person, &permissions, &named))
                .collect(),
        })
        .collect();
    lock_memberships(&mut groups);
    let toggles = groups.iter().flat_map(|group| &group.toggles);
    let refused = toggles.filter(|toggle| toggle.state == ScopeState::NotGranted);
    let refused: Vec<_> = refused.map(|toggle| &*toggle.scope).collect();
    let result = note.and_then(|note| choice::result(auth, note, &refused));
    if let Some(result) = &result {
        mark_changes(&mut groups, result);
    }
    let notice = result.map(|result| result.notice);
    Ok(for_page(ScopeChoices {
        groups,
        unavailable: permissions.unavailable,
        checked: permissions.organizations.len(),
        unchecked: permissions.unchecked,
        notice,
    }))
}

/// The organizations that were checked, with their names, which are in userinfo alone.
async fn named(
    auth: &Auth,
    person: &CurrentUser,
    permissions: &PermissionGrants,
) -> Result<Vec<Organization>, AuthError> {
    if permissions.organizations.is_empty() {
        return Ok(Vec::new());
    }
    if permissions.unavailable {
        return Ok(organizations_in_id_token(person).list);
    }
    Ok(recent_organizations(auth, person).await?.list)
}

fn toggle(
    offered: Offered,
    person: &CurrentUser,
    permissions: &PermissionGrants,
    named: &[Organization],
) -> ScopeToggle {
    let Offered {
        scope,
        kind,
        also_of,
    } = offered;
    let grant = Grant::of(&scope, kind, person, permissions);
    let claims: Vec<_> = claims::brought_by(&scope).map(str::to_owned).collect();
    let is_inside = kind == ScopeKind::OrganizationPermission
        && matches!(
            grant.state(),
            ScopeState::Granted | ScopeState::NotGranted | ScopeState::Unknown
        );
    let looked_at = permissions.organizations.iter().filter(|_| is_inside);
    let organizations = looked_at.map(|organization| {
        let id = organization.id.as_str();
        PermissionIn {
            id: id.to_owned(),
            name: Organization::name_in(named, id).unwrap_or(id).to_owned(),
            held: organization.granted.contains(&scope),
        }
    });
    ScopeToggle {
        state: grant.state(),
        // It was requested, so the next token for the organization has it once a role there gives
        // it: a new authorization changes nothing.
        cost: match (kind, grant.state()) {
            (ScopeKind::OrganizationPermission, ScopeState::NotGranted) => None,
            _ => grant.cost(&scope),
        },
        at_hand: claims.iter().any(|name| person.claims.get(name).is_some()),
        organizations: organizations.collect(),
        claims,
        scope,
        kind,
        also_of,
        change: None,
    }
}

/// Marks what the last choice was about, and what else a new authorization has changed.
fn mark_changes(groups: &mut [ScopeGroup], result: &ChoiceResult) {
    if !matches!(
        result.notice,
        ScopeNotice::Applied | ScopeNotice::NotGranted
    ) {
        return;
    }
    for toggle in groups.iter_mut().flat_map(|group| &mut group.toggles) {
        let was_refused = |refused: &Vec<String>| refused.contains(&toggle.scope);
        let answered = match toggle.state {
            ScopeState::Granted => result.refused.as_ref().is_some_and(was_refused),
            ScopeState::NotGranted => result.refused.as_ref().is_some_and(|all| !was_refused(all)),
            _ => false,
        };
        toggle.change = if result.changed.contains(&toggle.scope) {
            Some(ScopeChange::Chosen)
        } else {
            answered.then_some(ScopeChange::Answered)
        };
    }
}

/// Without memberships there is no token for an organization, so they stay on while a permission in
/// organizations is on.
fn lock_memberships(groups: &mut [ScopeGroup]) {
    let mut toggles = groups.iter().flat_map(|group| &group.toggles);
    let is_needed =
        toggles.any(|toggle| toggle.kind == ScopeKind::OrganizationPermission && toggle.is_on());
    let toggles = groups.iter_mut().flat_map(|group| &mut group.toggles);
    for toggle in toggles {
        if toggle.scope == scope::ORGANIZATIONS && is_needed && toggle.is_on() {
            toggle.cost = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use logto::{Scopes, scope};
    use logto_axum::{OrganizationGrants, SessionDevice};
    use serde_json::json;

    use super::*;
    use crate::model::{ScopeCost as C, ScopeGroupKind, ScopeState as S};

    const ORDERS: &str = "read:orders";

    fn person(asked: &str, granted: &str, off: &str) -> CurrentUser {
        CurrentUser {
            claims: serde_json::from_value(json!({ "sub": "u1", "email": null, "name": "A" }))
                .unwrap(),
            scope: Scopes::parse(granted),
            asked: Scopes::parse(asked),
            switched_off: Scopes::parse(off),
            signed_in_at: 0,
            ends_at: 0,
            device: SessionDevice::default(),
        }
    }

    fn look(
        scope: &str,
        kind: ScopeKind,
        person: &CurrentUser,
        permissions: &PermissionGrants,
    ) -> ScopeToggle {
        let offered = Offered {
            scope: scope.into(),
            kind,
            also_of: Vec::new(),
        };
        toggle(offered, person, permissions, &[])
    }

    #[test]
    fn a_permission_is_granted_when_a_token_says_so() {
        let permissions = PermissionGrants {
            granted: Scopes::parse(ORDERS),
            refused: Scopes::parse("write:orders"),
            unknown: Scopes::parse("view:invoices"),
            ..PermissionGrants::default()
        };
        let asked = "openid read:orders write:orders view:invoices manage:billing";
        let person = person(asked, "openid", "manage:billing");
        for (scope, state) in [
            (ORDERS, S::Granted),
            ("write:orders", S::NotGranted),
            ("view:invoices", S::Unknown),
            ("manage:billing", S::SwitchedOff),
            ("invite:member", S::NotAsked),
        ] {
            let toggle = look(scope, ScopeKind::Permission, &person, &permissions);
            assert_eq!(toggle.state, state, "{scope}");
        }
    }

    #[test]
    fn switching_the_last_permission_off_takes_nothing() {
        let permissions = PermissionGrants {
            granted: Scopes::parse("read:orders write:orders"),
            ..PermissionGrants::default()
        };
        let cost = |off: &str| {
            let person = person("openid read:orders write:orders", "openid", off);
            look(ORDERS, ScopeKind::Permission, &person, &permissions).cost
        };
        assert_eq!(cost(""), Some(C::Token));
        assert_eq!(cost("write:orders"), Some(C::Nothing));
    }

    #[test]
    fn a_claim_is_at_hand_even_when_it_has_no_value() {
        let person = person("openid email phone", "openid email phone", "");
        let at_hand = |scope| {
            look(
                scope,
                ScopeKind::User,
                &person,
                &PermissionGrants::default(),
            )
            .at_hand
        };
        assert!(at_hand(scope::EMAIL) && at_hand(scope::PROFILE));
        assert!(!at_hand(scope::PHONE));
    }

    #[test]
    fn a_permission_in_organizations_says_where_it_is_held() {
        let checked = |id: &str, held: &str| OrganizationGrants {
            id: id.parse().unwrap(),
            granted: Scopes::parse(held),
        };
        let permissions = PermissionGrants {
            granted: Scopes::parse("invite:member"),
            organizations: vec![checked("acme", "invite:member"), checked("globex", "")],
            ..PermissionGrants::default()
        };
        let person = person("openid invite:member manage:billing", "openid", "");
        let inside = |scope| {
            look(
                scope,
                ScopeKind::OrganizationPermission,
                &person,
                &permissions,
            )
        };
        let held = |toggle: &ScopeToggle| -> Vec<bool> {
            toggle.organizations.iter().map(|one| one.held).collect()
        };
        let invite = inside("invite:member");
        assert_eq!((invite.state, invite.cost), (S::Granted, Some(C::Token)));
        assert_eq!(held(&invite), [true, false]);
        let billing = inside("manage:billing");
        assert_eq!((billing.state, billing.cost), (S::NotGranted, None));
        assert_eq!(held(&billing), [false, false]);
    }

    #[test]
    fn what_was_pressed_is_told_from_what_the_answer_changed() {
        let result = |notice, refused: Option<&[&str]>| ChoiceResult {
            notice,
            changed: vec!["pressed:on".into(), "pressed:refused".into()],
            refused: refused.map(|names| names.iter().map(ToString::to_string).collect()),
        };
        let permissions = PermissionGrants {
            granted: Scopes::parse("pressed:on role:came was:on"),
            ..PermissionGrants::default()
        };
        let all = "pressed:on pressed:refused role:came role:went was:on was:refused";
        let person = person(&format!("openid {all}"), "openid", "");
        let changes = |result: &ChoiceResult| {
            let kind = ScopeKind::Permission;
            let toggles = all.split(' ');
            let toggles = toggles.map(|scope| look(scope, kind, &person, &permissions));
            let mut groups = [ScopeGroup {
                about: ScopeGroupKind::Other,
                toggles: toggles.collect(),
            }];
            mark_changes(&mut groups, result);
            groups[0]
                .toggles
                .iter()
                .map(|toggle| toggle.change)
                .collect::<Vec<_>>()
        };
        let (chosen, answered) = (Some(ScopeChange::Chosen), Some(ScopeChange::Answered));
        let refused: Option<&[&str]> = Some(&["role:came", "was:refused"]);
        assert_eq!(
            changes(&result(ScopeNotice::NotGranted, refused)),
            [chosen, chosen, answered, answered, None, None]
        );
        assert_eq!(
            changes(&result(ScopeNotice::Applied, None)),
            [chosen, chosen, None, None, None, None]
        );
        assert_eq!(changes(&result(ScopeNotice::Cancelled, refused)), [None; 6]);
    }

    #[test]
    fn memberships_are_locked_while_a_permission_in_organizations_is_on() {
        let locked = |granted: &str| {
            let permissions = PermissionGrants {
                granted: Scopes::parse(granted),
                ..PermissionGrants::default()
            };
            let all = format!("openid {} invite:member", scope::ORGANIZATIONS);
            let person = person(&all, &all, "");
            let toggles = vec![
                look(scope::ORGANIZATIONS, ScopeKind::User, &person, &permissions),
                look(
                    "invite:member",
                    ScopeKind::OrganizationPermission,
                    &person,
                    &permissions,
                ),
            ];
            let mut groups = [ScopeGroup {
                about: ScopeGroupKind::Organizations,
                toggles,
            }];
            lock_memberships(&mut groups);
            groups[0].toggles[0].cost.is_none()
        };
        assert!(locked("invite:member"));
        assert!(!locked(""));
    }
}
