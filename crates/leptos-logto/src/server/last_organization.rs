//! The organization whose pages a browser showed last.

use super::cookies::{forget, remember, remembered};
use crate::model::Organization;

/// The cookie with the id. It authorizes nothing: an id in it counts only when the person is in
/// that organization.
const COOKIE: &str = "logto-organization";

/// Notes the organization whose page is shown.
pub(super) fn remember_last_organization(id: &str) {
    remember(COOKIE, id);
}

/// Removes the note, so that whoever uses this browser next does not learn where somebody was.
pub(crate) fn forget_last_organization() {
    forget(COOKIE);
}

/// The id of the organization whose pages this browser showed last, from a cookie: it may be
/// anything.
#[must_use]
pub fn last_organization() -> Option<String> {
    remembered(COOKIE)
}

/// The id that was noted, if it is one of these.
pub(super) fn last_of(list: &[Organization]) -> Option<String> {
    let noted = last_organization()?;
    let found = list.iter().find(|organization| organization.id == noted);
    found.map(|organization| organization.id.clone())
}
