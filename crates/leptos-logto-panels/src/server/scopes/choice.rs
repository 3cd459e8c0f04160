//! A choice of scopes: from the form to [`Auth::choose_scopes`], and from there to a notice on the
//! page.

use leptos_logto::{
    scope_anchor,
    server::{check_viewer, refuse},
};
use logto::{Scopes, scope};
use logto_axum::{
    Auth, CurrentUser, Error, Outcome, PermissionGrants, ReturnTo, ScopeChoice, SignInRequest,
};
use logto_types::segment;
use serde::{Deserialize, Serialize};

use super::{catalogue::catalogue, grant::Grant, permission_grants};
use crate::{model::ScopeNotice, server::page_notice::PageNotice};

const NOTICE: PageNotice = PageNotice {
    parameter: "scopes",
    cookie: "scopes-notice",
};

/// How many characters the changed scopes in a note have at most: it is part of an address.
const LONGEST_CHANGED: usize = 600;

/// The result of a choice.
#[derive(Serialize, Deserialize)]
pub(super) struct ChoiceResult {
    pub(super) notice: ScopeNotice,
    /// The scopes whose switches were pressed.
    pub(super) changed: Vec<String>,
}

/// Makes `chosen` the scopes in use, and says where the browser goes.
pub(crate) async fn choose(
    auth: &Auth,
    chosen: &[String],
    return_to: Option<&str>,
    viewer: Option<&str>,
) -> Outcome {
    let page = return_to.map(ReturnTo::parse).unwrap_or_default();
    let page = page.outside(auth.app().flow_paths());
    let to_page = |notice, changed| Outcome::to(address(auth, &page, notice, changed).to_string());
    if auth
        .signed_in()
        .is_ok_and(|person| check_viewer(person, viewer).is_err())
    {
        return to_page(ScopeNotice::AnotherPerson, Vec::new());
    }
    match apply(auth, &chosen.iter().collect()).await {
        Ok((ScopeChoice::Authorize(scopes), changed)) => {
            authorize(auth, &page, scopes, changed).await
        }
        Ok((ScopeChoice::Applied, changed)) => to_page(ScopeNotice::Applied, changed),
        Ok((ScopeChoice::Unchanged { kept }, _)) if kept.is_empty() => {
            to_page(ScopeNotice::Unchanged, Vec::new())
        }
        Ok((ScopeChoice::Unchanged { .. }, _)) => to_page(ScopeNotice::StaysOn, Vec::new()),
        Err(Error::SignedOut) => auth.begin_sign_in(SignInRequest::new(page)).await,
        Err(Error::NotOffered) => to_page(ScopeNotice::Refused, Vec::new()),
        Err(error) => {
            let _ = refuse(error);
            to_page(ScopeNotice::Unavailable, Vec::new())
        }
    }
}

/// Makes `wanted` the scopes in use; gives back also which scopes that changes.
async fn apply(auth: &Auth, wanted: &Scopes) -> Result<(ScopeChoice, Vec<String>), Error> {
    let permissions = permission_grants(auth).await?;
    let changed = changed(auth, auth.signed_in()?, &permissions, wanted);
    let choice = auth.choose_scopes(wanted, &permissions).await?;
    Ok((choice, changed))
}

/// The offered scopes whose switch differs from what is wanted, as many as a note takes.
fn changed(
    auth: &Auth,
    person: &CurrentUser,
    permissions: &PermissionGrants,
    wanted: &Scopes,
) -> Vec<String> {
    let groups = catalogue(auth.app().client().config()).into_iter();
    let offered = groups.flat_map(|(_, offered)| offered);
    let changed = offered.filter(|offered| {
        let is_on = Grant::of(&offered.scope, offered.kind, person, permissions)
            .state()
            .is_on();
        let is_required = scope::RESERVED.contains(&&*offered.scope);
        !is_required && is_on != wanted.contains(&offered.scope)
    });
    let mut length = 0;
    let names = changed.map(|offered| offered.scope);
    names
        .take_while(|name| {
            length += name.len();
            length <= LONGEST_CHANGED
        })
        .collect()
}

/// Asks Logto for a new authorization. It comes back to the same page as a cancelled one: in the
/// old session the note says that it was cancelled, and in the new one [`result`] reads the result
/// from the granted scopes.
async fn authorize(auth: &Auth, page: &ReturnTo, scopes: Scopes, changed: Vec<String>) -> Outcome {
    let page = address(auth, page, ScopeNotice::Cancelled, changed);
    let mut request = SignInRequest::new(page);
    request.scopes = Some(scopes);
    auth.begin_sign_in(request).await
}

/// The page with a note about the result, at the row of the first scope that was changed.
fn address(auth: &Auth, page: &ReturnTo, notice: ScopeNotice, changed: Vec<String>) -> ReturnTo {
    let page = match changed.first() {
        Some(scope) => {
            let (path, _) = page.as_str().split_once('#').unwrap_or((page.as_str(), ""));
            ReturnTo::parse(&format!("{path}#{}", segment(&scope_anchor(scope))))
        }
        None => page.clone(),
    };
    NOTICE.address(auth, &page, &ChoiceResult { notice, changed })
}

/// The result that the note in the address tells. It is sealed, so that no link can make one up,
/// and is shown once, not again on a reload.
pub(super) fn result(auth: &Auth, note: &str, refused: Vec<String>) -> Option<ChoiceResult> {
    let result = if let Some(result) = auth.open_note(NOTICE.parameter, note) {
        result
    } else {
        let earlier: ChoiceResult = auth.open_note_of_another_session(NOTICE.parameter, note)?;
        let notice = match earlier.notice {
            ScopeNotice::Cancelled if refused.is_empty() => ScopeNotice::Granted,
            ScopeNotice::Cancelled => ScopeNotice::NotGranted(refused),
            _ => return None,
        };
        ChoiceResult { notice, ..earlier }
    };
    NOTICE.is_new(note).then_some(result)
}
