//! Redirects, and the three response modes of an authorization response.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::{html::escape, page, params, refusal::Refusal, texts};

/// The redirect URI and the response mode of an authorization response.
#[derive(Clone, Debug)]
pub(crate) struct ReturnAddress {
    pub(crate) uri: String,
    pub(crate) mode: ResponseMode,
    pub(crate) state: Option<String>,
}

/// The `response_mode`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ResponseMode {
    Query,
    Fragment,
    FormPost,
}

impl ReturnAddress {
    pub(crate) fn answer(&self, code: &str, issuer: &str) -> Response {
        self.send(StatusCode::OK, &[("code", code)], issuer)
    }

    pub(crate) fn refuse(&self, refusal: &Refusal, issuer: &str) -> Response {
        let mut pairs = vec![("error", refusal.error())];
        pairs.extend(
            refusal
                .description()
                .map(|text| ("error_description", text)),
        );
        self.send(StatusCode::BAD_REQUEST, &pairs, issuer)
    }

    /// Adds `state` and `iss`. The status is for the form's page; redirects have their own.
    fn send(&self, status: StatusCode, pairs: &[(&str, &str)], issuer: &str) -> Response {
        let mut pairs = pairs.to_vec();
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        pairs.push(("iss", issuer));
        let separator = match self.mode {
            ResponseMode::FormPost => {
                // In English: it is gone before anybody reads it.
                let page = page::form_post(&texts::ENGLISH, &self.uri, &pairs);
                return (status, Html(page)).into_response();
            }
            ResponseMode::Fragment => '#',
            ResponseMode::Query if self.uri.contains('?') => '&',
            ResponseMode::Query => '?',
        };
        see_other(&format!("{}{separator}{}", self.uri, params::encode(pairs)))
    }
}

/// 303: look there with a GET.
pub(crate) fn see_other(location: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, location)
}

/// 302, where Logto answers so.
pub(crate) fn found(location: &str) -> Response {
    redirect(StatusCode::FOUND, location)
}

fn redirect(status: StatusCode, location: &str) -> Response {
    let Ok(value) = HeaderValue::from_str(location) else {
        return Refusal::invalid_request("redirect_uri must be printable").into_response();
    };
    let body = Html(format!("Redirecting to {}.", escape(location)));
    (status, [(header::LOCATION, value)], body).into_response()
}

/// Adds cookies to an answer.
pub(crate) fn with_cookies(
    mut response: Response,
    cookies: impl IntoIterator<Item = HeaderValue>,
) -> Response {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
