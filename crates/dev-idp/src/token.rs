//! The token endpoint, and the exchange of a code.

use axum::{extract::State as Extract, http::StatusCode, response::Response};

use crate::{
    application::Application,
    audience::Audience,
    call::Call,
    client_auth::{authenticate, is_anonymous},
    issue::Issue,
    live::Shared,
    pkce, refresh,
    refusal::Refusal,
    state::State,
};

const CODE_LIFE: i64 = 60;

/// `POST /oidc/token`.
pub(crate) async fn token(
    Extract(shared): Extract<Shared>,
    call: Call,
) -> Result<Response, Refusal> {
    if is_anonymous(&call) {
        return Err(Refusal::unknown_client("undefined"));
    }
    let application = authenticate(&shared, &call)?;
    if let Some(name) = call.body.repeated() {
        return Err(Refusal::repeated(name));
    }
    let state = &mut *shared.state();
    match call.body.get("grant_type") {
        None => Err(Refusal::missing("grant_type")),
        Some("authorization_code") => exchange(&shared, state, application, &call),
        Some("refresh_token") => refresh::refresh(&shared, state, application, &call),
        Some(
            "client_credentials"
            | "implicit"
            | "urn:ietf:params:oauth:grant-type:device_code"
            | "urn:ietf:params:oauth:grant-type:token-exchange",
        ) => Err(Refusal::invalid_request(
            "requested grant type is not allowed for this client",
        )),
        Some(_) => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "unsupported grant_type requested",
        )),
    }
}

fn exchange(
    shared: &Shared,
    state: &mut State,
    application: &Application,
    call: &Call,
) -> Result<Response, Refusal> {
    let value = call
        .body
        .get("code")
        .ok_or_else(|| Refusal::missing("code"))?;
    let redirect_uri = call
        .body
        .get("redirect_uri")
        .ok_or_else(|| Refusal::missing("redirect_uri"))?;
    let verifier = call.body.get("code_verifier");
    if let Some(verifier) = verifier {
        pkce::check_value("code_verifier", verifier)?;
    }
    let now = state.now();
    let code = state.codes.get(value).ok_or_else(Refusal::invalid_grant)?;
    let is_valid = code.standing.application == application.id
        && now - code.made < CODE_LIFE
        && code.challenge == verifier.map(pkce::challenge)
        && code.redirect_uri == redirect_uri;
    let (spent, standing) = (code.spent, code.standing.clone());
    // A wrong verifier or redirect URI leaves the code usable: only a fitting request spends it.
    if !is_valid {
        return Err(Refusal::invalid_grant());
    }
    if spent {
        state.revoke(&standing.grant);
        return Err(Refusal::invalid_grant());
    }
    if !state.stands(&standing) {
        return Err(Refusal::invalid_grant());
    }
    if let Some(code) = state.codes.get_mut(value) {
        code.spent = true;
    }
    let user = shared
        .fixture()
        .user(&standing.user)
        .ok_or_else(Refusal::invalid_grant)?;
    let scopes = standing.scopes.clone();
    let audience = Audience::of(call, &standing, &scopes)?;
    let offline = scopes.iter().any(|scope| scope == "offline_access");
    let refresh_token = (offline || application.always_issue_refresh_token)
        .then(|| refresh::first(state, application, standing.clone()));
    Ok(Issue {
        user,
        standing,
        scopes,
        audience,
        refresh_token,
    }
    .answer(shared, state))
}
