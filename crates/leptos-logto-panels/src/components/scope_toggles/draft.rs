//! Unapplied changes, kept while the person looks at another page.

use std::cell::RefCell;

use leptos::prelude::untrack;
use leptos_logto::AuthContext;

thread_local! {
    /// It outlives the form, as long as the document. Only a browser uses it, which has one thread.
    static UNAPPLIED: RefCell<Option<Unapplied>> = const { RefCell::new(None) };
}

/// The switches that stand otherwise than the page came with them, and whose they are.
struct Unapplied {
    /// The subject of the person.
    person: String,
    /// The scopes, each with whether it is to be on.
    switches: Vec<(String, bool)>,
}

/// Keeps what the person who is signed in has changed.
pub(super) fn keep(auth: AuthContext, switches: Vec<(String, bool)>) {
    let person = person(auth).filter(|_| !switches.is_empty());
    UNAPPLIED.set(person.map(|person| Unapplied { person, switches }));
}

/// What the person who is signed in has changed. Changes of somebody else are dropped.
pub(super) fn take(auth: AuthContext) -> Vec<(String, bool)> {
    let person = person(auth);
    let own = UNAPPLIED
        .take()
        .filter(|unapplied| person.as_ref() == Some(&unapplied.person));
    own.map(|unapplied| unapplied.switches).unwrap_or_default()
}

fn person(auth: AuthContext) -> Option<String> {
    untrack(|| auth.viewer()).map(|viewer| viewer.subject)
}
