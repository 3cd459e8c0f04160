mod audiences;
mod claims;
mod recorded;
mod shape;
mod times;

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Expected, look, read};
use crate::access_token::VerifiedToken;
use crate::algorithm::SigningAlgorithm;
use crate::error::{AccessTokenError, JwtError};
use crate::keys::Keys;
use crate::testing::signer::Signer;
use crate::token::Audience;

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://example.logto.app/oidc";
const SHOP: &str = "https://shop.example/api";
const ACME: &str = "asl5guymvnj4";

static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::new("ES384", "one"));
static API: LazyLock<Audience> = LazyLock::new(|| Audience::Resource(SHOP.to_owned()));

fn keys(jwks: &[Value]) -> Keys {
    Keys::read(json!({ "keys": jwks }).to_string().as_bytes()).unwrap()
}

fn header() -> Value {
    json!({ "alg": "ES384", "typ": "at+jwt", "kid": "one" })
}

/// What a right token for the API says, as Logto writes it.
fn claims() -> Value {
    json!({ "jti": "nfzCu7jlgT4lHKkJMI7CJHbaR4zssePZVAFICU2jX8N", "sub": "vy5uejihtdj7", "iat": NOW, "exp": NOW + 3600,
        "scope": "read:orders write:orders", "client_id": "the app", "iss": ISSUER, "aud": SHOP })
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

fn expected(audience: &Audience) -> Expected<'_> {
    Expected {
        issuer: ISSUER,
        algorithms: &SigningAlgorithm::ALL,
        tolerance: 60,
        audience,
    }
}

fn sign(claims: &Value) -> String {
    SIGNER.sign_with(&header(), claims)
}

/// Judges a token of any text with the key it should be made with.
fn judge_text(token: &str) -> Result<VerifiedToken, AccessTokenError> {
    read(token, &keys(&[SIGNER.jwk()]), &expected(&API), NOW)
}

/// Judges a truly signed token that says this.
fn judge(claims: &Value) -> Result<VerifiedToken, AccessTokenError> {
    judge_text(&sign(claims))
}

/// Judges a truly signed token where that audience is wanted.
fn judge_for(audience: &Audience, claims: &Value) -> Result<VerifiedToken, AccessTokenError> {
    read(
        &sign(claims),
        &keys(&[SIGNER.jwk()]),
        &expected(audience),
        NOW,
    )
}

fn in_acme() -> Audience {
    Audience::OrganizationResource {
        organization: ACME.parse().unwrap(),
        resource: SHOP.to_owned(),
    }
}

fn acme() -> Audience {
    Audience::Organization(ACME.parse().unwrap())
}
