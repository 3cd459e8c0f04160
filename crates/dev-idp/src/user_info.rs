//! `/oidc/me`: what an opaque access token may read about its person.

use axum::{Json, extract::State as Extract, http::StatusCode};
use serde_json::Value;

use crate::{
    call::{Call, bearer},
    claims,
    live::Shared,
    refusal::Refusal,
};

pub(crate) async fn user_info(
    Extract(shared): Extract<Shared>,
    call: Call,
) -> Result<Json<Value>, Refusal> {
    let issuer = shared.issuer();
    let refuse = |refusal: Refusal| refusal.with_challenge("Bearer", issuer, false);
    let invalid = |text: &str| Refusal::new(StatusCode::UNAUTHORIZED, "invalid_token", text);
    if call.query.get("access_token").is_some() {
        let text = "access tokens must not be provided via query parameter";
        return Err(refuse(Refusal::invalid_request(text)));
    }
    let token = match (bearer(&call), call.body.get("access_token")) {
        (Some(_), Some(_)) => {
            let text = "access token must only be provided using one mechanism";
            return Err(refuse(Refusal::invalid_request(text)));
        }
        (Some(token), None) | (None, Some(token)) => token,
        // Nothing was judged, so the challenge names no error.
        (None, None) => {
            return Err(invalid("no access token provided").with_challenge("Bearer", issuer, true));
        }
    };
    let state = shared.state();
    let token = state
        .access_tokens
        .get(token)
        .filter(|token| state.now() < token.expires && state.stands(&token.standing));
    let standing = &token
        .ok_or_else(|| refuse(invalid("invalid token provided")))?
        .standing;
    if !standing.scopes.iter().any(|scope| scope == "openid") {
        let text = "access token missing openid scope";
        return Err(refuse(
            Refusal::new(StatusCode::FORBIDDEN, "insufficient_scope", text).with_scope("openid"),
        ));
    }
    let user = shared
        .fixture()
        .user(&standing.user)
        .ok_or_else(|| refuse(invalid("invalid token provided")))?;
    Ok(Json(Value::Object(claims::of(
        shared.fixture(),
        user,
        state.updated_at(user),
        &standing.scopes,
    ))))
}
