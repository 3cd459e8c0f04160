//! Which application is asking, and the proof.

use axum::http::{StatusCode, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use url::form_urlencoded;

use crate::{application::Application, call::Call, live::Shared, refusal::Refusal};

/// The application that proved itself by `client_secret_basic` or `client_secret_post`, or a public one by its id.
pub(crate) fn authenticate<'a>(
    shared: &'a Shared,
    call: &Call,
) -> Result<&'a Application, Refusal> {
    let basic = basic(call)?;
    let (id, secret) = (call.body.get("client_id"), call.body.get("client_secret"));
    let (id, secret) = match &basic {
        Some(_) if secret.is_some() => {
            return Err(Refusal::invalid_request(
                "client authentication must only be provided using one mechanism",
            ));
        }
        Some((basic, _)) if id.is_some_and(|id| id != basic) => {
            return Err(Refusal::invalid_request("client_id mismatch"));
        }
        Some((basic, secret)) => (basic.as_str(), Some(secret.as_str())),
        None => match id {
            Some(id) => (id, secret),
            None => {
                return Err(Refusal::invalid_request(
                    "no client authentication mechanism provided",
                ));
            }
        },
    };
    let application = shared
        .fixture()
        .application(id)
        .ok_or_else(|| Refusal::unknown_client(id))?;
    if application.secret.as_deref() == secret {
        return Ok(application);
    }
    let refusal = Refusal::new(
        StatusCode::UNAUTHORIZED,
        "invalid_client",
        "client authentication failed",
    );
    Err(if basic.is_some() {
        refusal.with_challenge("Basic", shared.issuer(), false)
    } else {
        refusal
    })
}

/// Whether the request says at all who asks.
pub(crate) fn is_anonymous(call: &Call) -> bool {
    call.headers.get(header::AUTHORIZATION).is_none() && call.body.get("client_id").is_none()
}

/// Id and secret of a `Basic` header. Both parts are form-encoded inside (RFC 6749, 2.3.1).
fn basic(call: &Call) -> Result<Option<(String, String)>, Refusal> {
    let Some(value) = call.headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let malformed = || Refusal::invalid_request("invalid authorization header value format");
    let (scheme, encoded) = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed());
    }
    let decoded = STANDARD
        .decode(encoded.trim())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or_else(malformed)?;
    let (id, secret) = decoded.split_once(':').ok_or_else(malformed)?;
    Ok(Some((form_decode(id), form_decode(secret))))
}

fn form_decode(text: &str) -> String {
    // A lone name: '&' and '=' stay as they are because they are encoded first.
    let text = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(text.as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}
