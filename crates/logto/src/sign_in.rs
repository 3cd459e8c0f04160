//! The authorization request, and the pending sign-in that is kept until the callback.

mod options;
#[cfg(test)]
mod tests;

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use logto_types::scope;
use serde::{Deserialize, Serialize};
use url::Url;

use self::options::join;
pub use self::options::{DirectSignIn, Identifier, InvalidDirectSignIn, InvalidIdentifier, SignIn};
use crate::config::{Config, check_request};
use crate::discovery::ProviderMetadata;
use crate::error::ConfigError;
use crate::scopes::Scopes;
use crate::secret::Secret;

/// How long a sign-in may take, in seconds.
const LONGEST_SIGN_IN: u64 = 10 * 60;

/// A pending sign-in: started, and without a callback yet.
///
/// It belongs to one browser, is found by its [`state`](Self::state), and is used once: take it out
/// of its store before [`finish_sign_in`](crate::Client::finish_sign_in), not after.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The `state` that the callback must repeat.
    pub state: String,
    /// The `nonce` that the ID token must repeat.
    pub nonce: String,
    /// The PKCE code verifier.
    pub code_verifier: Secret,
    /// The redirect URI; the token request must repeat it byte for byte.
    pub redirect_uri: String,
    /// When the sign-in was started, in seconds since 1970.
    pub created_at: u64,
    /// The provider that was asked.
    pub issuer: String,
    /// What was asked for: what a provider that says nothing about scopes has granted.
    pub scopes: Scopes,
    /// How long ago the person may have signed in, in seconds, if that was asked for.
    pub max_age: Option<u64>,
}

impl Pending {
    /// Whether the answer comes too late: ten minutes.
    #[must_use]
    pub const fn expired(&self, now: u64) -> bool {
        now.saturating_sub(self.created_at) >= LONGEST_SIGN_IN
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("redirect_uri", &self.redirect_uri)
            .field("created_at", &self.created_at)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// Random bytes, enough for one sign-in.
pub(crate) struct Randomness {
    pub(crate) state: [u8; 32],
    pub(crate) nonce: [u8; 32],
    pub(crate) verifier: [u8; 32],
}

/// Builds the authorization request.
///
/// PKCE, `state` and `nonce` are in every one, whatever the provider says it needs. Each parameter
/// is written here and by its own name, so an option cannot inject another one.
pub(crate) fn request(
    config: &Config,
    provider: &ProviderMetadata,
    options: &SignIn,
    randomness: &Randomness,
    now: u64,
) -> Result<(Url, Pending), ConfigError> {
    let scopes = match &options.scopes {
        None => config.asked_scopes(),
        Some(scopes) => scope::RESERVED
            .into_iter()
            .collect::<Scopes>()
            .union(scopes),
    };
    let mut resources: Vec<String> = Vec::new();
    let organizations = scopes
        .contains(scope::ORGANIZATIONS)
        .then(|| scope::ORGANIZATIONS_RESOURCE.to_owned());
    let asked = options.resources.clone();
    let asked = asked.unwrap_or_else(|| config.indicators());
    for resource in asked.into_iter().chain(organizations) {
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    }
    let prompts = options.prompts.as_ref().unwrap_or(&config.prompts);
    check_request(&scopes, &resources, prompts)?;

    let pending = Pending {
        state: URL_SAFE_NO_PAD.encode(randomness.state),
        nonce: URL_SAFE_NO_PAD.encode(randomness.nonce),
        code_verifier: Secret::new(URL_SAFE_NO_PAD.encode(randomness.verifier)),
        redirect_uri: config.redirect_uri.to_string(),
        created_at: now,
        issuer: provider.issuer.clone(),
        max_age: options.max_age.map(|age| age.as_secs()),
        scopes,
    };

    let mut url = provider.authorization_endpoint.clone();
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_id", &config.app_id)
        .append_pair("redirect_uri", &pending.redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", &pending.scopes.to_string())
        .append_pair("state", &pending.state)
        .append_pair("nonce", &pending.nonce)
        .append_pair("code_challenge", &challenge(&pending.code_verifier))
        .append_pair("code_challenge_method", "S256");
    for resource in &resources {
        query.append_pair("resource", resource);
    }
    if !prompts.is_empty() {
        query.append_pair("prompt", &join(prompts.iter().map(|prompt| prompt.name())));
    }
    for (name, value) in options.parameters() {
        query.append_pair(name, &value);
    }
    drop(query);
    Ok((url, pending))
}

/// RFC 7636 section 4.2.
fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.expose().as_bytes()))
}
