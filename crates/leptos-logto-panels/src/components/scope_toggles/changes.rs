//! The changes of the form that are not applied yet.

use leptos::{html, prelude::*, web_sys::HtmlInputElement};
use leptos_logto::{AuthContext, use_auth};
use logto_types::scope;

use super::draft;
use crate::model::{ScopeCost, ScopeGroup, ScopeKind, ScopeToggle};

/// What a switch is for, as far as one depends on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Without it there is no token for an organization.
    Memberships,
    InOrganization,
    Other,
}

impl Role {
    fn of(toggle: &ScopeToggle) -> Self {
        match toggle.kind {
            ScopeKind::OrganizationPermission => Self::InOrganization,
            ScopeKind::User if toggle.scope == scope::ORGANIZATIONS => Self::Memberships,
            ScopeKind::User | ScopeKind::Permission => Self::Other,
        }
    }
}

/// A switch, as the page came with it and as it stands.
#[derive(Clone, Copy)]
pub(super) struct Switch {
    role: Role,
    cost: Option<ScopeCost>,
    is_on: bool,
    pub(super) input: NodeRef<html::Input>,
    /// Whether it differs from the state that the server rendered.
    pub(super) changed: RwSignal<bool>,
}

impl Switch {
    fn input(&self) -> Option<HtmlInputElement> {
        self.input.get_untracked()
    }

    fn is_changed(&self) -> bool {
        self.changed.get_untracked()
    }
}

/// The changes that are not applied yet.
#[derive(Clone, Copy)]
pub(super) struct Changes {
    switches: StoredValue<Vec<Switch>>,
    /// Whether the page is hydrated.
    pub(super) is_live: RwSignal<bool>,
    /// What each change needs.
    pub(super) made: Memo<Vec<ScopeCost>>,
    /// The person whose changes these are.
    auth: AuthContext,
    /// Whether the form is on its way to the server.
    pub(super) is_sent: RwSignal<bool>,
}

impl Changes {
    pub(super) fn watch(groups: &[ScopeGroup]) -> Self {
        let toggles = groups.iter().flat_map(|group| &group.toggles);
        let switches = toggles.map(|toggle| Switch {
            role: Role::of(toggle),
            cost: toggle.cost,
            is_on: toggle.is_on(),
            input: NodeRef::new(),
            changed: RwSignal::new(false),
        });
        let switches = StoredValue::new(switches.collect::<Vec<_>>());
        let made = Memo::new(move |_| {
            switches
                .with_value(|switches| costs(&switches.iter().map(Stand::of).collect::<Vec<_>>()))
        });
        let changes = Self {
            switches,
            is_live: RwSignal::new(false),
            made,
            auth: use_auth(),
            is_sent: RwSignal::new(false),
        };
        // Somebody may have pressed switches before hydration, and browsers fill forms in at Back. A list that is loaded again has
        // its inputs a moment later: looked at before, nothing would be changed, and what is kept would be lost.
        Effect::new(move |_| {
            if !changes.has_inputs() {
                return;
            }
            changes.restore();
            changes.look();
            changes.is_live.set(true);
        });
        changes
    }

    /// Whether the switches are on the page, tracked.
    fn has_inputs(self) -> bool {
        self.switches.with_value(|switches| {
            let mut inputs = switches.iter().map(|switch| switch.input.get());
            switches.is_empty() || inputs.any(|input| input.is_some())
        })
    }

    /// The form begins with what the person had changed before they looked at another page.
    fn restore(self) {
        let kept = draft::kept(self.auth);
        self.switches.with_value(|switches| {
            for input in switches.iter().filter_map(Switch::input) {
                let scope = input.value();
                if let Some((_, is_on)) = kept.iter().find(|(kept, _)| *kept == scope)
                    && !input.disabled()
                {
                    input.set_checked(*is_on);
                }
            }
        });
    }

    /// Keeps the changes for when the form is drawn again.
    fn keep(self) {
        let switches = self.switches.with_value(|switches| {
            let changed = switches.iter().filter(|switch| switch.is_changed());
            let inputs = changed.filter_map(Switch::input);
            inputs
                .map(|input| (input.value(), input.checked()))
                .collect::<Vec<_>>()
        });
        draft::keep(self.auth, &switches);
    }

