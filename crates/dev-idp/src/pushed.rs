//! Pushed authorization requests (RFC 9126).

use axum::{
    Json,
    extract::State as Extract,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    authorization,
    call::Call,
    client_auth::authenticate,
    live::Shared,
    params::Params,
    random,
    refusal::Refusal,
    state::{Pushed, State},
};

const LIFE: i64 = 60;
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// `POST /oidc/request`.
pub(crate) async fn push(
    Extract(shared): Extract<Shared>,
    call: Call,
) -> Result<Response, Refusal> {
    let application = authenticate(&shared, &call)?;
    let params = call.body.with("client_id", &application.id);
    authorization::find_return_address(shared.fixture(), &params)?;
    let id = format!("{PREFIX}{}", random::token());
    let state = &mut *shared.state();
    let pushed = Pushed {
        application: application.id.clone(),
        params,
        made: state.now(),
    };
    state.pushed.insert(id.clone(), pushed);
    Ok((
        StatusCode::CREATED,
        Json(json!({ "expires_in": LIFE, "request_uri": id })),
    )
        .into_response())
}

/// The parameters pushed before, if the request names them; else its own.
pub(crate) fn take(state: &mut State, params: &Params) -> Result<Params, Refusal> {
    let Some(id) = params
        .get("request_uri")
        .filter(|uri| uri.starts_with(PREFIX))
    else {
        return Ok(params.clone());
    };
    let now = state.now();
    match state.pushed.remove(id) {
        Some(pushed)
            if now - pushed.made < LIFE && params.get("client_id") == Some(&pushed.application) =>
        {
            Ok(pushed.params)
        }
        _ => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "invalid_request_uri",
            "request_uri is invalid or expired",
        )),
    }
}
