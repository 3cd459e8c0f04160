//! Sign-out in the browser: a page that confirms itself, then the way back to the application.

use std::collections::HashMap;

use axum::{
    extract::State as Extract,
    response::{Html, IntoResponse, Response},
};
use url::Url;

use crate::{
    backchannel_logout::{self, Delivery},
    call::Call,
    cookies, keys,
    live::Shared,
    page, params, random,
    redirect::{see_other, with_cookies},
    refusal::Refusal,
    state::{Ending, Session, State},
    texts::Texts,
};

/// `GET` and `POST /oidc/session/end`.
pub(crate) async fn end(Extract(shared): Extract<Shared>, call: Call) -> Result<Response, Refusal> {
    let state = &mut *shared.state();
    let params = call.params();
    let application = find_application(state, params)?;
    let redirect = match (&application, params.get("post_logout_redirect_uri")) {
        // Without an application the redirect is ignored, not refused.
        (None, _) | (_, None) => None,
        (Some(id), Some(uri)) => Some(find_redirect(&shared, id, uri, params.get("state"))?),
    };
    let id = match state.session_of(&call.headers) {
        Some((id, _)) => id,
        None => start_empty_session(state),
    };
    let guard = random::hex();
    let signed_in = state.sessions.get_mut(&id).is_some_and(|session| {
        session.ending = Some(Ending {
            guard: guard.clone(),
            application,
            redirect,
        });
        session.user.is_some()
    });
    let page = Html(page::end_session(
        Texts::of(&call),
        &format!("{}/session/end/confirm", shared.issuer()),
        &guard,
        signed_in,
    ));
    Ok(with_cookies(page.into_response(), cookies::session(&id)))
}

/// The application that signs out: named, or the one its ID token was made for.
fn find_application(state: &State, params: &params::Params) -> Result<Option<String>, Refusal> {
    let named = params.get("client_id");
    let Some(hint) = params.get("id_token_hint") else {
        return Ok(named.map(str::to_owned));
    };
    let claims = keys::read_claims(hint)
        .ok_or_else(|| Refusal::invalid_request("could not decode id_token_hint"))?;
    let audience = claims
        .get("aud")
        .and_then(|aud| aud.as_str())
        .unwrap_or_default();
    if named.is_some_and(|named| named != audience) {
        return Err(Refusal::invalid_request(
            "client_id does not match the provided id_token_hint",
        ));
    }
    // It may be expired, and another person's, and signed before this process started.
    if state.keys.verify(hint).is_none() && !state.keys.is_of_an_earlier_start(hint) {
        return Err(Refusal::invalid_request("could not validate id_token_hint"));
    }
    Ok(Some(audience.to_owned()))
}

fn find_redirect(
    shared: &Shared,
    application: &str,
    uri: &str,
    state: Option<&str>,
) -> Result<String, Refusal> {
    let application = shared
        .fixture()
        .application(application)
        .ok_or_else(|| Refusal::unknown_client(application))?;
    let mut url = Url::parse(uri)
        .ok()
        .filter(|_| application.accepts_post_logout(uri))
        .ok_or_else(|| Refusal::invalid_request("post_logout_redirect_uri not registered"))?;
    if let Some(state) = state {
        url.query_pairs_mut().append_pair("state", state);
    }
    Ok(url.into())
}

fn start_empty_session(state: &mut State) -> String {
    let (id, started) = (random::token(), state.now());
    let session = Session {
        uid: random::token(),
        user: None,
        signed_in_at: 0,
        started,
        authorizations: HashMap::new(),
        ending: None,
    };
    state.sessions.insert(id.clone(), session);
    id
}

/// `POST /oidc/session/end/confirm`.
pub(crate) async fn confirm(
    Extract(shared): Extract<Shared>,
    call: Call,
) -> Result<Response, Refusal> {
    let (response, deliveries) = end_confirmed(&shared, &call)?;
    backchannel_logout::deliver(deliveries).await;
    Ok(response)
}

/// Ends the session, or the authorization of one application in it, and makes the logout tokens.
fn end_confirmed(shared: &Shared, call: &Call) -> Result<(Response, Vec<Delivery>), Refusal> {
    let state = &mut *shared.state();
    let found = state
        .session_of(&call.headers)
        .and_then(|(id, session)| Some((id, session.ending.clone()?)));
    let (id, ending) =
        found.ok_or_else(|| Refusal::invalid_request("could not find logout details"))?;
    if call.body.get("xsrf") != Some(&ending.guard) {
        return Err(Refusal::invalid_request("xsrf token invalid"));
    }
    let location = ending
        .redirect
        .unwrap_or_else(|| format!("{}/session/end/success", shared.issuer()));
    let response = see_other(&location);
    let whole = call.body.get("logout").is_some();
    let mut deliveries = Vec::new();
    let left = if whole {
        let session = state.sessions.remove(&id);
        let user = session.as_ref().and_then(|session| session.user.clone());
        let left = session.map(|session| session.authorizations);
        let left = left.unwrap_or_default();
        if let Some(user) = user {
            deliveries = backchannel_logout::deliveries_of(shared, state, &user, &left);
        }
        left
    } else {
        // Only this application leaves; the person stays signed in.
        let session = state.sessions.get_mut(&id);
        session
            .and_then(|session| session.authorizations.remove_entry(&ending.application?))
            .into_iter()
            .collect()
    };
    backchannel_logout::end_authorizations(state, left);
    let cookie = if whole {
        cookies::end_session()
    } else {
        cookies::session(&id)
    };
    Ok((with_cookies(response, cookie), deliveries))
}

/// `GET /oidc/session/end/success`, for sign-outs without a redirect URI.
pub(crate) async fn success(call: Call) -> Response {
    let texts = Texts::of(&call);
    Html(page::note(texts, texts.signed_out)).into_response()
}
