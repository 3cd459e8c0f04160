//! The notice about the result of a form: a sealed note in the address of the page, shown once.

use std::time::Duration;

use leptos_logto::server::{forget, remember_for, remembered};
use logto_axum::{Auth, ReturnTo};
use serde::Serialize;

/// How long the cookie lasts: as long as a pending sign-in.
const LIFETIME: Duration = Duration::from_mins(10);

/// The notice about the result of one form.
pub(super) struct PageNotice {
    /// The name of the note in the address of the page.
    pub(super) parameter: &'static str,
    /// The cookie with the end of the last note, until the page has shown it.
    pub(super) cookie: &'static str,
}

impl PageNotice {
    /// The page with a note of this notice, to be shown once.
    pub(super) fn address(
        &self,
        auth: &Auth,
        page: &ReturnTo,
        notice: &impl Serialize,
    ) -> ReturnTo {
        let note = auth.seal_note(self.parameter, notice).unwrap_or_default();
        remember_for(self.cookie, tail(&note), LIFETIME);
        self.with_note(page, &note)
    }

    /// How many bytes the notice can have more, for a page that a sign-in comes back to.
    pub(super) fn room(&self, auth: &Auth, page: &ReturnTo, notice: &impl Serialize) -> usize {
        let note = auth.seal_note(self.parameter, notice).unwrap_or_default();
        let length = self.with_note(page, &note).as_str().len();
        // It is in base64, which may end with one letter more.
        ReturnTo::LONGEST_KEPT.saturating_sub(length + 1) * 3 / 4
    }

    /// Whether a note is the last one and was not shown before. It counts as shown then.
    pub(super) fn is_new(&self, note: &str) -> bool {
        if remembered(self.cookie).as_deref() != Some(tail(note)) {
            return false;
        }
        forget(self.cookie);
        true
    }

    /// The page with the note in its query, in the place of an earlier one.
    fn with_note(&self, page: &ReturnTo, note: &str) -> ReturnTo {
        let (rest, fragment) = match page.as_str().split_once('#') {
            Some((rest, fragment)) => (rest, format!("#{fragment}")),
            None => (page.as_str(), String::new()),
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let is_ours = |pair: &&str| pair.split('=').next() == Some(self.parameter);
        let others = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !is_ours(pair));
        let note = format!("{}={note}", self.parameter);
        let query: Vec<&str> = others.chain([&*note]).collect();
        ReturnTo::parse(&format!("{path}?{}{fragment}", query.join("&")))
    }
}

/// The end of a note, which tells it from any other: it is part of the tag that seals it.
fn tail(note: &str) -> &str {
    const LENGTH: usize = 20;
    let start = note.len().saturating_sub(LENGTH);
    note.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gets_one_note_beside_its_own_query() {
        let notice = PageNotice {
            parameter: "scopes",
            cookie: "scopes-notice",
        };
        let noted = |page: &str| notice.with_note(&ReturnTo::parse(page), "note").to_string();
        assert_eq!(noted("/scopes"), "/scopes?scopes=note");
        assert_eq!(noted("/scopes?scopes=asked-1"), "/scopes?scopes=note");
        assert_eq!(
            noted("/scopes?a=b&scopes=x&scopes&scopesx=c#d"),
            "/scopes?a=b&scopesx=c&scopes=note#d"
        );
        assert_eq!(noted("https://evil.example/"), "/?scopes=note");
    }
}
