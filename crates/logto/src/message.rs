//! Requests to the provider and its responses, as plain data.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use crate::json;
use crate::secret::Secret;
use crate::text::clean;

/// A request, without its transport.
#[derive(Debug)]
pub(crate) struct Request {
    /// The purpose of the request, for the log: "exchanging the code".
    pub(crate) doing: &'static str,
    pub(crate) endpoint: Endpoint,
    pub(crate) url: Url,
    pub(crate) authorization: Option<Secret>,
    /// A form to post. Without one it is a GET.
    pub(crate) form: Option<Secret>,
    /// The secrets in it, so that an answer that repeats them can be cleaned.
    pub(crate) secrets: Vec<Secret>,
}

/// The endpoints of the provider that this crate sends requests to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Endpoint {
    Discovery,
    Jwks,
    Token,
    UserInfo,
    Revocation,
}

impl Endpoint {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Jwks => "jwks",
            Self::Token => "token",
            Self::UserInfo => "userinfo",
            Self::Revocation => "revocation",
        }
    }
}

impl Request {
    pub(crate) fn get(doing: &'static str, endpoint: Endpoint, url: Url) -> Self {
        Self {
            doing,
            endpoint,
            url,
            authorization: None,
            form: None,
            secrets: Vec::new(),
        }
    }

    /// Posts parameters with the application's id and secret in the header (RFC 6749 section
    /// 2.3.1).
    pub(crate) fn post(
        doing: &'static str,
        endpoint: Endpoint,
        url: Url,
        application: Secret,
        parameters: &[(&str, &str)],
        secrets: Vec<Secret>,
    ) -> Self {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        Self {
            doing,
            endpoint,
            url,
            authorization: Some(application),
            form: Some(Secret::new(form)),
            secrets,
        }
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    /// The `Retry-After` header, as it came.
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn object(&self) -> Option<Map<String, Value>> {
        json::object(&self.body).ok()
    }

    /// The same, for claims: each number in it is exactly as it was sent.
    pub(crate) fn exact_object(&self) -> Option<Map<String, Value>> {
        json::exact_object(&self.body).ok()
    }

    /// The provider's refusal, if that is what this is.
    pub(crate) fn refusal(&self, secrets: &[Secret]) -> Option<ErrorResponse> {
        let body = self.object()?;
        let text = |name: &str| {
            let text = body.get(name).and_then(Value::as_str)?;
            Some(clean(&hide(text, secrets)))
        };
        Some(ErrorResponse {
            status: self.status,
            error: text("error")?,
            description: text("error_description"),
            code: text("code"),
            scope: text("scope"),
        })
    }
}

/// Shorter secrets are not replaced: that would damage the provider's own text, and no provider
/// issues them.
const SHORTEST_SECRET: usize = 8;
/// A longer run of letters and digits counts as a token. An opaque token of Logto has 43
/// characters.
const LONGEST_WORD: usize = 39;

/// The text without secrets: a provider may repeat in its error the parameter that it refuses, or a
/// token.
fn hide(text: &str, secrets: &[Secret]) -> String {
    let secrets = secrets
        .iter()
        .map(Secret::expose)
        .filter(|secret| secret.len() >= SHORTEST_SECRET);
    let text = secrets.fold(text.to_owned(), |text, secret| {
        text.replace(secret, "[redacted]")
    });
    let within_token = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    text.split_inclusive(|letter| !within_token(letter))
        .map(|word| {
            if word.len() > LONGEST_WORD + 1 {
                "[redacted] "
            } else {
                word
            }
        })
        .collect()
}

/// A refusal of the provider: the members of RFC 6749 section 5.2, and Logto's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// The status of the answer. Logto refuses with 400, 401 and 403.
    pub status: u16,
    /// `invalid_grant`, `invalid_client`, `invalid_target`, `access_denied` and so on.
    pub error: String,
    /// More about it, cleaned and cut.
    pub description: Option<String>,
    /// Logto's own code, like `oidc.invalid_grant`.
    pub code: Option<String>,
    /// For `invalid_scope` and `insufficient_scope`: the scopes that it is about.
    pub scope: Option<String>,
}

impl ErrorResponse {
    /// A refusal with a status and an error code, and nothing else said.
    pub fn new(status: u16, error: impl Into<String>) -> Self {
        Self {
            status,
            error: error.into(),
            description: None,
            code: None,
            scope: None,
        }
    }
}

impl fmt::Display for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (status {})", self.error, self.status)?;
        if let Some(description) = &self.description {
            write!(f, ": {description}")?;
        }
        if let Some(scope) = &self.scope {
            write!(f, " (scope {scope})")?;
        }
        match self.error.as_str() {
            "invalid_client" => f.write_str("; check `app_id` and `app_secret`"),
            "invalid_target" => {
                f.write_str("; a resource must be registered at Logto and asked for at sign-in")
            }
            _ => Ok(()),
        }
    }
}
