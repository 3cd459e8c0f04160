//! `POST /oidc/token/introspection`.

use axum::{Json, extract::State as Extract};
use serde_json::{Value, json};

use crate::{
    call::Call, client_auth::authenticate, keys, live::Shared, refusal::Refusal,
    revocation::structured, state::Standing,
};

/// Any confidential application may look up any application's opaque tokens; a public one learns nothing.
pub(crate) async fn introspect(
    Extract(shared): Extract<Shared>,
    call: Call,
) -> Result<Json<Value>, Refusal> {
    let application = authenticate(&shared, &call)?;
    let token = call
        .body
        .get("token")
        .ok_or_else(|| Refusal::missing("token"))?;
    if keys::is_jwt(token) {
        return Err(structured("introspected", "introspection"));
    }
    let state = shared.state();
    let describe = |standing: &Standing, made: i64, expires: i64| {
        let live = !application.is_public() && state.now() < expires && state.stands(standing);
        live.then(|| {
            json!({
                "active": true,
                "sub": standing.user,
                "client_id": standing.application,
                "exp": expires,
                "iat": made,
                "iss": shared.issuer(),
                "scope": standing.scopes.join(" "),
            })
        })
    };
    let access = state.access_tokens.get(token).and_then(|token| {
        let mut body = describe(&token.standing, token.made, token.expires)?;
        body["token_type"] = "Bearer".into();
        Some(body)
    });
    let refresh = || {
        let token = state
            .refresh_tokens
            .get(token)
            .filter(|token| token.replaced_at_ms.is_none())?;
        describe(&token.standing, token.made, token.expires)
    };
    Ok(Json(
        access
            .or_else(refresh)
            .unwrap_or_else(|| json!({ "active": false })),
    ))
}
