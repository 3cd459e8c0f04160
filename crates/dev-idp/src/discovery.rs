//! The discovery document and the JWKS.

use axum::{
    extract::State as Extract,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{call::Call, live::Shared, permission::oidc_scopes};

/// `/oidc/.well-known/openid-configuration` and `/oidc/.well-known/oauth-authorization-server`.
pub(crate) async fn discovery(Extract(shared): Extract<Shared>, call: Call) -> Response {
    document(
        &call,
        &describe(shared.issuer()),
        "application/json; charset=utf-8",
        None,
    )
}

/// `/oidc/jwks`.
pub(crate) async fn jwks(Extract(shared): Extract<Shared>, call: Call) -> Response {
    let cache = Some("no-cache, max-age=0, must-revalidate");
    document(
        &call,
        &shared.state().keys.jwks(),
        "application/jwk-set+json; charset=utf-8",
        cache,
    )
}

/// A document with an `ETag`. As at Logto, a reader that says `no-cache` itself gets it whole.
fn document(
    call: &Call,
    body: &Value,
    kind: &'static str,
    cache: Option<&'static str>,
) -> Response {
    let body = body.to_string();
    let digest = STANDARD_NO_PAD.encode(Sha256::digest(&body));
    let tag = format!("\"{:x}-{}\"", body.len(), &digest[..27]);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(cache) = cache {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    }
    let says = |name, text: &str| {
        call.headers
            .get(name)
            .is_some_and(|value| value.as_bytes() == text.as_bytes())
    };
    let known = says(header::IF_NONE_MATCH, &tag) && !says(header::CACHE_CONTROL, "no-cache");
    headers.extend(HeaderValue::from_str(&tag).map(|tag| (header::ETAG, tag)));
    if known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, body).into_response()
}

/// Of what Logto announces, what this provider serves; a test asks for each of it.
fn describe(issuer: &str) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    json!({
        "authorization_endpoint": at("/auth"),
        "claims_parameter_supported": false,
        "claims_supported": [
            "sub", "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile",
            "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at", "username", "created_at",
            "email", "email_verified", "phone_number", "phone_number_verified", "address", "custom_data",
            "identities", "sso_identities", "roles", "organizations", "organization_data", "organization_roles",
            "auth_time", "iss",
        ],
        "code_challenge_methods_supported": ["S256"],
        "end_session_endpoint": at("/session/end"),
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "issuer": issuer,
        "jwks_uri": at("/jwks"),
        "authorization_response_iss_parameter_supported": true,
        "response_modes_supported": ["form_post", "fragment", "query"],
        "response_types_supported": ["code"],
        "scopes_supported": oidc_scopes(),
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "token_endpoint": at("/token"),
        "id_token_signing_alg_values_supported": ["ES384"],
        "pushed_authorization_request_endpoint": at("/request"),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": at("/me"),
        "introspection_endpoint": at("/token/introspection"),
        "revocation_endpoint": at("/token/revocation"),
        "claim_types_supported": ["normal"],
    })
}
