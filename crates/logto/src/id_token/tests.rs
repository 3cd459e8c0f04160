mod mutations;
mod parties;
mod recorded;
mod signature;
mod times;

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Expected, Identity, Occasion, read};
use crate::algorithm::SigningAlgorithm;
use crate::claims::Claims;
use crate::error::{IdTokenError, JwtError};
use crate::keys::Keys;
use crate::secret::Secret;
use crate::testing::signer::Signer;

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://example.logto.app/oidc";

/// What an answer may have by default.
const LONGEST: usize = 1024 * 1024;

static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::new("ES384", "one"));
static ACCESS_TOKEN: LazyLock<Secret> = LazyLock::new(|| Secret::new("an opaque access token"));

fn keys(jwks: &[Value]) -> Keys {
    Keys::read(json!({ "keys": jwks }).to_string().as_bytes()).unwrap()
}

/// What a right token says.
fn claims() -> Value {
    json!({ "sub": "vy5uejihtdj7", "auth_time": NOW - 5, "nonce": "the nonce", "aud": "the app", "exp": NOW + 3600,
        "iat": NOW, "iss": ISSUER })
}

/// What a right token says, but for one claim.
fn but(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

/// What a right token says, without one claim.
fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        app_id: "the app",
        algorithms: &SigningAlgorithm::ALL,
        longest: LONGEST,
        now: NOW,
        tolerance: 60,
        occasion: Occasion::SignIn {
            nonce: "the nonce",
            max_age: None,
        },
        access_token: &ACCESS_TOKEN,
    }
}

/// Judges a token of any text with the key it should be made with.
fn judge_text(token: &str) -> Result<Claims, IdTokenError> {
    read(&Secret::new(token), &keys(&[SIGNER.jwk()]), &expected())
}

/// Judges a truly signed token that says this.
fn judge(claims: &Value) -> Result<Claims, IdTokenError> {
    judge_text(&SIGNER.sign(claims))
}

fn judge_as(claims: &Value, occasion: Occasion<'_>) -> Result<Claims, IdTokenError> {
    let expected = Expected {
        occasion,
        ..expected()
    };
    read(
        &Secret::new(SIGNER.sign(claims)),
        &keys(&[SIGNER.jwk()]),
        &expected,
    )
}
