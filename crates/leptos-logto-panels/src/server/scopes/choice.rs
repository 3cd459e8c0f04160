//! A choice of scopes: from the form to [`Auth::choose_scopes`], and from there to a notice on the
//! page.

use leptos_logto::{
    scope_anchor,
    server::{check_viewer, log_fault},
};
use logto::{Scopes, scope};
use logto_axum::{
    Auth, CurrentUser, Error, Outcome, PermissionGrants, ReturnTo, ScopeChoice, SignInRequest,
};
use logto_types::segment;
use serde::{Deserialize, Serialize};

use super::{
    catalogue::{Offered, catalogue},
    grant::Grant,
    permission_grants,
};
use crate::{
    model::{ScopeNotice, ScopeState},
    server::page_notice::PageNotice,
};

const NOTICE: PageNotice = PageNotice {
    parameter: "scopes",
    cookie: "scopes-notice",
};

/// How many bytes the names in a note have at most: it is part of an address.
const LONGEST_LIST: usize = 600;

/// The result of a choice.
#[derive(Serialize, Deserialize)]
pub(super) struct ChoiceResult {
    pub(super) notice: ScopeNotice,
    /// The scopes whose switches were pressed.
    pub(super) changed: Vec<String>,
    /// Before a new authorization: the other scopes that were requested and not granted; `None`
    /// when that is not known.
    #[serde(default)]
    pub(super) refused: Option<Vec<String>>,
}

impl ChoiceResult {
    fn new(notice: ScopeNotice, changed: Vec<String>) -> Self {
        Self {
            notice,
            changed,
            refused: None,
        }
    }

    /// Leaves the names that there is room for. What was pressed counts for more than what else is
    /// not granted, of which a part says nothing.
    fn fit(&mut self, room: usize) {
        // With quotation marks and a comma.
        let length = |name: &String| name.len() + 3;
        let names = self.refused.iter().flatten().chain(&self.changed);
        if names.map(length).sum::<usize>() > room {
            self.refused = None;
        }
        let mut all = 0;
        self.changed.retain(|name| {
            all += length(name);
            all <= room
        });
    }
}

/// What a form says.
pub(crate) struct Choice {
    /// The scopes whose switches are on.
    on: Scopes,
    /// The scopes whose switches were on when the form was drawn, and are not any more. A form that
    /// does not say what was on says nothing of this.
    turned_off: Scopes,
}

impl Choice {
    pub(crate) fn new(on: &[String], drawn: Option<&str>) -> Self {
        let on: Scopes = on.iter().collect();
        let turned_off = Scopes::parse(drawn.unwrap_or_default()).difference(&on);
        Self { on, turned_off }
    }
}

/// Makes the chosen scopes the ones in use, and says where the browser goes.
pub(crate) async fn choose(
    auth: &Auth,
    choice: &Choice,
    return_to: Option<&str>,
    viewer: Option<&str>,
) -> Outcome {
    let page = return_to.map(ReturnTo::parse).unwrap_or_default();
    let page = page.outside(auth.app().flow_paths());
    let to_page = |notice, changed| {
        let mut result = ChoiceResult::new(notice, changed);
        let page = at_row(&page, &result);
        result.fit(LONGEST_LIST);
        Outcome::to(NOTICE.address(auth, &page, &result).to_string())
    };
    if auth
        .signed_in()
        .is_ok_and(|person| check_viewer(person, viewer).is_err())
    {
        return to_page(ScopeNotice::AnotherPerson, Vec::new());
    }
    match apply(auth, choice).await {
        Ok((ScopeChoice::Authorize(scopes), result)) => {
            authorize(auth, &page, scopes, result).await
        }
        Ok((ScopeChoice::Applied, result)) => to_page(ScopeNotice::Applied, result.changed),
        Ok((ScopeChoice::Unchanged { kept }, _)) if kept.is_empty() => {
            to_page(ScopeNotice::Unchanged, Vec::new())
        }
        Ok((ScopeChoice::Unchanged { .. }, _)) => to_page(ScopeNotice::StaysOn, Vec::new()),
        Err(Error::SignedOut) => auth.begin_sign_in(SignInRequest::new(page)).await,
        Err(Error::NotOffered) => to_page(ScopeNotice::Refused, Vec::new()),
        Err(error) => {
            log_fault(&error);
            to_page(ScopeNotice::Unavailable, Vec::new())
        }
    }
}

