//! What can go wrong, for the code that asks, and for the person in the browser.

use std::{fmt, str::FromStr};

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use logto::{Scopes, TokenError};

use crate::{error_chain::chain, store::StoreError};

/// Why [`Auth`](crate::Auth) could not return a result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nobody is signed in, or the session has ended.
    #[error("nobody is signed in")]
    SignedOut,
    /// Logto knows the person and says no: not a member of that organization, or there is none of
    /// that id, which looks the same. The session goes on.
    #[error("Logto refuses this to the person who is signed in")]
    Forbidden(#[source] logto::Error),
    /// The sign-in did not grant the requested scopes. A new authorization may; the session goes
    /// on.
    #[error(transparent)]
    NotGranted(#[from] NotGranted),
    /// Among the scopes there is one that neither Logto nor the configuration knows, so that nobody
    /// may ask for it.
    #[error("a scope that is not offered was asked for")]
    NotOffered,
    /// Logto is not asked, because so much was asked for this person a moment ago. It passes within
    /// seconds; the session is untouched.
    #[error("Logto was asked too much for one person within a short time")]
    Throttled,
    /// Logto has not given it within six seconds, or other requests of the session were before this
    /// one all that time. The work goes on, so that its result is there for the next request; the
    /// session is untouched.
    #[error("Logto did not give it in time")]
    TimedOut,
    /// Logto did not answer, or did not answer sensibly. The session is untouched.
    #[error("Logto could not be asked")]
    Logto(#[source] logto::Error),
    /// The session store did not answer. Whether somebody is signed in is not known.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The task that does the work was ended, by a panic or at shutdown.
    #[error("the work was interrupted")]
    Interrupted,
}

/// The status that fits, without a body: 401, 403 or 503. Handlers that answer pages do better with
/// texts of their own.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED.into_response(),
            Self::Forbidden(_) | Self::NotGranted(_) | Self::NotOffered => {
                StatusCode::FORBIDDEN.into_response()
            }
            Self::Throttled | Self::TimedOut => unavailable(),
            Self::Logto(_) | Self::Store(_) | Self::Interrupted => {
                tracing::error!(error = chain(&self), "a handler failed");
                unavailable()
            }
        }
    }
}

fn unavailable() -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::RETRY_AFTER, "5")],
    )
        .into_response()
}

impl Error {
    /// Whether it is about this moment only, and says nothing about the person.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Logto(error) => error.is_transient(),
            Self::TimedOut | Self::Throttled => true,
            _ => false,
        }
    }
}

/// What a sign-in did not bring.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotGranted {
    /// The API resource: it was not asked for at the sign-in.
    #[error("the API resource was not asked for at the sign-in")]
    Resource,
    /// These scopes: they were not asked for at the sign-in, or Logto did not grant them.
    #[error("these scopes were not granted at the sign-in: {0}")]
    Scopes(Scopes),
    /// These scopes were granted, and the person has switched them off.
    #[error("the person has switched these scopes off: {0}")]
    SwitchedOff(Scopes),
}

impl NotGranted {
    /// Reads a refusal of the token endpoint to give a token with `asked` scopes, or all there are.
    /// Foreign text does not come through: only scopes that were asked for are named.
    pub(crate) fn read(error: &logto::Error, asked: Option<&Scopes>) -> Option<Self> {
        let logto::Error::Token(TokenError::Refused(refusal)) = error else {
            return None;
        };
        let named = Scopes::parse(refusal.scope.as_deref().unwrap_or_default());
        match refusal.error.as_str() {
            "invalid_target" => Some(Self::Resource),
            "invalid_scope" => {
                let asked = asked.cloned().unwrap_or_default();
                let missing = asked.intersection(&named);
                Some(Self::Scopes(if missing.is_empty() {
                    asked
                } else {
                    missing
                }))
            }
            // An organization without the scope that opens them: Logto names it.
            "insufficient_scope" => Some(Self::Scopes(Scopes::from_iter([
                logto::scope::ORGANIZATIONS,
            ]))),
            _ => None,
        }
    }
}

