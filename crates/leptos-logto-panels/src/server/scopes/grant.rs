//! Whether one scope is requested, granted and in use, and what a change of it needs.

use logto::scope;
use logto_axum::{CurrentUser, PermissionGrants};

use crate::model::{ScopeCost, ScopeKind, ScopeState};

/// Scopes whose claims Logto leaves out of the ID token unless the tenant wants them there
/// (`userinfo.json`).
const IN_USERINFO: [&str; 2] = [scope::CUSTOM_DATA, scope::IDENTITIES];

/// Whether one scope is requested, granted and in use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grant {
    /// It was requested at the last authorization, and would be again if nobody presses it.
    asked: bool,
    /// It was granted then; `None` when Logto did not say.
    granted: Option<bool>,
    /// The person has switched it off.
    switched_off: bool,
    /// Neither cached tokens nor the next ones would change if this one scope were switched off.
    in_no_token: bool,
}

impl Grant {
    pub(super) fn of(
        scope: &str,
        kind: ScopeKind,
        person: &CurrentUser,
        permissions: &PermissionGrants,
    ) -> Self {
        let switched_off = person.switched_off.contains(scope);
        let asked = person.asked.contains(scope) && !switched_off;
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

    /// What a change needs. A refresh token gives tokens with fewer scopes, and afterwards with
    /// more again (`refresh: narrowed`), but nothing that was not granted with it
    /// (`scope never granted`): that needs a new authorization.
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

    fn grant(asked: bool, granted: Option<bool>, switched_off: bool, in_no_token: bool) -> Grant {
        Grant {
            asked,
            granted,
            switched_off,
            in_no_token,
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn what_a_change_needs_follows_from_what_was_requested_granted_and_switched_off() {
        for (scope, grant, state, cost) in [
            // Not requested, or requested and refused: only a new authorization grants it.
            (
                scope::EMAIL,
                grant(false, Some(false), false, false),
                S::NotAsked,
                C::SignIn,
            ),
            (
                scope::EMAIL,
                grant(true, Some(false), false, false),
                S::NotGranted,
                C::SignIn,
            ),
            (
                scope::CUSTOM_DATA,
                grant(false, Some(false), false, false),
                S::NotAsked,
                C::SignIn,
            ),
            (
                ORDERS,
                grant(false, Some(false), false, false),
                S::NotAsked,
                C::SignIn,
            ),
            (
                ORDERS,
                grant(true, Some(false), false, true),
                S::NotGranted,
                C::SignIn,
            ),
            // Granted and in use: a token with fewer scopes, unless none would be left.
            (
                scope::EMAIL,
                grant(true, Some(true), false, false),
                S::Granted,
                C::Token,
            ),
            (
                scope::CUSTOM_DATA,
                grant(true, Some(true), false, false),
                S::Granted,
                C::Token,
            ),
            (
                scope::SESSIONS,
                grant(true, Some(true), false, false),
                S::Granted,
                C::Token,
            ),
            (
                ORDERS,
                grant(true, Some(true), false, false),
                S::Granted,
                C::Token,
            ),
            (
                ORDERS,
                grant(true, Some(true), false, true),
                S::Granted,
                C::Nothing,
            ),
            // Granted without a recorded request, as in sessions from before requests were
            // recorded.
            (
                scope::EMAIL,
                grant(false, Some(true), false, false),
                S::Granted,
                C::Token,
            ),
            // Switched off: the refresh token still gives it.
            (
                scope::EMAIL,
                grant(true, Some(true), true, false),
                S::SwitchedOff,
                C::Token,
            ),
            (
                scope::ROLES,
                grant(true, Some(true), true, false),
                S::SwitchedOff,
                C::Token,
            ),
            (
                scope::CUSTOM_DATA,
                grant(true, Some(true), true, false),
                S::SwitchedOff,
                C::TokenAndUserInfo,
            ),
            (
                scope::IDENTITIES,
                grant(true, Some(true), true, false),
                S::SwitchedOff,
                C::TokenAndUserInfo,
            ),
            (
                ORDERS,
                grant(true, Some(true), true, false),
                S::SwitchedOff,
                C::Token,
            ),
            // Logto does not answer.
            (
                ORDERS,
                grant(true, None, false, false),
                S::Unknown,
                C::Token,
            ),
            (
                ORDERS,
                grant(true, None, false, true),
                S::Unknown,
                C::Nothing,
            ),
            (
                ORDERS,
                grant(true, None, true, false),
                S::SwitchedOff,
                C::Token,
            ),
        ] {
            assert_eq!(
                (grant.state(), grant.cost(scope)),
                (state, Some(cost)),
                "{scope} {grant:?}"
            );
        }
    }

    #[test]
    fn reserved_scopes_have_no_switch_whatever_came_of_them() {
        for scope in scope::RESERVED {
            for granted in [true, false] {
                assert_eq!(grant(true, Some(granted), false, false).cost(scope), None);
            }
        }
    }
}