/// Makes the chosen scopes the ones in use; gives back also what the note of a new authorization
/// says.
async fn apply(auth: &Auth, choice: &Choice) -> Result<(ScopeChoice, ChoiceResult), Error> {
    let permissions = permission_grants(auth).await?;
    let result = cancelled(auth, auth.signed_in()?, &permissions, choice);
    let Choice { on, turned_off } = choice;
    let outcome = auth.choose_scopes(on, turned_off, &permissions).await?;
    Ok((outcome, result))
}

/// The result as long as there is no new authorization: the offered scopes whose switches were
/// pressed, and the others that are not granted.
fn cancelled(
    auth: &Auth,
    person: &CurrentUser,
    permissions: &PermissionGrants,
    choice: &Choice,
) -> ChoiceResult {
    let (mut changed, mut refused) = (Vec::new(), Vec::new());
    let groups = catalogue(auth.app().client().config()).into_iter();
    for Offered { scope, kind, .. } in groups.flat_map(|(_, offered)| offered) {
        let state = Grant::of(&scope, kind, person, permissions).state();
        if scope::RESERVED.contains(&&*scope) {
            continue;
        }
        if state.is_on() != choice.on.contains(&scope) || choice.turned_off.contains(&scope) {
            changed.push(scope);
        } else if state == ScopeState::NotGranted {
            refused.push(scope);
        }
    }
    ChoiceResult {
        refused: (!permissions.unavailable).then_some(refused),
        ..ChoiceResult::new(ScopeNotice::Cancelled, changed)
    }
}

/// Asks Logto for a new authorization. It comes back to the same page as a cancelled one: in the
/// old session the note says that it was cancelled, and in the new one [`result`] reads the result
/// from the granted scopes.
async fn authorize(
    auth: &Auth,
    page: &ReturnTo,
    scopes: Scopes,
    mut cancelled: ChoiceResult,
) -> Outcome {
    let page = at_row(page, &cancelled);
    let bare = ChoiceResult::new(ScopeNotice::Cancelled, Vec::new());
    cancelled.fit(NOTICE.room(auth, &page, &bare));
    let mut request = SignInRequest::new(NOTICE.address(auth, &page, &cancelled));
    request.scopes = Some(scopes);
    auth.begin_sign_in(request).await
}

/// The page at the row of the first scope that was changed.
fn at_row(page: &ReturnTo, result: &ChoiceResult) -> ReturnTo {
    match result.changed.first() {
        Some(scope) => {
            let (path, _) = page.as_str().split_once('#').unwrap_or((page.as_str(), ""));
            ReturnTo::parse(&format!("{path}#{}", segment(&scope_anchor(scope))))
        }
        None => page.clone(),
    }
}

/// The result that the note in the address tells; `refused` are the scopes that are not granted
/// now. It is sealed, so that no link can make one up, and is shown once, not again on a reload.
pub(super) fn result(auth: &Auth, note: &str, refused: &[&str]) -> Option<ChoiceResult> {
    let result = if let Some(result) = auth.open_note(NOTICE.parameter, note) {
        result
    } else {
        let earlier: ChoiceResult = auth.open_note_of_another_session(NOTICE.parameter, note)?;
        let mut changed = earlier.changed.iter();
        let notice = match earlier.notice {
            ScopeNotice::Cancelled if changed.any(|scope| refused.contains(&&**scope)) => {
                ScopeNotice::NotGranted
            }
            ScopeNotice::Cancelled => ScopeNotice::Applied,
            _ => return None,
        };
        ChoiceResult { notice, ..earlier }
    };
    NOTICE.is_new(note).then_some(result)
}
