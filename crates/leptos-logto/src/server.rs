//! The server's half: from the session and Logto's types to what pages may show.

mod access;
mod access_tokens;
mod api_call;
mod claims;
mod cookies;
mod initials;
mod membership;
mod moment;
mod organizations;
mod page_text;
mod picture;
pub(crate) mod scopes;
mod sign_in;

use axum::http::{HeaderValue, Method, StatusCode, header, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use logto_axum::{
    Endpoints, Error, Outcome, ProblemDetail, ReturnTo, SignOut, SignedIn, Who, accepts_pages,
    chain,
};

pub use sign_in::UiLocales;
pub(crate) use sign_in::sign_in_request;

use self::{
    claims::{Asked, Known},
    initials::initials,
    picture::Pictures,
};
use logto_types::SessionEnd;

use crate::{
    api,
    auth::AuthState,
    error::AuthError,
    model::{Organizations, Session, UserInfo, Viewer},
};

pub use access::require;
pub(crate) use access::{access, given_access, not_found};
pub(crate) use access_tokens::{access_tokens, refresh_access_token};
pub use api_call::call_api;
pub use cookies::{remember, remember_for, take};
pub use logto::{Audience, OrganizationId, Secret, is_blank, is_invisible};
pub use logto_axum::{Auth, Called, Member};
pub(crate) use membership::{forget_last_used, go_to_organization, membership};
pub use moment::moment;
pub use page_text::for_page;

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
        .refusing_with(AuthError::SignedOut.ser(), AuthError::Store.ser())
}

/// Reads the request that is being answered, without copying it; `None` outside a request. `read` must not ask for a context.
fn with_request<T>(read: impl FnOnce(&Parts) -> T) -> Option<T> {
    with_context(read)
}

/// The path of the request that is being answered, for the log. A query may have what is nobody's business in it.
fn request_path() -> Option<String> {
    with_request(|parts| parts.uri.path().to_owned())
}

fn request_auth() -> Option<Auth> {
    with_request(|parts| parts.extensions.get().cloned()).flatten()
}

/// The session of the request that is being answered. The first line of every server function.
///
/// # Errors
/// [`AuthError::Transport`] when the router is not inside `LogtoAuth::protect_with`.
pub fn auth() -> Result<Auth, AuthError> {
    request_auth().ok_or_else(|| {
        tracing::error!("a server function ran outside LogtoAuth::protect_with");
        AuthError::Transport
    })
}