/// Why a sign-in did not end in a session, as the problem page shows it. It has no free text,
/// because it travels in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemReason {
    /// The person went back, or said no.
    Cancelled,
    /// The sign-in took more than ten minutes, was used already, or was started in another browser.
    Expired,
    /// The response does not belong to the request. Possibly an attack; certainly not a sign-in.
    Invalid,
    /// Logto refused, and said why in the log.
    Refused,
    /// Logto or the store is not answering.
    Unavailable,
    /// The sign-in worked twice within a minute, and the browser was not signed in afterwards: it
    /// does not keep the session.
    Loop,
    /// The times in the ID token are not those of the clock here.
    Clock,
    /// The identity provider's answer is longer than is accepted.
    TooLarge,
    /// The application does not let this person in ([`Hooks::on_sign_in`](crate::Hooks::on_sign_in)).
    AccessDenied,
}

impl ProblemReason {
    /// Every problem there is.
    pub const ALL: [Self; 9] = [
        Self::Cancelled,
        Self::Expired,
        Self::Invalid,
        Self::Refused,
        Self::Unavailable,
        Self::Loop,
        Self::Clock,
        Self::TooLarge,
        Self::AccessDenied,
    ];

    /// The word for it in the query of the problem page.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Invalid => "invalid",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Loop => "loop",
            Self::Clock => "clock",
            Self::TooLarge => "too-large",
            Self::AccessDenied => "access-denied",
        }
    }
}

impl fmt::Display for ProblemReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not the name of a [`ProblemReason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the name of a problem")]
pub struct UnknownProblemReason;

impl FromStr for ProblemReason {
    type Err = UnknownProblemReason;

    fn from_str(name: &str) -> Result<Self, UnknownProblemReason> {
        let mut all = Self::ALL.into_iter();
        all.find(|problem| problem.as_str() == name)
            .ok_or(UnknownProblemReason)
    }
}

impl From<&logto::Error> for ProblemReason {
    fn from(error: &logto::Error) -> Self {
        use logto::{CallbackError, Error, TokenError};
        match error {
            Error::Callback(CallbackError::Cancelled) => Self::Cancelled,
            Error::Callback(CallbackError::Expired) => Self::Expired,
            Error::Callback(CallbackError::Refused { error, .. }) => match error.as_str() {
                "access_denied" => Self::Cancelled,
                "server_error" | "temporarily_unavailable" => Self::Unavailable,
                _ => Self::Refused,
            },
            error if is_about_clocks(error) => Self::Clock,
            error if error.is_too_large() => Self::TooLarge,
            Error::Callback(_) | Error::IdToken(_) => Self::Invalid,
            error if error.is_transient() => Self::Unavailable,
            Error::Token(TokenError::Refused(_)) | Error::Config(_) => Self::Refused,
            // The response is not one of an identity provider.
            _ => Self::Unavailable,
        }
    }
}

/// Whether the clocks of the identity provider and of this machine differ too much.
fn is_about_clocks(error: &logto::Error) -> bool {
    use logto::{Error, IdTokenError, JwtError};
    matches!(
        error,
        Error::IdToken(
            IdTokenError::Jwt(JwtError::Expired { .. } | JwtError::FromTheFuture { .. })
                | IdTokenError::Stale { .. }
        )
    )
}

#[cfg(test)]
mod tests {
    use logto::{IdTokenError, JwtError};

    use super::*;

    #[test]
    fn a_problem_of_clocks_or_of_size_is_called_so() {
        let jwt = |error| ProblemReason::from(&logto::Error::IdToken(IdTokenError::Jwt(error)));
        assert_eq!(jwt(JwtError::Expired { seconds: 90 }), ProblemReason::Clock);
        let future = JwtError::FromTheFuture {
            claim: "iat",
            seconds: 90,
        };
        assert_eq!(jwt(future), ProblemReason::Clock);
        let stale = logto::Error::IdToken(IdTokenError::Stale { seconds: 900 });
        assert_eq!(ProblemReason::from(&stale), ProblemReason::Clock);
        assert_eq!(jwt(JwtError::TooLong { limit: 1 }), ProblemReason::TooLarge);
        assert_eq!(jwt(JwtError::Signature), ProblemReason::Invalid);
    }
}
