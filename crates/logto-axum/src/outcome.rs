//! The outcome of a step of the flow: where the browser goes.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use logto_types::paths;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower_sessions::cookie::Cookie;

use crate::{error::ProblemReason, problem_query::ProblemQuery, return_to::ReturnTo};

/// The end of a step: the browser goes somewhere, perhaps with cookies.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// An absolute URL at Logto, or a path of this application.
    pub location: String,
    /// Cookies to set.
    pub cookies: Vec<Cookie<'static>>,
    /// Whether this is 503: the request itself is valid.
    is_unavailable: bool,
}

impl Outcome {
    /// The browser goes to a page of this application or to an absolute URL.
    #[must_use]
    pub fn to(location: impl Into<String>) -> Self {
        Self {
            location: location.into(),
            cookies: Vec::new(),
            is_unavailable: false,
        }
    }

    /// The status and headers of the answer: a redirect (303), or 503, which goes on to the problem
    /// page by `Refresh`. [`LogtoAuth::protect`](crate::LogtoAuth::protect) adds its page and
    /// `Retry-After`.
    #[must_use]
    pub fn head(&self) -> (StatusCode, HeaderMap) {
        let mut headers = HeaderMap::new();
        let (status, location) = if self.is_unavailable {
            let refresh = format!("{REFRESH_TO}{}", self.location);
            (StatusCode::SERVICE_UNAVAILABLE, (header::REFRESH, refresh))
        } else {
            (
                StatusCode::SEE_OTHER,
                (header::LOCATION, self.location.clone()),
            )
        };
        let Ok(value) = HeaderValue::from_str(&location.1) else {
            return (StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new());
        };
        headers.insert(location.0, value);
        for cookie in &self.cookies {
            if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
                headers.append(header::SET_COOKIE, value);
            }
        }
        (status, headers)
    }

    pub(crate) fn problem(problem: ProblemReason, return_to: &ReturnTo) -> Self {
        let mut location = format!("{}?reason={}", paths::PROBLEM, problem.as_str());
        if !return_to.is_home() {
            location.push_str("&return_to=");
            location.extend(utf8_percent_encode(return_to.as_str(), NON_ALPHANUMERIC));
        }
        Self {
            is_unavailable: problem == ProblemReason::Unavailable,
            ..Self::to(location)
        }
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        self.head().into_response()
    }
}

/// The prefix of the address in a `Refresh` header: no delay.
const REFRESH_TO: &str = "0; url=";

/// The page asked for, of an answer that is the 503 of [`Outcome::head`].
pub(crate) fn unavailable_for(head: &HeaderMap) -> Option<ReturnTo> {
    let refresh = head.get(header::REFRESH)?.to_str().ok()?;
    let query = refresh.strip_prefix(REFRESH_TO)?.split_once('?')?.1;
    Some(ProblemQuery::parse(query).return_to)
}
