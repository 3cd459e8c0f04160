//! The session of a request, as the browser may know it.

use logto::is_blank;
use logto_axum::{Auth, CurrentUser, Who};
use logto_types::SessionEnd;

use super::{
    context::request_auth, initials::initials, organizations::organization_ids,
    page_text::for_page, picture::PicturePolicy, refuse::refuse,
};
use crate::{
    error::AuthError,
    model::{AuthState, Session, Viewer},
};

/// The person who is signed in. The second line of every server function that is not for everybody.
///
/// # Errors
/// [`AuthError::SignedOut`], with status 401, when nobody is; [`AuthError::Store`], with status
/// 503, when the store does not say.
pub fn signed_in(auth: &Auth) -> Result<&CurrentUser, AuthError> {
    auth.signed_in().map_err(refuse)
}

/// The session state, for the first HTML.
#[must_use]
pub fn auth_state() -> AuthState {
    // Routes are listed at start-up by rendering the application without a request.
    let Some(auth) = request_auth() else {
        return AuthState::SignedOut;
    };
    match (auth.who(), auth.session_end()) {
        (Who::SignedIn(person), Some(end)) => AuthState::SignedIn(for_page(Session {
            viewer: viewer(person, PicturePolicy::of(&auth)),
            organizations: organization_ids(person),
            roles: texts(person, "roles"),
            organization_roles: texts(person, "organization_roles"),
            scopes: person.scope.iter().map(str::to_owned).collect(),
            switched_off: turned_off(&auth, person),
            end,
        })),
        (Who::SignedIn(_), None) | (Who::SignedOut, _) => AuthState::SignedOut,
        (Who::Unknown, _) => AuthState::Unknown,
    }
}

/// What the person has turned off, in this session or before a new authorization: that one requested
/// less than a sign-in does by itself.
fn turned_off(auth: &Auth, person: &CurrentUser) -> Vec<String> {
    let requested = auth.app().client().config().asked_scopes();
    let off = requested.difference(&person.asked);
    let off = off.union(&person.switched_off);
    off.iter().map(str::to_owned).collect()
}

/// A claim that is a list of texts.
fn texts(person: &CurrentUser, claim: &str) -> Option<Vec<String>> {
    match person.claims.get(claim) {
        Some(serde_json::Value::Array(items)) => {
            let items = items.iter().filter_map(serde_json::Value::as_str);
            Some(items.map(str::to_owned).collect())
        }
        _ => None,
    }
}

/// Extends the session, and returns its new end.
pub(crate) async fn stay(auth: &Auth) -> Result<SessionEnd, AuthError> {
    auth.stay().await.map_err(refuse)
}

fn viewer(person: &CurrentUser, pictures: PicturePolicy) -> Viewer {
    let claims = &person.claims;
    let text = |name: &str| match claims.get(name) {
        Some(serde_json::Value::String(text)) if !is_blank(&text) => Some(text),
        _ => None,
    };
    let mut names = ["name", "username", "email"].into_iter();
    let name = names.find_map(text);
    Viewer {
        subject: claims.sub.clone(),
        initials: initials(name.as_deref().unwrap_or(&claims.sub)),
        name,
        email: text("email"),
        picture: text("picture").filter(|address| pictures.allows(address)),
    }
}
