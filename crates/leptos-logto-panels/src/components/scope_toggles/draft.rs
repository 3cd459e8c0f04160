//! Unapplied changes, kept in the tab while the person looks at another page, or at this one in
//! another language.

use leptos::{
    prelude::{untrack, window},
    wasm_bindgen::JsValue,
    web_sys::js_sys::{Object, Reflect},
};
use leptos_logto::AuthContext;

/// Their place in the storage of the tab: the subject of the person, then a line for each switch.
const KEY: &str = "logto-scope-changes";

/// Keeps what the person who is signed in has changed: the scopes, each with whether it is to be
/// on.
pub(super) fn keep(auth: AuthContext, switches: &[(String, bool)]) {
    let Some(storage) = storage() else {
        return;
    };
    let key = JsValue::from_str(KEY);
    let _ = match person(auth).filter(|_| !switches.is_empty()) {
        Some(person) => Reflect::set(&storage, &key, &write(person, switches).into()),
        None => Reflect::delete_property(&storage, &key),
    };
}

/// What the person who is signed in has changed. Changes of somebody else do not count.
pub(super) fn kept(auth: AuthContext) -> Vec<(String, bool)> {
    let text = storage().and_then(|storage| Reflect::get(&storage, &KEY.into()).ok());
    let text = text.and_then(|text| text.as_string());
    let (Some(text), Some(person)) = (text, person(auth)) else {
        return Vec::new();
    };
    read(&text, &person)
}

fn write(person: String, switches: &[(String, bool)]) -> String {
    let mut text = person;
    for (scope, is_on) in switches {
        text.push_str(if *is_on { "\n+" } else { "\n-" });
        text.push_str(scope);
    }
    text
}

fn read(text: &str, person: &str) -> Vec<(String, bool)> {
    let mut lines = text.lines();
    if lines.next() != Some(person) {
        return Vec::new();
    }
    let switches = lines.filter_map(|line| {
        let on = line.strip_prefix('+').map(|scope| (scope, true));
        on.or_else(|| line.strip_prefix('-').map(|scope| (scope, false)))
    });
    switches
        .map(|(scope, is_on)| (scope.to_owned(), is_on))
        .collect()
}

/// The storage of the tab, whose entries are properties. A browser may refuse it.
fn storage() -> Option<Object> {
    let storage = Reflect::get(&window(), &"sessionStorage".into()).ok()?;
    storage.is_object().then(|| Object::from(storage))
}

fn person(auth: AuthContext) -> Option<String> {
    untrack(|| auth.viewer()).map(|viewer| viewer.subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_for_its_person_alone() {
        let switches = [
            ("email".to_owned(), false),
            ("read:orders".to_owned(), true),
        ];
        let text = write("alice".into(), &switches);
        assert_eq!(read(&text, "alice"), switches);
        assert_eq!(read(&text, "bob"), []);
    }

    #[test]
    fn what_is_no_draft_changes_nothing() {
        for text in ["", "alice", "alice\n", "alice\nemail", "\n+email"] {
            assert_eq!(read(text, "alice"), [], "{text}");
        }
    }
}
