//! Cookies, named as Logto names its own.

use axum::http::{HeaderMap, HeaderValue, header};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

/// The browser's sign-in at the provider.
pub(crate) const SESSION: &str = "_session";
/// The pending sign-in of each application in this browser.
pub(crate) const INTERACTION: &str = "_interaction";
/// Tells that this browser is the one whose sign-in may be resumed.
pub(crate) const RESUME: &str = "_interaction_resume";

const HOUR: u32 = 3600;
const TWO_WEEKS: u32 = 14 * 24 * HOUR;

pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(held, _)| *held == name)
        .map(|(_, value)| value)
}

/// The id of the pending interaction of an application, or of the last one started.
pub(crate) fn interaction(headers: &HeaderMap, application: Option<&str>) -> Option<String> {
    interactions(headers)
        .get(application.unwrap_or("_legacy"))?
        .as_str()
        .map(str::to_owned)
}

fn interactions(headers: &HeaderMap) -> Map<String, Value> {
    read(headers, INTERACTION)
        .and_then(|value| percent_decode_str(value).decode_utf8().ok())
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// The cookies that start an interaction.
pub(crate) fn start_interaction(
    headers: &HeaderMap,
    application: &str,
    id: &str,
) -> Vec<HeaderValue> {
    let mut pending = interactions(headers);
    pending.insert(application.into(), id.into());
    pending.insert("_legacy".into(), id.into());
    let pending =
        utf8_percent_encode(&Value::Object(pending).to_string(), NON_ALPHANUMERIC).to_string();
    let about = format!(r#"_logto={{"appId":"{application}"}}; path=/; samesite=lax"#);
    [
        about,
        set(INTERACTION, &pending, "/", HOUR),
        set(RESUME, id, &resume_path(id), HOUR),
    ]
    .iter()
    .filter_map(|text| HeaderValue::from_str(text).ok())
    .collect()
}

pub(crate) fn end_interaction(id: &str) -> Option<HeaderValue> {
    clear(RESUME, &resume_path(id))
}

pub(crate) fn session(id: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&set(SESSION, id, "/", TWO_WEEKS)).ok()
}

pub(crate) fn end_session() -> Option<HeaderValue> {
    clear(SESSION, "/")
}

fn resume_path(id: &str) -> String {
    format!("/oidc/auth/{id}")
}

fn set(name: &str, value: &str, path: &str, seconds: u32) -> String {
    format!("{name}={value}; path={path}; max-age={seconds}; samesite=lax; httponly")
}

fn clear(name: &str, path: &str) -> Option<HeaderValue> {
    let text = format!(
        "{name}=; path={path}; expires=Thu, 01 Jan 1970 00:00:00 GMT; samesite=lax; httponly"
    );
    HeaderValue::from_str(&text).ok()
}
