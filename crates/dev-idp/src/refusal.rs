//! Refusals: OAuth errors with Logto's own `code` and `message` beside them.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

/// Why a request was refused. The middleware, which knows the language, renders the body.
#[derive(Clone, Debug)]
pub(crate) struct Refusal(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    code: Option<&'static str>,
    error: &'static str,
    description: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    challenge: Option<String>,
}

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        error: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self(Box::new(Parts {
            status,
            code: None,
            error,
            description: Some(description.into()),
            scope: None,
            state: None,
            iss: None,
            challenge: None,
        }))
    }

    pub(crate) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::invalid_request(format!("missing required parameter '{parameter}'"))
    }

    pub(crate) fn repeated(parameter: &str) -> Self {
        Self::invalid_request(format!(
            "'{parameter}' parameter must not be provided twice"
        ))
    }

    pub(crate) fn invalid_grant() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            "grant request is invalid",
        )
    }

    pub(crate) fn invalid_target(description: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_target", description)
    }

    pub(crate) fn unknown_client(id: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_client",
            format!("invalid client {id}"),
        )
    }

    /// The interaction is gone: finished, replaced, expired, or another browser's.
    pub(crate) fn session_not_found(description: &str) -> Self {
        let mut refusal = Self::invalid_request(description);
        refusal.0.code = Some("session.not_found");
        refusal
    }

    pub(crate) fn without_description(mut self) -> Self {
        self.0.description = None;
        self
    }

    pub(crate) fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.0.scope = Some(scope.into());
        self
    }

    pub(crate) fn with_issuer(mut self, issuer: &str, state: Option<&str>) -> Self {
        self.0.iss = Some(issuer.to_owned());
        self.0.state = state.map(str::to_owned);
        self
    }

    /// Adds `WWW-Authenticate`, with the error in it unless there was nothing to judge.
    pub(crate) fn with_challenge(mut self, scheme: &str, issuer: &str, bare: bool) -> Self {
        let scope = self.0.scope.as_deref();
        let attributes = [
            ("realm", Some(issuer)),
            ("error", Some(self.0.error).filter(|_| !bare)),
            ("error_description", self.description().filter(|_| !bare)),
            ("scope", scope.filter(|_| !bare)),
        ];
        let attributes = attributes
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}=\"{}\"", (*value)?)));
        let challenge = format!("{scheme} {}", attributes.collect::<Vec<_>>().join(", "));
        self.0.challenge = Some(challenge);
        self
    }

    pub(crate) fn error(&self) -> &'static str {
        self.0.error
    }

    pub(crate) fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// The answer, in the reader's language; `plain` leaves out everything that is Logto's own.
    pub(crate) fn render(&self, language: &str, plain: bool, headers: &mut HeaderMap) -> Response {
        let parts = &*self.0;
        let mut body = Map::new();
        if !plain {
            let code = parts
                .code
                .map_or_else(|| format!("oidc.{}", parts.error), str::to_owned);
            let message = message(&code, language);
            body.insert("code".into(), code.into());
            body.insert("message".into(), message.into());
            if parts.error == "invalid_grant" {
                body.insert(
                    "error_uri".into(),
                    "https://openid.sh/debug/invalid_grant".into(),
                );
            }
        }
        body.insert("error".into(), parts.error.into());
        let rest = [
            ("error_description", &parts.description),
            ("scope", &parts.scope),
            ("state", &parts.state),
            ("iss", &parts.iss),
        ];
        for (name, value) in rest {
            if let Some(value) = value {
                body.insert(name.into(), value.as_str().into());
            }
        }
        if let Some(challenge) = parts
            .challenge
            .as_deref()
            .and_then(|text| HeaderValue::from_str(text).ok())
        {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
        headers.remove(header::CONTENT_LENGTH);
        (parts.status, headers.clone(), Json(Value::Object(body))).into_response()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Logto's sentence for a code. The double braces are Logto's: it sends some of its templates unfilled.
fn message(code: &str, language: &str) -> String {
    let text = match (code, language) {
        ("oidc.invalid_grant", "fr") => "La requête de consentement est invalide.",
        ("oidc.invalid_grant", "zh") => "授权请求无效",
        ("oidc.invalid_grant", _) => "Grant request is invalid.",
        ("oidc.invalid_request", _) => "Request is invalid.",
        ("oidc.invalid_redirect_uri", _) => {
            "`redirect_uri` did not match any of the client's registered `redirect_uris`."
        }
        ("oidc.unsupported_grant_type", _) => "Unsupported `grant_type` requested.",
        ("oidc.invalid_token", _) => "Invalid token provided.",
        ("oidc.insufficient_scope", _) => "Token missing scope `{{scope}}`.",
        ("oidc.invalid_scope", _) => "Invalid scope: {{error_description}}.",
        ("oidc.invalid_target", _) => "Invalid resource indicator.",
        ("oidc.access_denied", _) => "Access denied.",
        ("session.not_found", _) => "Session not found. Please go back and sign in again.",
        _ => return format!("An OIDC error occurred: {code}."),
    };
    text.to_owned()
}
