//! What the hooks are told.

use logto::{Audience, Claims, OrganizationId, Scopes};
use logto_types::{Access, SignOutExtent};

use crate::{client_info::ClientInfo, error::ProblemReason};

/// Somebody is about to be signed in: see [`Hooks::on_sign_in`](crate::Hooks::on_sign_in).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignInEvent {
    /// The claims of the verified ID token.
    pub claims: Claims,
    /// Logto's own scopes that were granted.
    pub scope: Scopes,
    /// The browser.
    pub client: ClientInfo,
}

/// A sign-in has come to its end: see
/// [`Hooks::on_sign_in_finished`](crate::Hooks::on_sign_in_finished).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignInFinished {
    /// When, in Unix seconds.
    pub at: i64,
    /// Why it has failed: the reason that the problem page is shown for. `None`: somebody is signed
    /// in.
    pub problem: Option<ProblemReason>,
    /// Who, by `sub`, if Logto's answer could be verified.
    pub subject: Option<String>,
    /// The session that began: see [`SignOutEvent::session`].
    pub session: Option<String>,
    /// The browser.
    pub client: ClientInfo,
}

/// A session has ended: see [`Hooks::on_sign_out`](crate::Hooks::on_sign_out).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignOutEvent {
    /// When, in Unix seconds.
    pub at: i64,
    /// Why.
    pub cause: SignOutCause,
    /// Who, by `sub`; `None` when the session could not be read.
    pub subject: Option<String>,
    /// A name of the session that leads to nothing: 16 hexadecimal digits of the hash of its id.
    /// All events of one session have the same.
    pub session: String,
    /// The browser that signed out, if it was one.
    pub client: Option<ClientInfo>,
}

/// Why a session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignOutCause {
    /// The person signed out. With [`SignOutExtent::Everywhere`], also on another device.
    Person(SignOutExtent),
    /// The person ended it from another session of theirs:
    /// [`Auth::end_other_session`](crate::Auth::end_other_session).
    OtherSession,
    /// A sign-in in the same browser took its place.
    Replaced,
    /// Logto said that its own session has ended (back-channel logout).
    Provider,
    /// [`LogtoAuth::end_sessions`](crate::LogtoAuth::end_sessions).
    Administrator,
    /// Logto gave no tokens for it any more.
    Refresh(RefreshFailure),
}

impl SignOutCause {
    /// Its name: `person`, `other-session`, `replaced`, `provider`, `administrator` or `refresh`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::OtherSession => "other-session",
            Self::Replaced => "replaced",
            Self::Provider => "provider",
            Self::Administrator => "administrator",
            Self::Refresh(_) => "refresh",
        }
    }
}

/// Logto has given no token for a session: see
/// [`Hooks::on_refresh_failed`](crate::Hooks::on_refresh_failed).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RefreshFailed {
    /// When, in Unix seconds.
    pub at: i64,
    /// Why.
    pub failure: RefreshFailure,
    /// Whose session it is, by `sub`.
    pub subject: Option<String>,
    /// The session: see [`SignOutEvent::session`].
    pub session: String,
    /// What the token was for.
    pub audience: Audience,
}

/// Why Logto has given no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefreshFailure {
    /// Logto no longer accepts the refresh token (`invalid_grant`). The session has ended.
    Revoked,
    /// The ID token of the answer is about somebody else. The session has ended.
    AnotherPerson,
    /// The session has no tokens. It has ended.
    NoTokens,
    /// Logto did not answer, or asked to be asked later. The session goes on.
    Unavailable,
    /// Logto refused the request or its answer cannot be used: mostly a setting. The session goes
    /// on.
    Refused,
}

impl RefreshFailure {
    /// Whether the session has ended over it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Revoked | Self::AnotherPerson | Self::NoTokens)
    }

    /// Its name: `revoked`, `another-person`, `no-tokens`, `unavailable` or `refused`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::AnotherPerson => "another-person",
            Self::NoTokens => "no-tokens",
            Self::Unavailable => "unavailable",
            Self::Refused => "refused",
        }
    }
}

/// Somebody has requested what they may not see: see
/// [`Hooks::on_access_denied`](crate::Hooks::on_access_denied).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccessDenied {
    /// When, in Unix seconds.
    pub at: i64,
    /// [`Access::Forbidden`] (403), or [`Access::NotFound`] (404).
    pub access: Access,
    /// Who, by `sub`.
    pub subject: Option<String>,
    /// The session: see [`SignOutEvent::session`].
    pub session: Option<String>,
    /// The path of the request without its query, 200 characters at most.
    pub path: String,
    /// What was required, as [`Requirement`](crate::Requirement) writes it.
    pub requirement: String,
    /// The organization in which it was required.
    pub organization: Option<OrganizationId>,
    /// The browser.
    pub client: ClientInfo,
}
