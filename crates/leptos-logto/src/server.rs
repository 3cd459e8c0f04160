//! The server's half: from the session and Logto's types to what pages may show.

mod access;
mod access_tokens;
mod api_call;
mod claims;
mod cookies;
mod membership;
mod moment;
mod organizations;
mod picture;
pub(crate) mod scopes;
pub(crate) mod sign_in;

use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use logto_axum::{Endpoints, Error, Outcome, SignOut, SignedIn, Who, accepts_pages, chain};

pub use sign_in::UiLocales;

use self::{
    claims::{Asked, Known},
    picture::Pictures,
};
use crate::{
    api,
    auth::AuthState,
    error::AuthError,
    model::{Organizations, Session, SessionEnd, UserInfo, Viewer},
};

pub(crate) use access::{access, given_access};
pub use access::{guards, require};
pub(crate) use access_tokens::{access_tokens, refresh_access_token};
pub use api_call::{Called, call_api};
pub use cookies::remember;
pub use logto::{Audience, OrganizationId, Secret};
pub use logto_axum::{Auth, NoteFor};
pub(crate) use membership::{forget_last_used, go_to_organization, membership};
pub use moment::moment;

/// Registers this crate's server functions. Call it before the router is built, so that linking leaves none out.
pub fn register() {
    use leptos::server_fn::axum::register_explicit;

    register_explicit::<api::StartSignIn>();
    register_explicit::<api::FinishSignIn>();
    register_explicit::<api::SignOut>();
    register_explicit::<api::LoadSession>();
    register_explicit::<api::StaySignedIn>();
    register_explicit::<api::LoadUserInfo>();
    register_explicit::<api::LoadOrganizations>();
    register_explicit::<api::LoadOrganization>();
    register_explicit::<api::OpenOrganization>();
    register_explicit::<api::CheckAccess>();
    register_explicit::<api::LoadScopes>();
    register_explicit::<api::ChooseScopes>();
    register_explicit::<api::LoadAccessTokens>();
    register_explicit::<api::RefreshAccessToken>();
}

/// The server functions, closed to strangers but for those at `open`, with the errors their callers read.
#[must_use]
pub fn endpoints(open: &[&str]) -> Endpoints {
    // Whoever asks who is looking may be nobody.
    Endpoints::below("/api")
        .open(["/api/session"])
        .open(open.iter().copied())
        .refusing_with(AuthError::SignedOut.ser(), AuthError::Upstream.ser())
}

/// The session of the request that is being answered. The first line of every server function.
///
/// # Errors
/// [`AuthError::Transport`] when the router is not inside `LogtoAuth::protect`.
pub fn auth() -> Result<Auth, AuthError> {
    let auth = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Auth>().cloned());
    auth.ok_or_else(|| {
        tracing::error!("a server function ran outside LogtoAuth::protect");
        AuthError::Transport
    })
}

/// The person who is signed in. The second line of every server function that is not for everybody.
///
/// # Errors
/// [`AuthError::SignedOut`], with status 401, when nobody is; [`AuthError::Upstream`], with status 503, when the store
/// does not say.
pub fn signed_in(auth: &Auth) -> Result<&SignedIn, AuthError> {
    auth.signed_in().map_err(refuse)
}

