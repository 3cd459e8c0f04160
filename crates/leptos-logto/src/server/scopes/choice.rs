//! A choice of scopes, and how the page learns what came of it.

use std::time::Duration;

use logto::{Scopes, scope};
use logto_axum::{Auth, Error, NoteFor, Outcome, ReturnTo, ScopeChoice, SignInRequest};

use super::{
    super::{
        check_viewer,
        cookies::{forget, remember_for, remembered},
        refuse,
    },
    permissions::Permissions,
};
use crate::model::ScopeNotice;

/// What stands in the address of a page that is to say what came of a choice: a note.
const TOLD: &str = "scopes";
/// Before the note of a choice that takes a new authorization. It is for the person, and holds one for the session of before,
/// which says that nothing came of it: in that session it is so. Nothing else tells a new authorization from a cancelled one:
/// Logto sends both to the same page.
const ASKED: &str = "asked-";
/// The cookie with the end of the last note, until the page has said what came of it: for as long as a sign-in may take.
const UNSAID: &str = "scopes-notice";
const UNSAID_LASTS: Duration = Duration::from_mins(10);

/// Makes `chosen` the scopes in use, and says where the browser goes.
pub(crate) async fn choose(
    auth: &Auth,
    chosen: &[String],
    return_to: Option<&str>,
    viewer: Option<&str>,
) -> Outcome {
    let page = return_to.map(ReturnTo::parse).unwrap_or_default();
    if auth
        .signed_in()
        .is_ok_and(|person| check_viewer(person, viewer).is_err())
    {
        return back(auth, &page, &ScopeNotice::AnotherPerson);
    }
    match decide(auth, chosen, &page).await {
        Ok(outcome) => outcome,
        Err(Error::SignedOut) => {
            let request = SignInRequest {
                return_to: page,
                ..SignInRequest::default()
            };
            auth.begin_sign_in(request).await
        }
        Err(Error::NotOffered) => back(auth, &page, &ScopeNotice::Refused),
        Err(error) => {
            let _ = refuse(error);
            back(auth, &page, &ScopeNotice::Unavailable)
        }
    }
}

async fn decide(auth: &Auth, chosen: &[String], page: &ReturnTo) -> Result<Outcome, Error> {
    let person = auth.signed_in()?;
    let config = auth.app().client().config();
    let chosen: Scopes = chosen.iter().collect();
    if !chosen.is_subset(&auth.app().offered_scopes()) {
        return Err(Error::NotOffered);
    }
    let mut wanted = Scopes::from_iter(scope::RESERVED).union(&chosen);
    let organization_permissions: Scopes = config.organization_permissions.iter().collect();
    // Without it there is no token for an organization (`refresh organization_id=acme without …`).
    let stays = !wanted.intersection(&organization_permissions).is_empty()
        && wanted.insert(scope::ORGANIZATIONS);
    let cancelled = auth.seal_note(NoteFor::Session, TOLD, &ScopeNotice::Cancelled);
    let note = auth.seal_note(NoteFor::Person, TOLD, &cancelled);
    let note = format!("{ASKED}{}", note.unwrap_or_default());
    let asked = told(page, &note);
    let permissions = Permissions::ask(auth, person, config).await?;
    // Their switches are off. Whoever presses one asks again; whoever does not leaves them as they are.
    let refused = permissions.refused;
    let reserved = Scopes::from_iter(scope::RESERVED);
    let held = person.held().difference(&refused).union(&reserved);
    if !wanted.is_subset(&held) {
        // What nobody can switch on stays asked for, so that a token has it once a role does.
        if wanted.contains(scope::ORGANIZATIONS) {
            let kept = refused.intersection(&organization_permissions);
            wanted.extend(kept.iter());
        }
        remember_for(UNSAID, tail(&note), UNSAID_LASTS);
        let request = SignInRequest {
            return_to: asked,
            scopes: Some(wanted),
            ..SignInRequest::default()
        };
        return Ok(auth.begin_sign_in(request).await);
    }
    Ok(
        match auth.choose_scopes(&wanted.union(&refused), asked).await? {
            ScopeChoice::Applied { changed: true } => back(auth, page, &ScopeNotice::Applied),
            ScopeChoice::Applied { changed: false } if stays => {
                back(auth, page, &ScopeNotice::StaysOn)
            }
            ScopeChoice::Applied { changed: false } => back(auth, page, &ScopeNotice::Unchanged),
            ScopeChoice::SignIn(outcome) => {
                remember_for(UNSAID, tail(&note), UNSAID_LASTS);
                outcome
            }
        },
    )
}

/// What the note in the address says, which no link can make up (CB-15). After a new authorization: how that stands. It is said
/// once: whoever reloads the page has chosen nothing.
pub(super) fn notice(auth: &Auth, told: &str, refused: Vec<String>) -> Option<ScopeNotice> {
    let notice = read(auth, told, refused)?;
    if remembered(UNSAID).as_deref() != Some(tail(told)) {
        return None;
    }
    forget(UNSAID);
    Some(notice)
}

fn read(auth: &Auth, told: &str, refused: Vec<String>) -> Option<ScopeNotice> {
    let Some(note) = told.strip_prefix(ASKED) else {
        return auth.open_note(NoteFor::Session, TOLD, told);
    };
    let cancelled: Option<String> = auth.open_note(NoteFor::Person, TOLD, note)?;
    let cancelled = cancelled.and_then(|note| auth.open_note(NoteFor::Session, TOLD, &note));
    cancelled.or(Some(if refused.is_empty() {
        ScopeNotice::Granted
    } else {
        ScopeNotice::NotGranted(refused)
    }))
}

fn back(auth: &Auth, page: &ReturnTo, notice: &ScopeNotice) -> Outcome {
    let note = auth.seal_note(NoteFor::Session, TOLD, notice);
    let note = note.unwrap_or_default();
    remember_for(UNSAID, tail(&note), UNSAID_LASTS);
    Outcome::to(told(page, &note).to_string())
}

/// The end of a note, which tells it from any other: it is part of the tag that seals it.
fn tail(note: &str) -> &str {
    const LENGTH: usize = 20;
    let start = note.len().saturating_sub(LENGTH);
    note.get(start..).unwrap_or_default()
}

/// The page with the note in its query, in the place of an earlier one.
fn told(page: &ReturnTo, note: &str) -> ReturnTo {
    let (rest, fragment) = match page.as_str().split_once('#') {
        Some((rest, fragment)) => (rest, format!("#{fragment}")),
        None => (page.as_str(), String::new()),
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let is_ours = |pair: &&str| pair.split('=').next() == Some(TOLD);
    let others = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_ours(pair));
    let note = format!("{TOLD}={note}");
    let query: Vec<&str> = others.chain([&*note]).collect();
    ReturnTo::parse(&format!("{path}?{}{fragment}", query.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_learns_it_by_one_note_beside_its_own_query() {
        let told = |page: &str| told(&ReturnTo::parse(page), "note").to_string();
        assert_eq!(told("/scopes"), "/scopes?scopes=note");
        assert_eq!(told("/scopes?scopes=asked-1"), "/scopes?scopes=note");
        assert_eq!(
            told("/scopes?a=b&scopes=x&scopes&scopesx=c#d"),
            "/scopes?a=b&scopesx=c&scopes=note#d"
        );
        assert_eq!(told("https://evil.example/"), "/?scopes=note");
    }
}
