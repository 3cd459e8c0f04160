//! Cookies that are read, and written, while a page renders.

use std::time::Duration;

use axum::http::{HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use logto_axum::find_cookie;

use super::context::{auth, with_request};

/// How long a browser remembers.
const YEAR: Duration = Duration::from_hours(365 * 24);

/// Keeps something in this browser for a year, in a cookie whose full name is
/// [`LogtoAuth::cookie_name`](logto_axum::LogtoAuth::cookie_name): nothing secret, and nothing that
/// authorizes. What a cookie cannot hold is not kept. It takes
/// [`LogtoAuth::cookie`](logto_axum::LogtoAuth::cookie), so the router must be inside
/// `LogtoAuth::protect_with`.
pub fn remember(name: &'static str, value: &str) {
    remember_for(name, value, YEAR);
}

/// Like [`remember`], for this long.
pub fn remember_for(name: &'static str, value: &str, lasts: Duration) {
    set(name, value, lasts);
}

/// Reads and removes a cookie, whose value is untrusted. For a notice that a page shows once, after
/// a form.
#[must_use]
pub fn take(name: &'static str) -> Option<String> {
    let kept = remembered(name);
    if kept.is_some() {
        forget(name);
    }
    kept
}

/// Removes what this browser has under a name.
pub fn forget(name: &'static str) {
    set(name, "", Duration::ZERO);
}

fn set(name: &'static str, value: &str, lasts: Duration) {
    let (Ok(auth), Some(response)) = (auth(), use_context::<ResponseOptions>()) else {
        return;
    };
    let cookie = auth.app().cookie(name, value, lasts);
    let cookie = cookie.and_then(|cookie| HeaderValue::from_str(&cookie.to_string()).ok());
    if let Some(cookie) = cookie {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// What this browser has under a name, which may be anything: whoever uses the browser can change
/// it.
#[must_use]
pub fn remembered(name: &str) -> Option<String> {
    let name = auth().ok()?.app().cookie_name(name);
    let value = with_request(|parts| {
        find_cookie(&parts.headers, &name).map(|cookie| cookie.value().to_owned())
    });
    value.flatten()
}
