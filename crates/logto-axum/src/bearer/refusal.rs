//! The answer to who brings no right token: RFC 6750 section 3, with a body of RFC 9457.

use std::fmt::Write as _;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use logto::{AccessTokenError, JwtError};
use serde_json::json;

/// Why a request is refused. The client gets one of a few fixed texts; the log has more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalReason {
    /// No token was sent.
    NoToken,
    /// The `Authorization` header is ambiguous or malformed.
    MalformedHeader,
    /// The token is not an access token for an API: Logto's token for userinfo, an ID token.
    NoAccessToken,
    /// The token has expired. A fresh one may be accepted.
    Expired,
    /// The token is for another API.
    AnotherApi,
    /// The token is for an organization, and this endpoint is outside organizations.
    InOrganization,
    /// The token is not for the organization of the path, which may not exist.
    AnotherOrganization,
    /// The token is invalid in another way: not from this provider, not signed with one of its
    /// keys.
    Invalid,
    /// The token is valid, and lacks the required scope.
    InsufficientScope,
    /// The token could not be verified: the provider's keys cannot be read.
    Unavailable,
    /// The handler asks for what its path does not have.
    Misplaced,
}

impl RefusalReason {
    pub(super) fn of(error: &AccessTokenError) -> Self {
        match error {
            AccessTokenError::Kind { .. } | AccessTokenError::Jwt(JwtError::NotAToken) => {
                Self::NoAccessToken
            }
            AccessTokenError::Jwt(JwtError::Expired { .. }) => Self::Expired,
            AccessTokenError::Audience { .. } => Self::AnotherApi,
            AccessTokenError::InOrganization { .. } => Self::InOrganization,
            AccessTokenError::OutsideOrganizations { .. }
            | AccessTokenError::AnotherOrganization { .. } => Self::AnotherOrganization,
            _ => Self::Invalid,
        }
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::InsufficientScope => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Misplaced => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::NoToken => "This needs an access token in the Authorization header.",
            Self::MalformedHeader => "The Authorization header does not hold one bearer token.",
            Self::NoAccessToken => "This is no access token for an API.",
            Self::Expired => "The access token has expired.",
            Self::AnotherApi => "The access token is for another API.",
            Self::InOrganization => "The access token is for an organization, and this is not.",
            Self::AnotherOrganization => "The access token is not for this organization.",
            Self::Invalid => "The access token is not valid here.",
            Self::InsufficientScope => "The access token does not allow this.",
            Self::Unavailable => "Access tokens cannot be judged right now. Try again in a moment.",
            Self::Misplaced => "Something is set up wrongly on the server.",
        }
    }
}

/// The answer to a request without a right token: 401 or 403 with `WWW-Authenticate`, or 503 when
/// the provider's keys cannot be read; in each case with `application/problem+json`.
#[derive(Clone, Debug)]
pub struct BearerRefusal {
    reason: RefusalReason,
    realm: String,
    required: &'static [&'static str],
    /// In seconds, for [`RefusalReason::Unavailable`].
    retry_after: u64,
}

impl BearerRefusal {
    pub(super) fn new(
        reason: RefusalReason,
        realm: &str,
        required: &'static [&'static str],
    ) -> Self {
        Self {
            reason,
            realm: realm.to_owned(),
            required,
            retry_after: 5,
        }
    }

    /// The refusal of a token that could not be verified for this reason.
    pub(super) fn after(self, error: &logto::Error) -> Self {
        let said = error.retry_after().map(|wait| wait.as_secs());
        // No shorter than usual, and no longer than five minutes, whatever the provider says.
        let retry_after = said.map_or(self.retry_after, |seconds| seconds.clamp(5, 300));
        Self {
            retry_after,
            ..self
        }
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> RefusalReason {
        self.reason
    }

    /// RFC 6750 section 3.1: no error is named to who sent no token.
    fn challenge(&self) -> HeaderValue {
        let mut challenge = format!("Bearer realm=\"{}\"", quoted(&self.realm));
        let error = match self.reason {
            RefusalReason::NoToken => None,
            RefusalReason::InsufficientScope => Some("insufficient_scope"),
            _ => Some("invalid_token"),
        };
        if let Some(error) = error {
            let _ = write!(
                challenge,
                ", error=\"{error}\", error_description=\"{}\"",
                self.reason.text()
            );
        }
        if self.reason == RefusalReason::InsufficientScope {
            let _ = write!(
                challenge,
                ", scope=\"{}\"",
                quoted(&self.required.join(" "))
            );
        }
        HeaderValue::try_from(challenge).unwrap_or(HeaderValue::from_static("Bearer"))
    }
}