/// Turns an error of the layers below into the one the viewer sees, notes it in the log where it is a fault, and sets the
/// status of the answer.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
pub fn refuse(error: Error) -> AuthError {
    let (refusal, status) = match &error {
        Error::SignedOut => (AuthError::SignedOut, StatusCode::UNAUTHORIZED),
        Error::Forbidden(_) => (AuthError::Forbidden, StatusCode::FORBIDDEN),
        Error::NotGranted(_) | Error::NotOffered => (AuthError::NotGranted, StatusCode::FORBIDDEN),
        // Noted where it was counted.
        Error::Throttled => (AuthError::Upstream, StatusCode::SERVICE_UNAVAILABLE),
        Error::Logto(_) | Error::Store(_) | Error::Interrupted => {
            tracing::error!(
                error = chain(&error),
                "a server function could not do its work"
            );
            (AuthError::Upstream, StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    set_status(status);
    refusal
}

/// The arguments of a server function are none: one is there twice, or is no text or number where one belongs.
pub(crate) fn unreadable(error: &ServerFnErrorErr) -> AuthError {
    tracing::debug!(%error, "a server function was called with arguments that cannot be read");
    // A form without scripts leads back to its page, unless its address says that it is a call.
    let navigates = use_context::<Parts>().is_some_and(|parts| accepts_pages(&parts.headers));
    match use_context::<ResponseOptions>() {
        Some(response) if !navigates => response.set_status(StatusCode::BAD_REQUEST),
        _ => set_status(StatusCode::BAD_REQUEST),
    }
    AuthError::Invalid
}

/// A page that shows a refusal is not itself refused: only an answer to a server-function call takes the status.
fn set_status(status: StatusCode) {
    let is_call = use_context::<Parts>().is_some_and(|parts| parts.uri.path().starts_with("/api/"));
    if let (true, Some(response)) = (is_call, use_context::<ResponseOptions>()) {
        response.set_status(status);
    }
}

/// Who is looking, for the first HTML.
#[must_use]
pub fn auth_state() -> AuthState {
    // Routes are listed at start-up by rendering the application without a request.
    let auth = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Auth>().cloned());
    let Some(auth) = auth else {
        return AuthState::SignedOut;
    };
    match (auth.who(), auth.session_end()) {
        (Who::SignedIn(person), Some(end)) => AuthState::SignedIn(Session {
            viewer: viewer(person, Pictures::of(&auth)),
            organizations: organization_ids(person),
            roles: texts(person, "roles"),
            organization_roles: texts(person, "organization_roles"),
            scopes: person.scope.iter().map(str::to_owned).collect(),
            switched_off: person.switched_off.iter().map(str::to_owned).collect(),
            end: session_end(end),
        }),
        (Who::SignedIn(_), None) | (Who::SignedOut, _) => AuthState::SignedOut,
        (Who::Unknown, _) => AuthState::Unknown,
    }
}

fn organization_ids(person: &SignedIn) -> Vec<String> {
    let claim = person.claims.organizations.value();
    let ids = claim.map(Vec::as_slice).unwrap_or_default();
    ids.iter().map(ToString::to_string).collect()
}

/// A claim that is a list of texts.
fn texts(person: &SignedIn, claim: &str) -> Option<Vec<String>> {
    match person.claims.get(claim) {
        Some(serde_json::Value::Array(items)) => {
            let items = items.iter().filter_map(serde_json::Value::as_str);
            Some(items.map(str::to_owned).collect())
        }
        _ => None,
    }
}

fn session_end(end: logto_axum::SessionEnd) -> SessionEnd {
    SessionEnd {
        now: end.now,
        at: end.at,
        latest: end.absolute,
    }
}

pub(crate) async fn stay(auth: &Auth) -> Result<SessionEnd, AuthError> {
    auth.stay().await.map(session_end).map_err(refuse)
}

fn viewer(person: &SignedIn, pictures: Pictures) -> Viewer {
    let claims = &person.claims;
    let text = |name: &str| match claims.get(name) {
        Some(serde_json::Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    };
    Viewer {
        subject: claims.sub.clone(),
        name: text("name").or_else(|| text("username")),
        picture: text("picture").filter(|address| pictures.allow(address)),
    }
}

pub(crate) fn sign_out_extent(only_here: bool) -> SignOut {
    if only_here {
        SignOut::HereOnly
    } else {
        SignOut::Everywhere
    }
}

/// The query as it came.
pub(crate) fn raw_query() -> String {
    let parts = use_context::<Parts>();
    parts
        .and_then(|parts| parts.uri.query().map(str::to_owned))
        .unwrap_or_default()
}

/// Sends the browser on: 303, whatever it accepts.
pub(crate) fn go(outcome: Outcome) {
    let Some(response) = use_context::<ResponseOptions>() else {
        return;
    };
    let Ok(location) = HeaderValue::from_str(&outcome.location) else {
        response.set_status(StatusCode::INTERNAL_SERVER_ERROR);
        return;
    };
    response.set_status(StatusCode::SEE_OTHER);
    response.insert_header(header::LOCATION, location);
    for cookie in outcome.cookies {
        if let Ok(cookie) = HeaderValue::from_str(&cookie.to_string()) {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }
}

pub(crate) async fn user_info(
    auth: &Auth,
    person: &SignedIn,
    fetch: bool,
) -> Result<UserInfo, AuthError> {
    let known = |userinfo| {
        claims::describe(&Known {
            id_token: &person.claims,
            userinfo,
            asked: &person.asked,
            granted: &person.scope,
            switched_off: &person.switched_off,
            pictures: Pictures::of(auth),
        })
    };
    if !fetch {
        return Ok(known(Asked::Not));
    }
    match auth.user_info().await {
        Ok(fetched) => Ok(known(Asked::Answered(&fetched))),
        // The ID token is still at hand: half an answer, and saying so, beats none.
        Err(error @ (Error::Logto(_) | Error::Throttled | Error::Interrupted)) => {
            let _ = refuse(error);
            Ok(known(Asked::Silent))
        }
        Err(error) => Err(refuse(error)),
    }
}

pub(crate) async fn organizations(
    auth: &Auth,
    person: &SignedIn,
) -> Result<Organizations, AuthError> {
    let fetched = match auth.user_info().await {
        Ok(fetched) => Some(fetched),
        Err(error @ (Error::Logto(_) | Error::Throttled | Error::Interrupted)) => {
            let _ = refuse(error);
            None
        }
        Err(error) => return Err(refuse(error)),
    };
    let mut organizations = organizations::describe(person, fetched.as_ref());
    organizations.last = membership::last_used(&organizations.list);
    Ok(organizations)
}
