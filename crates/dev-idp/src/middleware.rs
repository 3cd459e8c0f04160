//! The middleware around every route: reads the request once, logs it, applies the faults a test asked for, renders refusals and
//! sets headers.

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    broken_body::BrokenBody, call::Call, control_routes, faults::Effect, live::Live, page,
    params::Params, refusal::Refusal, request_log::Request,
};

const LARGEST_BODY: usize = 1024 * 1024;

/// Wraps the whole router.
pub(crate) async fn observe(
    State(live): State<Live>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let query = Params::form(parts.uri.query().unwrap_or_default().as_bytes());
    let kind = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let body = if kind.starts_with("application/json") {
        Params::json(&body)
    } else {
        Params::form(&body)
    };
    let path = parts.uri.path().to_owned();
    let plain = query.get("parse_error") == Some("false");
    let language = language(&parts.headers);

    let call = Call {
        headers: parts.headers.clone(),
        query,
        body,
    };
    let effect = {
        let mut state = live.state();
        let names = call.query.names().chain(call.body.names());
        let request = Request {
            method: parts.method.to_string(),
            path: path.clone(),
            parameters: names.map(str::to_owned).collect(),
        };
        state.requests.push(request);
        let person = state.person_of(&call).map(str::to_owned);
        // Faults never apply to the controls, which have to be able to end them.
        if control_routes::is_control(&path) {
            Effect::default()
        } else {
            state.controls.faults.apply(&path, person.as_deref())
        }
    };
    tracing::debug!(method = %parts.method, path, "request to the development identity provider");
    if !effect.wait.is_zero() {
        tokio::time::sleep(effect.wait).await;
    }
    if let Some(status) = effect.status {
        let body = json!({ "code": "dev.outage", "message": "A test asked for this failure." });
        return (status, Json(body)).into_response();
    }

    parts.extensions.insert(call);
    let mut response = next
        .run(axum::extract::Request::from_parts(parts, Body::empty()))
        .await;
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        response = refusal.render(language, plain, response.headers_mut());
    }
    if is_never_stored(&path) {
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/json")
    {
        let kind = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    if is_page(&response)
        && let Ok(policy) = HeaderValue::from_str(&page::policy())
    {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if is_open_to_scripts(&path) {
        response.headers_mut().insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
    }
    if effect.loses_answer {
        response.headers_mut().remove(header::CONTENT_LENGTH);
        return response.map(|_| Body::new(BrokenBody));
    }
    response
}

fn is_never_stored(path: &str) -> bool {
    const NEVER_STORED: [&str; 5] = [
        "/oidc/token",
        "/oidc/me",
        "/oidc/token/introspection",
        "/oidc/request",
        "/consent",
    ];
    NEVER_STORED.contains(&path)
        || path.starts_with("/oidc/auth")
        || path.starts_with("/oidc/session")
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn is_open_to_scripts(path: &str) -> bool {
    const OPEN: [&str; 5] = [
        "/oidc/jwks",
        "/oidc/me",
        "/oidc/token",
        "/oidc/token/revocation",
        "/oidc/request",
    ];
    OPEN.contains(&path) || path.starts_with("/oidc/.well-known/")
}

/// The first language of `Accept-Language`, of those with recorded answers; else English.
fn language(headers: &HeaderMap) -> &'static str {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match asked.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("fr") => "fr",
        Some("zh") => "zh",
        _ => "en",
    }
}