/// RFC 9110 section 5.6.4.
fn quoted(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', r#"\""#)
}

impl IntoResponse for BearerRefusal {
    fn into_response(self) -> Response {
        let status = self.reason.status();
        let title = status.canonical_reason().unwrap_or_default();
        let problem = json!({ "type": "about:blank", "title": title, "status": status.as_u16(),
            "detail": self.reason.text() });
        let mut response = Response::new(Body::from(problem.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                headers.insert(header::WWW_AUTHENTICATE, self.challenge());
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(self.retry_after));
            }
            _ => {}
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(reason: RefusalReason) -> String {
        let refusal = BearerRefusal::new(reason, "https://shop.example/api", &["a:b", "c:d"]);
        let response = refusal.into_response();
        let value = response.headers().get(header::WWW_AUTHENTICATE);
        value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_provider_that_says_how_long_to_wait_is_passed_on() {
        let after = |problem| {
            let (doing, url) = ("read its keys", String::new());
            let error = logto::Error::Unreachable(logto::Unreachable {
                doing,
                url,
                problem,
            });
            let refusal = BearerRefusal::new(RefusalReason::Unavailable, "x", &[]).after(&error);
            refusal.into_response().headers()[header::RETRY_AFTER].clone()
        };
        for (said, passed_on) in [(1, "5"), (30, "30"), (100_000, "300")] {
            assert_eq!(
                after(logto::UnreachableReason::RateLimited { seconds: said }),
                passed_on
            );
        }
        assert_eq!(
            after(logto::UnreachableReason::Timeout { seconds: 9.0 }),
            "5"
        );
    }

    /// RFC 6750 section 3
    #[test]
    fn the_challenge_says_what_is_wrong_and_what_is_needed() {
        assert_eq!(
            challenge(RefusalReason::NoToken),
            r#"Bearer realm="https://shop.example/api""#
        );
        assert_eq!(
            challenge(RefusalReason::Expired),
            r#"Bearer realm="https://shop.example/api", error="invalid_token", error_description="The access token has expired.""#
        );
        assert_eq!(
            challenge(RefusalReason::InsufficientScope),
            r#"Bearer realm="https://shop.example/api", error="insufficient_scope", error_description="The access token does not allow this.", scope="a:b c:d""#
        );
        assert_eq!(challenge(RefusalReason::Unavailable), "");
        assert_eq!(challenge(RefusalReason::Misplaced), "");
    }

    #[test]
    fn a_realm_cannot_add_to_the_challenge() {
        let realm = |realm: &str| {
            let refusal = BearerRefusal::new(RefusalReason::NoToken, realm, &[]);
            refusal.challenge().to_str().unwrap().to_owned()
        };
        assert_eq!(
            realm(r#"a", scope="b\"#),
            r#"Bearer realm="a\", scope=\"b\\""#
        );
        assert_eq!(realm("a\r\nset-cookie: x"), "Bearer");
    }

    #[test]
    fn every_reason_has_its_status() {
        use RefusalReason as R;
        for (reason, status) in [
            (R::NoToken, 401),
            (R::MalformedHeader, 401),
            (R::NoAccessToken, 401),
            (R::Expired, 401),
            (R::AnotherApi, 401),
            (R::InOrganization, 401),
            (R::AnotherOrganization, 401),
            (R::Invalid, 401),
            (R::InsufficientScope, 403),
            (R::Unavailable, 503),
            (R::Misplaced, 500),
        ] {
            assert_eq!(reason.status().as_u16(), status, "{reason:?}");
            assert_eq!(challenge(reason).is_empty(), status >= 500, "{reason:?}");
            assert!(!reason.text().contains(['"', '\\']) && reason.text().is_ascii());
        }
    }
}