    /// The form is on its way to the server, so nothing is left to be applied.
    pub(super) fn send(self) {
        self.is_sent.set(true);
        draft::keep(self.auth, &[]);
    }

    pub(super) fn switch(self, place: usize) -> Switch {
        self.switches.with_value(|switches| switches[place])
    }

    /// Compares the switches with the state that the server rendered.
    pub(super) fn look(self) {
        self.is_sent.set(false);
        self.each(|switch| {
            let input = switch.input();
            input.is_some_and(|input| input.checked() != switch.is_on)
        });
        self.keep();
    }

    /// The switches stand again as the page came. The buttons go, so the keyboard goes on at the
    /// first that was changed.
    pub(super) fn forget(self) {
        let first = self.switches.with_value(|switches| {
            let mut changed = switches.iter().filter(|switch| switch.is_changed());
            changed.next().and_then(Switch::input)
        });
        if let Some(first) = first {
            let _ = first.focus();
        }
        self.each(|_| false);
        self.keep();
    }

    fn each(self, changed: impl Fn(Switch) -> bool) {
        self.switches.with_value(|switches| {
            for switch in switches {
                switch.changed.set(changed(*switch));
            }
        });
    }

    /// Whether the switch in this place stands as it came, and is switched on with another one all
    /// the same, tracked.
    pub(super) fn brings(self, place: usize) -> bool {
        self.switches.with_value(|switches| {
            let stands: Vec<_> = switches.iter().map(Stand::of).collect();
            brought(&stands) == Some(place)
        })
    }

    /// Whether applying needs a new authorization, which applies all other changes as well.
    pub(super) fn sign_in(self) -> bool {
        self.made.with(|made| made.contains(&ScopeCost::SignIn))
    }
}

/// The current state of a switch.
#[derive(Clone, Copy, Debug)]
struct Stand {
    role: Role,
    cost: Option<ScopeCost>,
    is_on: bool,
    changed: bool,
}

impl Stand {
    /// Tracked.
    fn of(switch: &Switch) -> Self {
        let changed = switch.changed.get();
        Self {
            role: switch.role,
            cost: switch.cost,
            is_on: switch.is_on != changed,
            changed,
        }
    }
}

/// The place of memberships, if they stand off and the server switches them on with a permission in
/// organizations.
fn brought(switches: &[Stand]) -> Option<usize> {
    let mut inside = switches
        .iter()
        .filter(|switch| switch.role == Role::InOrganization);
    let is_needed = inside.any(|switch| switch.is_on && switch.changed);
    let mut places = switches.iter();
    let memberships = places.position(|switch| switch.role == Role::Memberships && !switch.is_on);
    memberships.filter(|place| is_needed && !switches[*place].changed)
}

/// What each change needs, with the changes that others bring along.
fn costs(switches: &[Stand]) -> Vec<ScopeCost> {
    let brought = brought(switches);
    let made = switches.iter().enumerate();
    let made = made.filter(|(place, switch)| switch.changed || brought == Some(*place));
    made.filter_map(|(_, switch)| switch.cost).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        ScopeCost::{SignIn, Token},
        *,
    };

    fn stand(role: Role, cost: ScopeCost, is_on: bool, changed: bool) -> Stand {
        Stand {
            role,
            cost: Some(cost),
            is_on,
            changed,
        }
    }

    #[test]
    fn memberships_count_when_a_permission_in_organizations_brings_them() {
        let billing = |is_on, changed| stand(Role::InOrganization, Token, is_on, changed);
        let memberships = |is_on, changed| stand(Role::Memberships, SignIn, is_on, changed);
        for (switches, made, place) in [
            (
                [memberships(false, false), billing(false, false)],
                vec![],
                None,
            ),
            (
                [memberships(false, false), billing(true, true)],
                vec![SignIn, Token],
                Some(0),
            ),
            (
                [memberships(true, true), billing(true, true)],
                vec![SignIn, Token],
                None,
            ),
            (
                [memberships(true, false), billing(true, true)],
                vec![Token],
                None,
            ),
            (
                [memberships(true, false), billing(false, true)],
                vec![Token],
                None,
            ),
        ] {
            assert_eq!(costs(&switches), made, "{switches:?}");
            assert_eq!(brought(&switches), place, "{switches:?}");
        }
    }
}
