//! The authorization endpoint: from a request to a sign-in page, a consent, a code, or a refusal.

use axum::{
    extract::State as Extract,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use crate::{
    authorization::AuthorizationRequest,
    call::Call,
    consent, cookies,
    live::Shared,
    pushed, random,
    redirect::{see_other, with_cookies},
    refusal::Refusal,
    state::{Interaction, State, Step},
};

/// The steps that this request has already taken the person through.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    pub(crate) signed_in: bool,
    pub(crate) consented: bool,
}

/// `GET` and `POST /oidc/auth`.
pub(crate) async fn authorize(Extract(shared): Extract<Shared>, call: Call) -> Response {
    let state = &mut *shared.state();
    let params = match pushed::take(state, call.params()) {
        Ok(params) => params,
        Err(refusal) => {
            return refusal
                .with_issuer(shared.issuer(), call.params().get("state"))
                .into_response();
        }
    };
    match AuthorizationRequest::read(shared.fixture(), &state.keys, shared.issuer(), &params) {
        Err(refused) => *refused,
        Ok(request) => {
            let session = state.session_of(&call.headers).map(|(id, _)| id);
            proceed(
                &shared,
                state,
                &call.headers,
                session.as_deref(),
                request,
                Progress::default(),
            )
        }
    }
}

/// Asks the person what still has to be asked, or answers the application.
pub(crate) fn proceed(
    shared: &Shared,
    state: &mut State,
    headers: &HeaderMap,
    session: Option<&str>,
    request: AuthorizationRequest,
    progress: Progress,
) -> Response {
    let silent = request.prompts("none");
    if let Some(reason) = must_sign_in(state, session, &request, progress) {
        if silent {
            return refuse(shared, &request, "login_required", reason);
        }
        let screen = request.screen.clone();
        return ask(state, headers, request, Step::Login(None), &screen);
    }
    // Someone is signed in, or the line above had asked.
    let Some(visit) = session.and_then(|id| consent::Visit::of(shared.fixture(), state, id)) else {
        return Refusal::session_not_found("interaction session not found").into_response();
    };
    let asked = progress.consented || !request.prompts("consent");
    if !asked || visit.misses(state, &request) {
        if silent {
            return refuse(
                shared,
                &request,
                "consent_required",
                "requested scopes not granted",
            );
        }
        let screen = format!("/consent?app_id={}", request.application);
        let step = Step::Consent {
            signed_in: progress.signed_in,
            granted: false,
        };
        return ask(state, headers, request, step, &screen);
    }
    let code = visit.issue_code(state, &request);
    request.back.answer(&code, shared.issuer())
}

fn must_sign_in(
    state: &State,
    session: Option<&str>,
    request: &AuthorizationRequest,
    progress: Progress,
) -> Option<&'static str> {
    let required = Some("End-User authentication is required");
    let Some(session) = session.and_then(|id| state.sessions.get(id)) else {
        return required;
    };
    let Some(user) = session
        .user
        .as_ref()
        .filter(|user| !state.suspended.contains(*user))
    else {
        return required;
    };
    if progress.signed_in {
        return None;
    }
    if request.prompts("login") {
        return required;
    }
    if request
        .max_age
        .is_some_and(|seconds| state.now() - session.signed_in_at >= seconds)
    {
        return required;
    }
    match &request.hint {
        Some(hint) if hint != user => Some("id_token_hint and authenticated subject do not match"),
        _ => None,
    }
}

fn refuse(
    shared: &Shared,
    request: &AuthorizationRequest,
    error: &'static str,
    description: &str,
) -> Response {
    let refusal = Refusal::new(axum::http::StatusCode::BAD_REQUEST, error, description);
    request.back.refuse(&refusal, shared.issuer())
}

/// Starts an interaction. There is one per application and browser: it takes the place of the one before.
fn ask(
    state: &mut State,
    headers: &HeaderMap,
    request: AuthorizationRequest,
    step: Step,
    screen: &str,
) -> Response {
    if let Some(replaced) = cookies::interaction(headers, Some(&request.application)) {
        state.interactions.remove(&replaced);
    }
    let id = random::token();
    let set = cookies::start_interaction(headers, &request.application, &id);
    let started = state.now();
    state.interactions.insert(
        id,
        Interaction {
            request,
            step,
            started,
        },
    );
    with_cookies(see_other(screen), set)
}
