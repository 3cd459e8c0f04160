use super::{ScopeChange, ScopeGroup, ScopeKind, ScopeState, ScopeToggle};
use crate::panel_texts::ScopeTexts;

/// The result of the last choice: texts, each with the scopes that belong in the place of
/// `{scopes}`. What was not granted comes first, with what helps.
pub(crate) fn results(groups: &[ScopeGroup], texts: &ScopeTexts) -> Vec<(&'static str, String)> {
    let order = [
        texts.needs_role,
        texts.needs_organization_role,
        texts.needs_setting,
        texts.turned_on,
        texts.turned_off,
        texts.also_granted,
        texts.no_longer_granted,
    ];
    let toggles = groups.iter().flat_map(|group| &group.toggles);
    let names = |text: &'static str| {
        let toggles = toggles.clone();
        let toggles = toggles.filter(|toggle| result(toggle, texts) == Some(text));
        let names = toggles.map(|toggle| &*toggle.scope).collect::<Vec<_>>();
        (!names.is_empty()).then(|| (text, names.join(", ")))
    };
    order.into_iter().filter_map(names).collect()
}

/// The text about one scope. Of one whose state is not known there is nothing to say.
fn result(toggle: &ScopeToggle, texts: &ScopeTexts) -> Option<&'static str> {
    let change = toggle.change?;
    Some(match (change, toggle.state, toggle.kind) {
        (_, ScopeState::Unknown, _) => return None,
        (ScopeChange::Answered, state, _) if state.is_on() => texts.also_granted,
        (ScopeChange::Answered, ..) => texts.no_longer_granted,
        (_, ScopeState::Granted, _) => texts.turned_on,
        (_, ScopeState::NotGranted, kind) => kind.advice(texts),
        _ => texts.turned_off,
    })
}

impl ScopeKind {
    /// Who can grant a scope of this kind, and how.
    fn advice(self, texts: &ScopeTexts) -> &'static str {
        match self {
            Self::Permission => texts.needs_role,
            Self::OrganizationPermission => texts.needs_organization_role,
            Self::User => texts.needs_setting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{ScopeGroupKind, tests::toggle},
        *,
    };
    use crate::panel_texts::PanelTexts;

    #[test]
    fn the_result_names_what_was_changed_and_what_came_of_it() {
        let texts = &PanelTexts::ENGLISH.scopes;
        let changed = |scope, kind, state, change| ScopeToggle {
            change,
            ..toggle(scope, kind, state)
        };
        let chosen = Some(ScopeChange::Chosen);
        let answered = Some(ScopeChange::Answered);
        let (user, permission) = (ScopeKind::User, ScopeKind::Permission);
        let inside = ScopeKind::OrganizationPermission;
        let (granted, refused) = (ScopeState::Granted, ScopeState::NotGranted);
        let toggles = vec![
            changed("email", user, ScopeState::SwitchedOff, chosen),
            changed("phone", user, ScopeState::NotAsked, chosen),
            changed("sessions", user, granted, chosen),
            changed("devices", user, refused, chosen),
            changed("a:read", permission, refused, chosen),
            changed("a:write", permission, refused, chosen),
            changed("a:list", permission, ScopeState::Unknown, chosen),
            changed("bill", inside, refused, chosen),
            changed("b:read", permission, granted, answered),
            changed("b:write", permission, refused, answered),
            changed("b:list", permission, refused, None),
            changed("c:read", permission, granted, None),
        ];
        let about = ScopeGroupKind::Other;
        let results = results(&[ScopeGroup { about, toggles }], texts);
        let expected = [
            (texts.needs_role, "a:read, a:write"),
            (texts.needs_organization_role, "bill"),
            (texts.needs_setting, "devices"),
            (texts.turned_on, "sessions"),
            (texts.turned_off, "email, phone"),
            (texts.also_granted, "b:read"),
            (texts.no_longer_granted, "b:write"),
        ];
        let expected = expected.map(|(text, names)| (text, names.to_owned()));
        assert_eq!(results, expected);
        for (text, _) in expected {
            assert!(text.contains("{scopes}"), "{text}");
        }
    }
}
