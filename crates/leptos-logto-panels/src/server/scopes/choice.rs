//! A choice of scopes: from the form to [`Auth::choose_scopes`], and from there to a notice on the
//! page.

use leptos_logto::server::{check_viewer, refuse};
use logto::Scopes;
use logto_axum::{Auth, Error, Outcome, ReturnTo, ScopeChoice, SignInRequest};

use super::permission_grants;
use crate::{model::ScopeNotice, server::page_notice::PageNotice};

const NOTICE: PageNotice = PageNotice {
    parameter: "scopes",
    cookie: "scopes-notice",
};

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
    let mut request = SignInRequest::new(NOTICE.address(auth, page, &ScopeNotice::Cancelled));
    request.scopes = Some(scopes);
    auth.begin_sign_in(request).await
}

/// The notice of the note in the address, which is sealed, so that no link can make one up. It is
/// shown once, and not again on a reload.
pub(super) fn notice(auth: &Auth, note: &str, refused: Vec<String>) -> Option<ScopeNotice> {
    let notice = match auth.open_note(NOTICE.parameter, note) {
        Some(notice) => notice,
        None => match auth.open_note_of_another_session(NOTICE.parameter, note)? {
            ScopeNotice::Cancelled if refused.is_empty() => ScopeNotice::Granted,
            ScopeNotice::Cancelled => ScopeNotice::NotGranted(refused),
            _ => return None,
        },
    };
    NOTICE.is_new(note).then_some(notice)
}

fn with_notice(auth: &Auth, page: &ReturnTo, notice: &ScopeNotice) -> Outcome {
    Outcome::to(NOTICE.address(auth, page, notice).to_string())
}
