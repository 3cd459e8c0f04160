/// Why a callback does not lead to a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// The bare address: the person pressed Cancel at Logto, or opened it by hand.
    #[error(
        "the callback was opened without an answer: the person cancelled, or opened the address by hand"
    )]
    Cancelled,
    /// A duplicate parameter.
    #[error("the callback has the parameter `{0}` twice")]
    Duplicate(&'static str),
    /// Longer than any answer.
    #[error("the callback's query is longer than 16 KiB")]
    TooLong,
    /// No `state`.
    #[error("the callback has no `state`, so it cannot be the answer to a sign-in of this browser")]
    MissingState,
    /// Another `state`.
    #[error("the callback's `state` belongs to another sign-in or to none")]
    StateMismatch,
    /// Too late.
    #[error("the sign-in was started more than ten minutes ago; it has to be started again")]
    Expired,
    /// No `iss`.
    #[error("the callback has no `iss`, which Logto sends with every answer (RFC 9207)")]
    MissingIssuer,
    /// Another provider's answer.
    #[error("expected an answer from {expected:?}, this one is from {found:?}")]
    WrongIssuer {
        /// The provider that was asked.
        expected: String,
        /// The `iss` that came, cleaned and cut.
        found: String,
    },
    /// Tokens in the URL, as of the implicit flow.
    #[error("the callback brings tokens in its URL, which nobody asked for")]
    TokensInUrl,
    /// The provider answered with an error.
    #[error("the provider refused the sign-in: {error}{}", .description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default())]
    Refused {
        /// `access_denied`, `login_required`, `consent_required`, `server_error` and so on; cleaned
        /// and cut.
        error: String,
        /// More about it; cleaned and cut.
        description: Option<String>,
    },
    /// Neither code nor error.
    #[error("the callback has neither `code` nor `error`")]
    MissingCode,
}
