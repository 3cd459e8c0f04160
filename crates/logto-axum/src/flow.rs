//! The flow: begin a sign-in, finish it at the callback, sign out. What the server functions call.

mod callbacks;
mod pending;
mod request;
mod sign_in;
mod sign_out;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower_sessions::cookie::Cookie;

pub(crate) use self::{
    callbacks::Callbacks,
    pending::{PendingCookies, is_id},
};
pub use self::{request::SignInRequest, sign_out::SignOut};
use crate::{LogtoAuth, Problem, ReturnTo};

/// The URLs of the flow.
pub mod paths {
    /// Starts a sign-in. GET; what it may ask for is a [`SignInRequest`](crate::SignInRequest), all of it optional.
    pub const SIGN_IN: &str = "/sign-in";
    /// Where Logto sends the browser back to. GET.
    pub const CALLBACK: &str = "/callback";
    /// Signs out. POST.
    pub const SIGN_OUT: &str = "/sign-out";
    /// The page that says why a sign-in did not work. Its query has `reason`, one of the words of
    /// [`Problem`](crate::Problem), and perhaps `return_to`.
    pub const PROBLEM: &str = "/sign-in-problem";
    /// All of them: none is a place to return to.
    pub const ALL: [&str; 4] = [SIGN_IN, CALLBACK, SIGN_OUT, PROBLEM];
}

/// The end of a step: the browser goes somewhere, perhaps with cookies.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// An absolute URL at Logto, or a path of this application.
    pub location: String,
    /// Cookies to set.
    pub cookies: Vec<Cookie<'static>>,
}

impl Outcome {
    /// The browser goes to a page of this application or to an absolute URL.
    #[must_use]
    pub fn to(location: impl Into<String>) -> Self {
        Self {
            location: location.into(),
            cookies: Vec::new(),
        }
    }

    fn problem(problem: Problem, return_to: &ReturnTo) -> Self {
        let mut location = format!("{}?reason={}", paths::PROBLEM, problem.as_str());
        if !return_to.is_home() {
            location.push_str("&return_to=");
            location.extend(utf8_percent_encode(return_to.as_str(), NON_ALPHANUMERIC));
        }
        Self::to(location)
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        let Ok(location) = HeaderValue::from_str(&self.location) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
        for cookie in self.cookies {
            if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }
}

/// Does the work in a task of its own, which a request that is dropped does not take with it.
async fn to_the_end(
    app: &LogtoAuth,
    work: impl Future<Output = Outcome> + Send + 'static,
) -> Outcome {
    app.spawn(work).await.unwrap_or_else(|_| {
        tracing::error!("a step of the flow was interrupted");
        Outcome::problem(Problem::Unavailable, &ReturnTo::default())
    })
}
