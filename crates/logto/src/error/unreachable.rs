use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::message::Request;

/// An error of the HTTP library, shared so that every waiter can have it. Its text is that of the
/// innermost cause (refused, no such host, a certificate that is not trusted); the layers around it
/// say only that something failed.
#[derive(Clone, Debug)]
pub struct HttpError(Arc<reqwest::Error>);

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cause: &dyn Error = &*self.0;
        while let Some(source) = cause.source() {
            cause = source;
        }
        write!(f, "{cause}")
    }
}

impl Error for HttpError {}

impl HttpError {
    /// Without the URL, which is said beside it.
    pub(crate) fn new(error: reqwest::Error) -> Self {
        Self(Arc::new(error.without_url()))
    }
}

impl PartialEq for HttpError {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for HttpError {}

/// The provider gave no answer that could be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{doing} at {url}: {problem}")]
pub struct Unreachable {
    /// What was being done.
    pub doing: &'static str,
    /// Where, without query.
    pub url: String,
    /// What happened.
    #[source]
    pub problem: UnreachableReason,
}

impl Unreachable {
    pub(crate) fn new(request: &Request, problem: UnreachableReason) -> Self {
        let mut url = request.url.clone();
        url.set_query(None);
        Self {
            doing: request.doing,
            url: url.to_string(),
            problem,
        }
    }
}

/// Why there was no answer.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnreachableReason {
    /// It took too long.
    #[error("no complete answer in {seconds} s; is the provider up, and is `timeout` long enough?")]
    Timeout {
        /// The limit.
        seconds: f32,
    },
    /// No connection could be made, so nothing was sent.
    #[error("the connection failed ({0}); is the provider up, and is `endpoint` right?")]
    Connection(#[source] HttpError),
    /// The connection broke after the request may have been sent and before the whole answer had
    /// come.
    #[error(
        "the connection broke before the answer was complete ({0}); the provider may have acted on the request"
    )]
    LostAnswer(#[source] HttpError),
    /// The provider answered 429 (RFC 6585 section 4), now or a moment ago.
    #[error("the provider limits the rate of requests (429); the next one is sent in {seconds} s")]
    RateLimited {
        /// How long no request is sent.
        seconds: u64,
    },
    /// A redirect, which is never followed.
    #[error(
        "the answer is a redirect ({status}), which is not followed: set `endpoint` to the final address"
    )]
    Redirected {
        /// The status.
        status: u16,
    },
    /// A token that no provider would give.
    #[error("the token holds characters that cannot be sent in a header")]
    Unsendable,
    /// Too much.
    #[error("the answer is longer than {limit} bytes, the limit set by `max_body`")]
    TooLong {
        /// The limit.
        limit: usize,
    },
}

impl UnreachableReason {
    pub(super) const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Timeout { .. }
                | Self::Connection(_)
                | Self::LostAnswer(_)
                | Self::RateLimited { .. }
        )
    }
}
