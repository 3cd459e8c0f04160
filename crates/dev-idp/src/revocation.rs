//! `POST /oidc/token/revocation`.

use axum::{
    extract::State as Extract,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{call::Call, client_auth::authenticate, keys, live::Shared, refusal::Refusal};

pub(crate) async fn revoke(
    Extract(shared): Extract<Shared>,
    call: Call,
) -> Result<Response, Refusal> {
    let application = authenticate(&shared, &call)?;
    let token = call
        .body
        .get("token")
        .ok_or_else(|| Refusal::missing("token"))?;
    if keys::is_jwt(token) {
        return Err(structured("revoked", "revocation"));
    }
    let state = &mut *shared.state();
    let access = state.access_tokens.get(token).map(|token| &token.standing);
    let refresh = state.refresh_tokens.get(token).map(|token| &token.standing);
    // The hint is only a hint; a token nobody knows is as good as revoked.
    if let Some(standing) = access.or(refresh) {
        if standing.application != application.id {
            return Err(Refusal::invalid_request(
                "client is not authorized to revoke the presented token",
            ));
        }
        let grant = standing.grant.clone();
        state.revoke(&grant);
    }
    Ok((
        StatusCode::OK,
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        "",
    )
        .into_response())
}

/// Signed tokens stand until they expire: no endpoint takes them back or looks them up.
pub(crate) fn structured(done: &str, endpoint: &str) -> Refusal {
    let description = format!("Structured JWT Tokens cannot be {done} via the {endpoint}_endpoint");
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "unsupported_token_type",
        description,
    )
}
