//! What every answer carries: no caching, and the cookies and pages that the flow needs.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::{
    cookies::find_cookie,
    logto_auth::LogtoAuth,
    outcome::unavailable_for,
    plain_pages::{LanguageHeaders, sign_in_unavailable},
};

/// The value of `Clear-Site-Data` at a sign-out (HD-04). It leaves the cookies alone: they are
/// removed by name, and the cookie that says that somebody has signed out must stay.
const CLEARED: &str = "\"cache\", \"storage\"";
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// The headers and cookies that one response needs.
pub(super) struct ResponseRules {
    is_of_the_flow: bool,
    /// Whether the page says that somebody has just signed out, which is said once.
    says_signed_out: bool,
    languages: LanguageHeaders,
}

impl ResponseRules {
    pub(super) fn of(request: &Request, app: &LogtoAuth) -> Self {
        let (headers, path) = (request.headers(), request.uri().path());
        let signed_out = &app.parts().names.signed_out;
        Self {
            is_of_the_flow: app.flow_paths().contains(path),
            says_signed_out: request.method().is_safe()
                && !is_script_read(headers)
                && find_cookie(headers, signed_out).is_some(),
            languages: LanguageHeaders::of(headers),
        }
    }

    pub(super) fn apply(self, mut response: Response, app: &LogtoAuth) -> Response {
        if response.status() == StatusCode::SERVICE_UNAVAILABLE
            && let Some(return_to) = unavailable_for(response.headers())
        {
            let page = sign_in_unavailable(self.languages.language(app), return_to.as_str());
            response = with_body(response, page);
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(app.retry_after()));
            headers.append(header::VARY, HeaderValue::from_static("Accept-Language"));
        }
        if self.is_of_the_flow && response.status() == StatusCode::SEE_OTHER {
            response = without_body(response);
        }
        let names = &app.parts().names;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, PRIVATE);
        headers.append(header::VARY, HeaderValue::from_static("Cookie"));
        harden_removal(headers, app);
        if sets_signed_out(headers, &names.signed_out) {
            headers.insert("clear-site-data", HeaderValue::from_static(CLEARED));
        }
        if self.says_signed_out {
            let removal = names.signed_out("", 0);
            if let Ok(removal) = HeaderValue::from_str(&removal.to_string()) {
                headers.append(header::SET_COOKIE, removal);
            }
        }
        response
    }
}

/// The answer with another page in it.
fn with_body(answer: Response, page: Html<String>) -> Response {
    let (mut parts, _) = answer.into_parts();
    for name in [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::LOCATION,
    ] {
        parts.headers.remove(name);
    }
    let mut answer = page.into_response();
    *answer.status_mut() = parts.status;
    answer.headers_mut().extend(parts.headers);
    answer
}

/// A redirect without the result of the server function that made it.
fn without_body(answer: Response) -> Response {
    let (mut parts, _) = answer.into_parts();
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// Gives the removal cookie of tower-sessions the attributes a browser asks for (F5).
fn harden_removal(headers: &mut HeaderMap, app: &LogtoAuth) {
    let names = &app.parts().names;
    let set = |value: &HeaderValue| {
        let text = value.to_str().ok()?;
        let value = text
            .strip_prefix(names.session.as_str())?
            .strip_prefix('=')?;
        Some(!value.starts_with(';'))
    };
    let removes = |value: &HeaderValue| set(value) == Some(false);
    let all = headers.get_all(header::SET_COOKIE);
    // A callback that shares the session of another one sets the cookie itself.
    let is_set = all.iter().any(|value| set(value) == Some(true));
    if !headers.get_all(header::SET_COOKIE).iter().any(removes) {
        return;
    }
    let cookies: Vec<_> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .cloned()
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies.into_iter().filter(|cookie| !removes(cookie)) {
        headers.append(header::SET_COOKIE, cookie);
    }
    if !is_set && let Ok(removal) = HeaderValue::from_str(&names.session_removal().to_string()) {
        headers.append(header::SET_COOKIE, removal);
    }
}

/// Whether a script of a page reads something. It does not show the notice, and another tab may read
/// while this one is still on its way back from the sign-out at Logto.
fn is_script_read(headers: &HeaderMap) -> bool {
    let destination = headers.get("sec-fetch-dest");
    destination.is_some_and(|destination| destination == "empty")
}

/// Whether an answer says that somebody has just signed out.
fn sets_signed_out(headers: &HeaderMap, name: &str) -> bool {
    let mut cookies = headers.get_all(header::SET_COOKIE).iter();
    cookies.any(|cookie| {
        let value = cookie.as_bytes().strip_prefix(name.as_bytes());
        value.is_some_and(|value| value.starts_with(b"="))
    })
}
