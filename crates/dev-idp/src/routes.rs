//! Every path, and what answers there.

use axum::{
    Router,
    extract::State as Extract,
    http::{Method, StatusCode, Uri},
    middleware::from_fn_with_state,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};

use crate::{
    authorize,
    call::Call,
    consent, control_routes, discovery, end_session, interaction, introspection,
    live::{Live, Shared},
    middleware, page, pushed,
    refusal::Refusal,
    revocation, sign_in,
    texts::Texts,
    token, user_info,
};

pub(crate) fn router(live: Live) -> Router {
    let oidc = Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(discovery::discovery),
        )
        .route(
            "/.well-known/oauth-authorization-server",
            get(discovery::discovery),
        )
        .route("/jwks", get(discovery::jwks))
        .route(
            "/auth",
            get(authorize::authorize).post(authorize::authorize),
        )
        .route("/auth/{id}", get(interaction::resume))
        .route("/request", post(pushed::push))
        .route("/token", post(token::token))
        .route("/token/revocation", post(revocation::revoke))
        .route("/token/introspection", post(introspection::introspect))
        .route("/me", get(user_info::user_info).post(user_info::user_info))
        .route("/session/end", get(end_session::end).post(end_session::end))
        .route("/session/end/confirm", post(end_session::confirm))
        .route("/session/end/success", get(end_session::success))
        .fallback(unknown_route)
        .method_not_allowed_fallback(unknown_route);
    let sign_in = || get(sign_in::show).post(sign_in::submit);
    Router::new()
        .nest("/oidc", oidc)
        .nest(control_routes::PREFIX, control_routes::router())
        .route("/sign-in", sign_in())
        .route("/register", sign_in())
        .route("/reset-password", sign_in())
        .route("/identifier-sign-in", sign_in())
        .route("/identifier-register", sign_in())
        .route("/single-sign-on", sign_in())
        .route("/direct/{*target}", sign_in())
        .route("/consent", get(consent::consent))
        .route("/unknown-session", get(unknown_session))
        .route("/", get(about))
        .fallback(not_found)
        .layer(from_fn_with_state(live.clone(), middleware::observe))
        .with_state(live)
}

async fn about(Extract(shared): Extract<Shared>, call: Call) -> Response {
    let users = &shared.fixture().users;
    Html(page::about(Texts::of(&call), shared.issuer(), users)).into_response()
}

async fn unknown_session(call: Call) -> Html<String> {
    let texts = Texts::of(&call);
    Html(page::note(texts, texts.unknown_session))
}

async fn not_found(call: Call) -> Response {
    let page = Html(page::not_found(Texts::of(&call)));
    (StatusCode::NOT_FOUND, page).into_response()
}

async fn unknown_route(method: Method, uri: Uri) -> Refusal {
    let description = format!(
        "unrecognized route or not allowed method ({method} on {})",
        uri.path()
    );
    Refusal::new(StatusCode::NOT_FOUND, "invalid_request", description)
}
