//! Changes of scopes that are not applied yet, kept in the tab while their person looks at another
//! page, or at the same one in another language. Nobody else's page leaves them there.

use leptos::{
    prelude::{untrack, window},
    wasm_bindgen::JsValue,
    web_sys::js_sys::{Object, Reflect},
};

use super::context::AuthContext;

/// Their place in the storage of the tab. The first line is the subject of the person.
const KEY: &str = "logto-scope-changes";

impl AuthContext {
    /// Keeps the changes of the person who is signed in; none deletes them.
    #[doc(hidden)]
    pub fn keep_scope_draft(self, changes: &str) {
        let person = self.subject().filter(|_| !changes.is_empty());
        store(person.map(|person| format!("{person}\n{changes}")));
    }

    /// The changes of the person who is signed in. Those of somebody else do not count.
    #[doc(hidden)]
    #[must_use]
    pub fn scope_draft(self) -> Option<String> {
        changes_of(&stored()?, &self.subject()?).map(str::to_owned)
    }

    /// Deletes changes of somebody else than the person whose page this is, as after a sign-out.
    pub(super) fn delete_draft_of_others(self) {
        let is_known = untrack(|| self.is_signed_in() || self.is_signed_out());
        if is_known && self.scope_draft().is_none() {
            store(None);
        }
    }

    fn subject(self) -> Option<String> {
        untrack(|| self.viewer()).map(|viewer| viewer.subject)
    }
}

fn changes_of<'a>(text: &'a str, person: &str) -> Option<&'a str> {
    let (owner, changes) = text.split_once('\n')?;
    (owner == person).then_some(changes)
}

fn stored() -> Option<String> {
    Reflect::get(&storage()?, &KEY.into()).ok()?.as_string()
}

fn store(text: Option<String>) {
    let Some(storage) = storage() else {
        return;
    };
    let _ = match text {
        Some(text) => Reflect::set(&storage, &KEY.into(), &text.into()),
        None => Reflect::delete_property(&Object::from(storage), &KEY.into()),
    };
}

/// The storage of the tab, whose entries are properties. A browser may refuse it.
fn storage() -> Option<JsValue> {
    let storage = Reflect::get(&window(), &"sessionStorage".into()).ok()?;
    storage.is_object().then_some(storage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_for_its_person_alone() {
        assert_eq!(changes_of("alice\n-email", "alice"), Some("-email"));
        assert_eq!(changes_of("alice\n-email", "bob"), None);
        assert_eq!(changes_of("alice", "alice"), None);
    }
}
