//! How each scope stands, and what pressing its switch takes.

use logto_axum::{Auth, SignedIn};

use super::{
    super::{claims, refuse},
    catalogue::{Offered, catalogue},
    choice,
    known::Known,
    permissions::Permissions,
};
use crate::{
    error::AuthError,
    model::{ScopeChoices, ScopeGroup, ScopeState, ScopeToggle},
};

/// The scopes, and what came of the choice that `told` speaks of.
pub(crate) async fn load(
    auth: &Auth,
    person: &SignedIn,
    told: Option<&str>,
) -> Result<ScopeChoices, AuthError> {
    let config = auth.app().client().config();
    let permissions = Permissions::ask(auth, person, config)
        .await
        .map_err(refuse)?;
    let groups = catalogue(config).into_iter();
    let groups: Vec<_> = groups
        .map(|(about, offered)| ScopeGroup {
            about,
            toggles: offered
                .into_iter()
                .map(|offered| toggle(offered, person, &permissions))
                .collect(),
        })
        .collect();
    let refused = groups
        .iter()
        .flat_map(|group| &group.toggles)
        .filter(|toggle| toggle.state == ScopeState::NotGranted)
        .map(|toggle| toggle.scope.clone());
    let notice = told.and_then(|told| choice::notice(auth, told, refused.collect()));
    Ok(ScopeChoices {
        groups,
        unavailable: !permissions.unknown.is_empty(),
        notice,
    })
}

fn toggle(offered: Offered, person: &SignedIn, permissions: &Permissions) -> ScopeToggle {
    let Offered {
        scope,
        kind,
        also_of,
    } = offered;
    let known = Known::of(&scope, kind, person, permissions);
    let claims: Vec<_> = claims::brought_by(&scope).map(str::to_owned).collect();
    ScopeToggle {
        state: known.state(),
        cost: known.cost(&scope),
        at_hand: claims.iter().any(|name| person.claims.get(name).is_some()),
        claims,
        scope,
        kind,
        also_of,
    }
}

#[cfg(test)]
mod tests {
    use logto::{Scopes, scope};
    use serde_json::json;

    use super::*;
    use crate::model::{ScopeCost as C, ScopeKind, ScopeState as S};

    const ORDERS: &str = "read:orders";

    fn person(asked: &str, granted: &str, off: &str) -> SignedIn {
        SignedIn {
            claims: serde_json::from_value(json!({ "sub": "u1", "email": null, "name": "A" }))
                .unwrap(),
            scope: Scopes::parse(granted),
            asked: Scopes::parse(asked),
            switched_off: Scopes::parse(off),
            signed_in_at: 0,
            ends_at: 0,
        }
    }

    fn look(
        scope: &str,
        kind: ScopeKind,
        person: &SignedIn,
        permissions: &Permissions,
    ) -> ScopeToggle {
        let offered = Offered {
            scope: scope.into(),
            kind,
            also_of: Vec::new(),
        };
        toggle(offered, person, permissions)
    }

    #[test]
    fn a_permission_is_granted_when_a_token_says_so() {
        let permissions = Permissions {
            granted: Scopes::parse(ORDERS),
            refused: Scopes::parse("write:orders"),
            unknown: Scopes::parse("view:invoices"),
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
        let permissions = Permissions {
            granted: Scopes::parse("read:orders write:orders"),
            ..Permissions::default()
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
        let at_hand =
            |scope| look(scope, ScopeKind::User, &person, &Permissions::default()).at_hand;
        assert!(at_hand(scope::EMAIL) && at_hand(scope::PROFILE));
        assert!(!at_hand(scope::PHONE));
    }
}
