//! What is known of one scope, and what follows from it.

use logto::scope;
use logto_axum::{PermissionGrants, SignedIn};

use crate::model::{ScopeCost, ScopeKind, ScopeState};

/// Scopes whose claims Logto leaves out of the ID token unless the tenant wants them there (`userinfo.json`).
const IN_USERINFO: [&str; 2] = [scope::CUSTOM_DATA, scope::IDENTITIES];

/// What is known of one scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// It was asked for at the last authorization.
    asked: bool,
    /// It was granted then; `None` when that cannot be found out.
    granted: Option<bool>,
    /// The person does not want it used.
    switched_off: bool,
    /// No token at hand would say less, nor would the next, if this one scope were switched off.
    in_no_token: bool,
}

impl Known {
    pub(super) fn of(
        scope: &str,
        kind: ScopeKind,
        person: &SignedIn,
        permissions: &PermissionGrants,
    ) -> Self {
        let asked = person.asked.contains(scope);
        let switched_off = person.switched_off.contains(scope);
        let in_use = person.asked.permissions().difference(&person.switched_off);
        Self {
            asked,
            switched_off,
            granted: match kind {
                ScopeKind::User => Some(person.scope.contains(scope)),
                // Only what was in use can be switched off.
                _ if switched_off || permissions.granted.contains(scope) => Some(true),
                _ if permissions.unknown.contains(scope) => None,
                _ => Some(false),
            },
            in_no_token: kind != ScopeKind::User && in_use.len() == 1,
        }
    }

    pub(super) fn state(self) -> ScopeState {
        match self {
            Self {
                switched_off: true,
                granted: Some(true) | None,
                ..
            } => ScopeState::SwitchedOff,
            Self {
                granted: Some(true),
                ..
            } => ScopeState::Granted,
            Self { asked: false, .. } => ScopeState::NotAsked,
            Self {
                granted: Some(false),
                ..
            } => ScopeState::NotGranted,
            Self { granted: None, .. } => ScopeState::Unknown,
        }
    }

    /// What pressing the switch takes. A refresh token gives tokens with less in them and later again with more
    /// (`refresh: narrowed`), but nothing that was not granted with it (`scope never granted`): that takes a new
    /// authorization.
    pub(super) fn cost(self, scope: &str) -> Option<ScopeCost> {
        if scope::RESERVED.contains(&scope) {
            return None;
        }
        Some(match self.state() {
            ScopeState::NotAsked | ScopeState::NotGranted => ScopeCost::SignIn,
            ScopeState::Granted | ScopeState::Unknown if self.in_no_token => ScopeCost::Nothing,
            ScopeState::SwitchedOff if IN_USERINFO.contains(&scope) => ScopeCost::TokenAndUserInfo,
            ScopeState::Granted | ScopeState::Unknown | ScopeState::SwitchedOff => ScopeCost::Token,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ScopeCost as C, ScopeState as S, *};

    const ORDERS: &str = "read:orders";

    fn known(asked: bool, granted: Option<bool>, switched_off: bool, in_no_token: bool) -> Known {
        Known {
            asked,
            granted,
            switched_off,
            in_no_token,
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn what_pressing_takes_follows_from_what_was_asked_granted_and_switched_off() {
        for (scope, known, state, cost) in [
            // Never asked for, or asked for in vain: only a new authorization brings it.
            (
                scope::EMAIL,
                known(false, Some(false), false, false),
                S::NotAsked,
                C::SignIn,
            ),
            (
                scope::EMAIL,
                known(true, Some(false), false, false),
                S::NotGranted,
                C::SignIn,
            ),
            (
                scope::CUSTOM_DATA,
                known(false, Some(false), false, false),
                S::NotAsked,
                C::SignIn,
            ),
            (
                ORDERS,
                known(false, Some(false), false, false),
                S::NotAsked,
                C::SignIn,
            ),
            (
                ORDERS,
                known(true, Some(false), false, true),
                S::NotGranted,
                C::SignIn,
            ),
            // Granted and in use: a token with less in it, unless none would be there.
            (
                scope::EMAIL,
                known(true, Some(true), false, false),
                S::Granted,
                C::Token,
            ),
            (
                scope::CUSTOM_DATA,
                known(true, Some(true), false, false),
                S::Granted,
                C::Token,
            ),
            (
                scope::SESSIONS,
                known(true, Some(true), false, false),
                S::Granted,
                C::Token,
            ),
            (
                ORDERS,
                known(true, Some(true), false, false),
                S::Granted,
                C::Token,
            ),
            (
                ORDERS,
                known(true, Some(true), false, true),
                S::Granted,
                C::Nothing,
            ),
            // Granted without having been asked for, as for sessions that began before that was noted.
            (
                scope::EMAIL,
                known(false, Some(true), false, false),
                S::Granted,
                C::Token,
            ),
            // Switched off: the refresh token still gives it.
            (
                scope::EMAIL,
                known(true, Some(true), true, false),
                S::SwitchedOff,
                C::Token,
            ),
            (
                scope::ROLES,
                known(true, Some(true), true, false),
                S::SwitchedOff,
                C::Token,
            ),
            (
                scope::CUSTOM_DATA,
                known(true, Some(true), true, false),
                S::SwitchedOff,
                C::TokenAndUserInfo,
            ),
            (
                scope::IDENTITIES,
                known(true, Some(true), true, false),
                S::SwitchedOff,
                C::TokenAndUserInfo,
            ),
            (
                ORDERS,
                known(true, Some(true), true, false),
                S::SwitchedOff,
                C::Token,
            ),
            // Logto does not answer.
            (
                ORDERS,
                known(true, None, false, false),
                S::Unknown,
                C::Token,
            ),
            (
                ORDERS,
                known(true, None, false, true),
                S::Unknown,
                C::Nothing,
            ),
            (
                ORDERS,
                known(true, None, true, false),
                S::SwitchedOff,
                C::Token,
            ),
        ] {
            assert_eq!(
                (known.state(), known.cost(scope)),
                (state, Some(cost)),
                "{scope} {known:?}"
            );
        }
    }

    #[test]
    fn reserved_scopes_have_no_switch_whatever_came_of_them() {
        for scope in scope::RESERVED {
            for granted in [true, false] {
                assert_eq!(known(true, Some(granted), false, false).cost(scope), None);
            }
        }
    }
}
