//! What somebody has changed in the form and not applied yet.

use leptos::{ev, html, prelude::*, web_sys::HtmlInputElement};

use super::draft::Draft;
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

impl Switch {
    fn input(&self) -> Option<HtmlInputElement> {
        self.input.get_untracked()
    }

    fn is_changed(&self) -> bool {
        self.changed.get_untracked()
    }
}

/// What is changed and not applied yet.
#[derive(Clone, Copy)]
pub(super) struct Changes {
    switches: StoredValue<Vec<Switch>>,
    /// Whether the page listens.
    pub(super) is_live: RwSignal<bool>,
    /// What each change takes.
    pub(super) made: Memo<Vec<ScopeCost>>,
    /// Where the changes are kept while the person looks at another page.
    draft: Option<Draft>,
    /// Whether the form is on its way to the server.
    is_sent: StoredValue<bool>,
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
            draft: use_context(),
            is_sent: StoredValue::new(false),
        };
        // Somebody may have pressed switches before the page listened, and browsers fill forms in at Back.
        Effect::new(move |_| {
            changes.restore();
            changes.look();
            changes.is_live.set(true);
        });
        changes.ask_before_unload();
        changes
    }

    /// A page that is drawn in the browser begins with what the person had changed before they looked at another one.
    fn restore(self) {
        let kept = self.draft.map(Draft::take).unwrap_or_default();
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
        let Some(draft) = self.draft else {
            return;
        };
        draft.keep(self.switches.with_value(|switches| {
            let changed = switches.iter().filter(|switch| switch.is_changed());
            let inputs = changed.filter_map(Switch::input);
            inputs
                .map(|input| (input.value(), input.checked()))
                .collect()
        }));
    }

    /// When another document is about to take the place of the page, and changes would be lost by it, the browser asks.
    fn ask_before_unload(self) {
        Effect::new(move |_| {
            let listener = window_event_listener(ev::beforeunload, move |event| {
                let is_changed = self.made.with_untracked(|made| !made.is_empty());
                if is_changed && !self.is_sent.get_value() {
                    event.prevent_default();
                }
            });
            on_cleanup(move || listener.remove());
        });
    }

    /// The form is on its way to the server, so leaving the page loses nothing.
    pub(super) fn send(self) {
        self.is_sent.set_value(true);
    }

    pub(super) fn switch(self, place: usize) -> Switch {
        self.switches.with_value(|switches| switches[place])
    }

    /// Compares the switches with what the page came with.
    pub(super) fn look(self) {
        self.is_sent.set_value(false);
        self.each(|switch| {
            let input = switch.input();
            input.is_some_and(|input| input.checked() != switch.is_on)
        });
        self.keep();
    }

    /// The switches stand again as the page came. The buttons go, so the keyboard goes on at the first that was changed.
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

    /// Whether an authorization comes of it, which takes care of everything else that is changed.
    pub(super) fn sign_in(self) -> bool {
        self.made.with(|made| made.contains(&ScopeCost::SignIn))
    }
}