/// The person who is signed in. The second line of every server function that is not for everybody.
///
/// # Errors
/// [`AuthError::SignedOut`], with status 401, when nobody is; [`AuthError::Store`], with status 503, when the store does not
/// say.
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
        Error::Store(_) => (AuthError::Store, StatusCode::SERVICE_UNAVAILABLE),
        Error::Logto(_) | Error::TimedOut | Error::Interrupted => {
            (AuthError::Upstream, StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    if status == StatusCode::SERVICE_UNAVAILABLE && !matches!(error, Error::Throttled) {
        tracing::error!(
            path = request_path(),
            error = chain(&error),
            "a request to Logto or the session store failed"
        );
    }
    set_status(status);
    refusal
}

/// The body or query of a call cannot be read as the arguments of its server function: it is no UTF-8, breaks off, or has one
/// argument twice, or text where a number belongs.
pub(crate) fn unreadable(error: &ServerFnErrorErr) -> AuthError {
    tracing::debug!(%error, "a server function was called with arguments that cannot be read");
    invalid()
}

/// An argument cannot be used: 400.
#[must_use]
pub fn invalid() -> AuthError {
    set_status(StatusCode::BAD_REQUEST);
    AuthError::Invalid
}

/// Refuses a form that was drawn for another person than the one who is signed in now: `viewer` is what
/// [`ViewerField`](crate::ViewerField) put into it. A form without it is accepted.
///
/// # Errors
/// [`AuthError::AnotherPerson`], with status 409.
pub fn check_viewer(person: &SignedIn, viewer: Option<&str>) -> Result<(), AuthError> {
    if !person.is_another(viewer) {
        return Ok(());
    }
    tracing::info!(
        path = request_path(),
        "a form of another person's page was refused"
    );
    set_status(StatusCode::CONFLICT);
    Err(AuthError::AnotherPerson)
}

/// Sends the browser back to the page that a form was on, if the form says which (`return_to`). Without this, Leptos sends it to
/// its `Referer`, which not every browser tells.
pub fn go_back(return_to: Option<&str>) {
    if let Some(page) = return_to.filter(|page| !page.is_empty()) {
        go(Outcome::to(ReturnTo::page(page).as_str()));
    }
}

/// What the problem page tells developers: never in production.
pub(crate) fn problem_detail() -> Option<ProblemDetail> {
    with_request(|parts| parts.extensions.get().cloned())?
}

/// A page that shows a refusal is not itself refused: only an answer to a server-function call takes the status. A form without
/// scripts leads back to its page instead.
fn set_status(status: StatusCode) {
    let is_call = with_request(|parts| {
        let is_form = parts.method == Method::POST;
        let is_api = parts.uri.path().starts_with("/api/");
        let leads_back = is_form
            && accepts_pages(&parts.headers)
            && (!is_api || parts.headers.contains_key(header::REFERER));
        (is_form || is_api) && !leads_back
    });
    if let (Some(true), Some(response)) = (is_call, use_context::<ResponseOptions>()) {
        response.set_status(status);
        if let (StatusCode::SERVICE_UNAVAILABLE, Ok(auth)) = (status, auth()) {
            let seconds = HeaderValue::from(auth.app().retry_after());
            response.insert_header(header::RETRY_AFTER, seconds);
        }
    }
}

/// Who is looking, for the first HTML.
#[must_use]
pub fn auth_state() -> AuthState {
    // Routes are listed at start-up by rendering the application without a request.
    let Some(auth) = request_auth() else {
        return AuthState::SignedOut;
    };
    match (auth.who(), auth.session_end()) {
        (Who::SignedIn(person), Some(end)) => AuthState::SignedIn(for_page(Session {
            viewer: viewer(person, Pictures::of(&auth)),
            organizations: organization_ids(person),
            roles: texts(person, "roles"),
            organization_roles: texts(person, "organization_roles"),
            scopes: person.scope.iter().map(str::to_owned).collect(),
            switched_off: person.switched_off.iter().map(str::to_owned).collect(),
            end,
        })),
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

pub(crate) async fn stay(auth: &Auth) -> Result<SessionEnd, AuthError> {
    auth.stay().await.map_err(refuse)
}

fn viewer(person: &SignedIn, pictures: Pictures) -> Viewer {
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

/// How far the sign-out went that this browser comes from: `everywhere`, `here`, or nothing.
pub(crate) fn signed_out() -> &'static str {
    // Routes are listed at start-up by rendering the application without a request.
    let extent = with_request(|parts| {
        let auth = parts.extensions.get::<Auth>()?;
        auth.app().signed_out(&parts.headers)
    });
    match extent.flatten() {
        Some(SignOut::Everywhere) => "everywhere",
        Some(SignOut::HereOnly) => "here",
        None => "",
    }
}

/// The query as it came.
pub(crate) fn raw_query() -> String {
    let query = with_request(|parts| parts.uri.query().map(str::to_owned));
    query.flatten().unwrap_or_default()
}

/// Sends the browser on, whatever it accepts: 303, or 503 and then on.
#[expect(clippy::needless_pass_by_value, reason = "it is the end of it")]
pub(crate) fn go(outcome: Outcome) {
    let Some(response) = use_context::<ResponseOptions>() else {
        return;
    };
    let (status, headers) = outcome.head();
    response.set_status(status);
    for (name, value) in &headers {
        if name == header::SET_COOKIE {
            response.append_header(name.clone(), value.clone());
        } else {
            response.insert_header(name.clone(), value.clone());
        }
    }
}

pub(crate) async fn user_info(
    auth: &Auth,
    person: &SignedIn,
    fetch: bool,
) -> Result<UserInfo, AuthError> {
    let known = |userinfo| {
        for_page(claims::describe(&Known {
            id_token: &person.claims,
            userinfo,
            asked: &person.asked,
            granted: &person.scope,
            switched_off: &person.switched_off,
            pictures: Pictures::of(auth),
        }))
    };
    if !fetch {
        return Ok(known(Asked::Not));
    }
    match auth.user_info().await {
        Ok(fetched) => Ok(known(Asked::Answered(&fetched))),
        // The ID token is still at hand: half an answer, and saying so, beats none.
        Err(
            error @ (Error::Logto(_) | Error::Throttled | Error::TimedOut | Error::Interrupted),
        ) => {
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
        Err(
            error @ (Error::Logto(_) | Error::Throttled | Error::TimedOut | Error::Interrupted),
        ) => {
            let _ = refuse(error);
            None
        }
        Err(error) => return Err(refuse(error)),
    };
    let mut organizations = organizations::describe(person, fetched.as_ref());
    organizations.last = membership::last_used(&organizations.list);
    Ok(for_page(organizations))
}
