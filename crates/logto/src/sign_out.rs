//! Ending things: the session at the provider, and the grant behind a token.

#[cfg(test)]
mod tests;

use url::Url;

use crate::config::Config;
use crate::discovery::ProviderMetadata;
use crate::error::RevocationError;
use crate::message::{Answer, Endpoint, Request};
use crate::secret::Secret;

/// A longer address is refused on its way: proxies read headers of 4 or 8 KiB, and Logto of 16 KiB.
const LONGEST_ADDRESS: usize = 2000;

/// The address that ends the session at the provider and comes back (OIDC RP-Initiated Logout 1.0).
///
/// The application's id is always in it: with neither id nor hint, Logto would not come back. The
/// hint is left out when the address would be longer than 2,000 characters with it; Logto needs it
/// for nothing then (`end-session.json`).
pub(crate) fn end_session_url(
    config: &Config,
    provider: &ProviderMetadata,
    id_token_hint: Option<&Secret>,
    state: Option<&str>,
) -> Url {
    let url = address(config, provider, id_token_hint, state);
    if url.as_str().len() > LONGEST_ADDRESS && id_token_hint.is_some() {
        return address(config, provider, None, state);
    }
    url
}

fn address(
    config: &Config,
    provider: &ProviderMetadata,
    id_token_hint: Option<&Secret>,
    state: Option<&str>,
) -> Url {
    let mut url = provider.end_session_endpoint.clone();
    let mut query = url.query_pairs_mut();
    query.append_pair("client_id", &config.app_id).append_pair(
        "post_logout_redirect_uri",
        config.post_logout_redirect_uri.as_str(),
    );
    if let Some(hint) = id_token_hint {
        query.append_pair("id_token_hint", hint.expose());
    }
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    drop(query);
    url
}

/// Revokes a refresh token or an opaque access token (RFC 7009). At Logto, either one ends the
/// whole grant.
pub(crate) fn request(provider: &ProviderMetadata, application: Secret, token: &Secret) -> Request {
    let parameters = [("token", token.expose())];
    let (url, secrets) = (provider.revocation_endpoint.clone(), vec![token.clone()]);
    Request::post(
        "revoking",
        Endpoint::Revocation,
        url,
        application,
        &parameters,
        secrets,
    )
}

/// Judges the answer. An unknown token is as good as a revoked one, and Logto says 200 to it.
pub(crate) fn read(answer: &Answer, secrets: &[Secret]) -> Result<(), RevocationError> {
    match answer.status {
        200 | 204 => Ok(()),
        status => {
            let unexplained = RevocationError::Status { status };
            Err(answer
                .refusal(secrets)
                .map_or(unexplained, RevocationError::Refused))
        }
    }
}
