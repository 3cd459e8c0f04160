//! Proof Key for Code Exchange (RFC 7636), as far as Logto has it: S256 alone.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{application::Application, params::Params, refusal::Refusal};

/// The challenge of an authorization request. A server may leave it out; a public application may not.
pub(crate) fn read_challenge(
    params: &Params,
    application: &Application,
) -> Result<Option<String>, Refusal> {
    let method = params.get("code_challenge_method");
    let Some(challenge) = params.get("code_challenge") else {
        return match method {
            Some(_) => Err(Refusal::invalid_request(
                "code_challenge must be provided with code_challenge_method",
            )),
            None if application.is_public() => Err(Refusal::invalid_request(
                "Authorization Server policy requires PKCE to be used for this request",
            )),
            None => Ok(None),
        };
    };
    match method {
        None => Err(Refusal::invalid_request(
            "code_challenge_method must be provided",
        )),
        Some("S256") => {
            check_value("code_challenge", challenge)?;
            Ok(Some(challenge.to_owned()))
        }
        Some(_) => Err(Refusal::invalid_request(
            "not supported value of code_challenge_method",
        )),
    }
}

/// The rules RFC 7636 has for challenge and verifier alike.
pub(crate) fn check_value(name: &str, value: &str) -> Result<(), Refusal> {
    let fault = if value.len() < 43 {
        "a minimum length of 43 characters"
    } else if value.len() > 128 {
        "a maximum length of 128 characters"
    } else if value
        .bytes()
        .any(|byte| !byte.is_ascii_alphanumeric() && !b"-._~".contains(&byte))
    {
        return Err(Refusal::invalid_request(format!(
            "{name} contains invalid characters"
        )));
    } else {
        return Ok(());
    };
    Err(Refusal::invalid_request(format!(
        "{name} must be a string with {fault}"
    )))
}

/// The challenge a verifier answers.
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}
