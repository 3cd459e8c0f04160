//! How sessions behave.

use std::time::Duration;

use url::Url;

use crate::{hooks::Hooks, seal::SessionKeys, session_events::SessionStreamLimits};

/// How sessions behave.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuthOptions {
    /// Where the application is reached from outside, without a path: `https://app.example`.
    pub base_url: Url,
    /// The keys that sessions are sealed with.
    pub keys: SessionKeys,
    /// A session nobody used for this long ends. Default: 24 hours.
    pub idle: Duration,
    /// A session ends this long after the sign-in, used or not. Default: 7 days, within the 14 of
    /// Logto's refresh token.
    pub lifetime: Duration,
    /// Whether the problem page gets the text of the log ([`ProblemDetail`](crate::ProblemDetail)),
    /// for developers. Never in production. Default: no.
    pub show_errors: bool,
    /// The cookie in which the application keeps the language that somebody has chosen (`en` or
    /// `ja`), by the name that it has in [`LogtoAuth::cookie`](crate::LogtoAuth::cookie). The few
    /// pages of this crate's own are in that language, else in the one of `Accept-Language`.
    /// Default: none.
    pub language_cookie: Option<String>,
    /// What the application does when somebody signs in or out, and when access is refused. Default:
    /// nothing.
    pub hooks: Hooks,
    /// Whether a session keeps the network of the address that it began from
    /// ([`SessionDevice::address`](crate::SessionDevice::address)), so that people recognise it in
    /// the list of their sessions. The whole address is never kept. Default: yes.
    pub keep_address: bool,
    /// How many streams of session events may be open.
    pub session_stream_limits: SessionStreamLimits,
}

impl AuthOptions {
    /// The defaults for an application at `base_url`.
    #[must_use]
    pub fn new(base_url: Url, keys: SessionKeys) -> Self {
        Self {
            base_url,
            keys,
            idle: Duration::from_hours(24),
            lifetime: Duration::from_hours(7 * 24),
            show_errors: false,
            language_cookie: None,
            hooks: Hooks::new(),
            keep_address: true,
            session_stream_limits: SessionStreamLimits::default(),
        }
    }
}
