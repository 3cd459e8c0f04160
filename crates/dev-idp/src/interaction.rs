//! `GET /oidc/auth/{id}`: back from the sign-in page or the consent to the request that led there.

use std::collections::HashMap;

use axum::{
    extract::{Path, State as Extract},
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use crate::{
    authorize::{Progress, proceed},
    call::Call,
    consent::Visit,
    cookies,
    live::Shared,
    random,
    redirect::{see_other, with_cookies},
    refusal::Refusal,
    state::{Session, State, Step},
};

pub(crate) async fn resume(
    Extract(shared): Extract<Shared>,
    Path(id): Path<String>,
    call: Call,
) -> Response {
    let refuse = |description| {
        Refusal::session_not_found(description)
            .with_issuer(shared.issuer(), None)
            .into_response()
    };
    if cookies::read(&call.headers, cookies::RESUME) != Some(&id) {
        return refuse("authorization request has expired");
    }
    let state = &mut *shared.state();
    let unfinished = match state.interaction(&id) {
        None => return refuse("interaction session not found"),
        Some(interaction) => match interaction.step {
            Step::Login(None) => Some(interaction.request.screen.clone()),
            Step::Consent { granted: false, .. } => Some(format!(
                "/consent?app_id={}",
                interaction.request.application
            )),
            _ => None,
        },
    };
    if let Some(screen) = unfinished {
        return see_other(&screen);
    }
    let Some(interaction) = state.interactions.remove(&id) else {
        return refuse("interaction session not found");
    };
    let request = interaction.request;
    match interaction.step {
        Step::Login(user) => {
            let session = sign_in(state, &call.headers, user.unwrap_or_default());
            let progress = Progress {
                signed_in: true,
                consented: false,
            };
            let response = proceed(
                &shared,
                state,
                &call.headers,
                Some(&session),
                request,
                progress,
            );
            with_cookies(response, cookies::session(&session))
        }
        Step::Consent { signed_in, .. } => {
            let Some(session) = state.session_of(&call.headers).map(|(id, _)| id) else {
                return refuse("authorization request has expired");
            };
            if let Some(visit) = Visit::of(shared.fixture(), state, &session) {
                visit.consent(state, &request);
            }
            let progress = Progress {
                signed_in,
                consented: true,
            };
            let response = proceed(
                &shared,
                state,
                &call.headers,
                Some(&session),
                request,
                progress,
            );
            with_cookies(response, cookies::end_interaction(&id))
        }
    }
}

/// Signs a browser in under a new cookie. The same person keeps what their session holds; another starts afresh.
fn sign_in(state: &mut State, headers: &HeaderMap, user: String) -> String {
    let now = state.now();
    let former = state
        .session_of(headers)
        .map(|(id, _)| id)
        .and_then(|id| state.sessions.remove(&id));
    let (uid, authorizations) = match former {
        Some(session) if session.user.as_ref() == Some(&user) => {
            (session.uid, session.authorizations)
        }
        _ => (random::token(), HashMap::new()),
    };
    let id = random::token();
    let session = Session {
        uid,
        user: Some(user),
        signed_in_at: now,
        started: now,
        authorizations,
        ending: None,
    };
    state.sessions.insert(id.clone(), session);
    id
}
