//! Unapplied changes, kept while the person looks at another page.

use leptos::prelude::*;

use crate::auth::AuthContext;

/// The switches that stand otherwise than the page came with them, and whose they are. It is in context above the pages, so it
/// outlives the form.
#[derive(Clone, Copy)]
pub(crate) struct Draft {
    auth: AuthContext,
    kept: StoredValue<Option<Unapplied>>,
}

struct Unapplied {
    /// The subject of the person.
    person: String,
    /// The scopes, each with whether it is to be on.
    switches: Vec<(String, bool)>,
}

impl Draft {
    /// Puts an empty draft into context.
    pub(crate) fn provide(auth: AuthContext) {
        let kept = StoredValue::new(None);
        provide_context(Self { auth, kept });
    }

    /// Keeps what the person who is signed in has changed.
    pub(super) fn keep(self, switches: Vec<(String, bool)>) {
        let person = self.person().filter(|_| !switches.is_empty());
        let unapplied = person.map(|person| Unapplied { person, switches });
        self.kept.set_value(unapplied);
    }

    /// What the person who is signed in has changed. Changes of somebody else are dropped.
    pub(super) fn take(self) -> Vec<(String, bool)> {
        let kept = self.kept.try_update_value(Option::take).flatten();
        let person = self.person();
        let own = kept.filter(|kept| person.as_ref() == Some(&kept.person));
        own.map(|kept| kept.switches).unwrap_or_default()
    }

    fn person(self) -> Option<String> {
        let viewer = untrack(|| self.auth.viewer());
        viewer.map(|viewer| viewer.subject)
    }
}
