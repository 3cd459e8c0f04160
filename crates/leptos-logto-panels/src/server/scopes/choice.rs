//! A choice of scopes: from the form to [`Auth::choose_scopes`], and from there to a notice on the
//! page.

use std::time::Duration;

use leptos_logto::server::{check_viewer, forget, refuse, remember_for, remembered};
use logto::Scopes;
use logto_axum::{Auth, Error, Outcome, ReturnTo, ScopeChoice, SignInRequest};

use super::permission_grants;
use crate::model::ScopeNotice;

/// The name of the note in the address of the page.
const NOTICE: &str = "scopes";
/// The cookie with the end of the last note, until the page has shown it. It lasts as long as a
/// pending sign-in.
const PENDING_NOTICE: &str = "scopes-notice";
const PENDING_NOTICE_LIFETIME: Duration = Duration::from_mins(10);

/// Makes `chosen` the scopes in use, and says where the browser goes.
pub(crate) async fn choose(
    auth: &Auth,
    chosen: &[String],
    return_to: Option<&str>,
    viewer: Option<&str>,
) -> Outcome {
    let page = return_to.map(ReturnTo::parse).unwrap_or_default();
    let page = page.outside(auth.app().flow_paths());
    if auth
        .signed_in()
        .is_ok_and(|person| check_viewer(person, viewer).is_err())
    {
        return with_notice(auth, &page, &ScopeNotice::AnotherPerson);
    }
    let notice = match apply(auth, &chosen.iter().collect()).await {
        Ok(ScopeChoice::Authorize(scopes)) => return authorize(auth, &page, scopes).await,
        Ok(ScopeChoice::Applied) => ScopeNotice::Applied,
        Ok(ScopeChoice::Unchanged { kept }) if kept.is_empty() => ScopeNotice::Unchanged,
        Ok(ScopeChoice::Unchanged { .. }) => ScopeNotice::StaysOn,
        Err(Error::SignedOut) => {
            return auth.begin_sign_in(SignInRequest::new(page)).await;
        }
        Err(Error::NotOffered) => ScopeNotice::Refused,
        Err(error) => {
            let _ = refuse(error);
            ScopeNotice::Unavailable
        }
    };
    with_notice(auth, &page, &notice)
}

async fn apply(auth: &Auth, wanted: &Scopes) -> Result<ScopeChoice, Error> {
    let permissions = permission_grants(auth).await?;
    auth.choose_scopes(wanted, &permissions).await
}

/// Asks Logto for a new authorization. It comes back to the same page as a cancelled one: in the
/// old session the note says that it was cancelled, and in the new one [`notice`] reads the result
/// from the granted scopes.
async fn authorize(auth: &Auth, page: &ReturnTo, scopes: Scopes) -> Outcome {
    let mut request = SignInRequest::new(noted(auth, page, &ScopeNotice::Cancelled));
    request.scopes = Some(scopes);
    auth.begin_sign_in(request).await
}

/// The notice of the note in the address, which is sealed, so that no link can make one up. It is
/// shown once, and not again on a reload.
pub(super) fn notice(auth: &Auth, note: &str, refused: Vec<String>) -> Option<ScopeNotice> {
    let notice = match auth.open_note(NOTICE, note) {
        Some(notice) => notice,
        None => match auth.open_note_of_another_session(NOTICE, note)? {
            ScopeNotice::Cancelled if refused.is_empty() => ScopeNotice::Granted,
            ScopeNotice::Cancelled => ScopeNotice::NotGranted(refused),
            _ => return None,
        },
    };
    if remembered(PENDING_NOTICE).as_deref() != Some(tail(note)) {
        return None;
    }
    forget(PENDING_NOTICE);
    Some(notice)
}

fn with_notice(auth: &Auth, page: &ReturnTo, notice: &ScopeNotice) -> Outcome {
    Outcome::to(noted(auth, page, notice).to_string())
}

/// The page with a note of this notice, to be shown once.
fn noted(auth: &Auth, page: &ReturnTo, notice: &ScopeNotice) -> ReturnTo {
    let note = auth.seal_note(NOTICE, notice).unwrap_or_default();
    remember_for(PENDING_NOTICE, tail(&note), PENDING_NOTICE_LIFETIME);
    with_note(page, &note)
}

/// The end of a note, which tells it from any other: it is part of the tag that seals it.
fn tail(note: &str) -> &str {
    const LENGTH: usize = 20;
    let start = note.len().saturating_sub(LENGTH);
    note.get(start..).unwrap_or_default()
}

/// The page with the note in its query, in the place of an earlier one.
fn with_note(page: &ReturnTo, note: &str) -> ReturnTo {
    let (rest, fragment) = match page.as_str().split_once('#') {
        Some((rest, fragment)) => (rest, format!("#{fragment}")),
        None => (page.as_str(), String::new()),
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let is_ours = |pair: &&str| pair.split('=').next() == Some(NOTICE);
    let others = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_ours(pair));
    let note = format!("{NOTICE}={note}");
    let query: Vec<&str> = others.chain([&*note]).collect();
    ReturnTo::parse(&format!("{path}?{}{fragment}", query.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gets_one_note_beside_its_own_query() {
        let noted = |page: &str| with_note(&ReturnTo::parse(page), "note").to_string();
        assert_eq!(noted("/scopes"), "/scopes?scopes=note");
        assert_eq!(noted("/scopes?scopes=asked-1"), "/scopes?scopes=note");
        assert_eq!(
            noted("/scopes?a=b&scopes=x&scopes&scopesx=c#d"),
            "/scopes?a=b&scopesx=c&scopes=note#d"
        );
        assert_eq!(noted("https://evil.example/"), "/?scopes=note");
    }
}
