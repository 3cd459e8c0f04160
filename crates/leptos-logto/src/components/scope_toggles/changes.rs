//! What somebody has changed in the form and not applied yet.

use leptos::{html, prelude::*};

use crate::model::{ScopeCost, ScopeGroup};

/// A switch, as the page came with it and as it stands.
#[derive(Clone, Copy)]
pub(super) struct Switch {
    cost: Option<ScopeCost>,
    is_on: bool,
    pub(super) input: NodeRef<html::Input>,
    /// Whether it stands otherwise than the page came with it.
    pub(super) changed: RwSignal<bool>,
}

/// What is changed and not applied yet.
#[derive(Clone, Copy)]
pub(super) struct Changes {
    switches: StoredValue<Vec<Switch>>,
    /// Whether the page listens.
    pub(super) is_live: RwSignal<bool>,
    /// What each change takes.
    pub(super) made: Memo<Vec<ScopeCost>>,
}

impl Changes {
    pub(super) fn watch(groups: &[ScopeGroup]) -> Self {
        let toggles = groups.iter().flat_map(|group| &group.toggles);
        let switches = toggles.map(|toggle| Switch {
            cost: toggle.cost,
            is_on: toggle.is_on(),
            input: NodeRef::new(),
            changed: RwSignal::new(false),
        });
        let switches = StoredValue::new(switches.collect::<Vec<_>>());
        let made = Memo::new(move |_| {
            switches.with_value(|switches| {
                let changed = switches.iter().filter(|switch| switch.changed.get());
                changed.filter_map(|switch| switch.cost).collect()
            })
        });
        let changes = Self {
            switches,
            is_live: RwSignal::new(false),
            made,
        };
        // Somebody may have pressed switches before the page listened, and browsers fill forms in at Back.
        Effect::new(move |_| {
            changes.look();
            changes.is_live.set(true);
        });
        changes
    }

    pub(super) fn switch(self, place: usize) -> Switch {
        self.switches.with_value(|switches| switches[place])
    }

    /// Compares the switches with what the page came with.
    pub(super) fn look(self) {
        self.each(|switch| {
            let input = switch.input.get_untracked();
            input.is_some_and(|input| input.checked() != switch.is_on)
        });
    }

    /// The switches stand again as the page came. The buttons go, so the keyboard goes on at the first that was changed.
    pub(super) fn forget(self) {
        let first = self.switches.with_value(|switches| {
            let mut changed = switches
                .iter()
                .filter(|switch| switch.changed.get_untracked());
            changed
                .next()
                .and_then(|switch| switch.input.get_untracked())
        });
        if let Some(first) = first {
            let _ = first.focus();
        }
        self.each(|_| false);
    }

    fn each(self, changed: impl Fn(Switch) -> bool) {
        self.switches.with_value(|switches| {
            for switch in switches {
                switch.changed.set(changed(*switch));
            }
        });
    }

    /// Whether an authorization comes of it, which takes care of everything else that is changed.
    pub(super) fn sign_in(self) -> bool {
        self.made.with(|made| made.contains(&ScopeCost::SignIn))
    }
}
