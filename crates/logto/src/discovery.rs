//! The provider's discovery document (OIDC Discovery 1.0).

#[cfg(test)]
mod tests;

use serde_json::Value;
use url::Url;

use crate::algorithm::SigningAlgorithm;
use crate::config::RemoteConfig;
use crate::error::DiscoveryError;
use crate::message::{Answer, Endpoint, Request};
use crate::text::clean;
use crate::url_rules::url_problem;

/// The discovery document: the provider's issuer and endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderMetadata {
    /// The issuer: the configured one, byte for byte.
    pub issuer: String,
    /// The authorization endpoint.
    pub authorization_endpoint: Url,
    /// The token endpoint.
    pub token_endpoint: Url,
    /// The userinfo endpoint.
    pub userinfo_endpoint: Url,
    /// The end-session endpoint.
    pub end_session_endpoint: Url,
    /// The revocation endpoint.
    pub revocation_endpoint: Url,
    /// The URL of the key set (JWKS).
    pub jwks_uri: Url,
    /// What it signs ID tokens with, of what this crate verifies
    /// (`id_token_signing_alg_values_supported`).
    pub signing_algorithms: Vec<SigningAlgorithm>,
}

/// Builds the request for the discovery document.
pub(crate) fn request(issuer: &str) -> Result<Request, DiscoveryError> {
    let url = Url::parse(&format!("{issuer}/.well-known/openid-configuration"));
    let url = url.map_err(|_| DiscoveryError::Url {
        name: "issuer",
        problem: "is not a URL",
    })?;
    Ok(Request::get(
        "reading the provider's description",
        Endpoint::Discovery,
        url,
    ))
}

/// Validates the discovery document. Nothing in it can loosen the configuration.
pub(crate) fn read(
    answer: &Answer,
    config: &RemoteConfig,
) -> Result<ProviderMetadata, DiscoveryError> {
    let issuer = config.issuer.as_str();
    if answer.status != 200 {
        let url = format!("{issuer}/.well-known/openid-configuration");
        return Err(DiscoveryError::Status {
            url,
            status: answer.status,
        });
    }
    let document = answer.object().ok_or(DiscoveryError::NotJson)?;
    let text = |name| {
        document
            .get(name)
            .and_then(Value::as_str)
            .ok_or(DiscoveryError::Missing(name))
    };
    let found = text("issuer")?;
    if found != issuer {
        let (expected, found) = (issuer.to_owned(), clean(found));
        return Err(DiscoveryError::Issuer { expected, found });
    }
    let secure = issuer.starts_with("https:");
    let url = |name| {
        let url = Url::parse(text(name)?).map_err(|_| DiscoveryError::Url {
            name,
            problem: "is not an absolute URL",
        })?;
        match url_problem(&url, config.connection.allow_http) {
            Some(problem) => Err(DiscoveryError::Url { name, problem }),
            None if secure && url.scheme() != "https" => Err(DiscoveryError::Url {
                name,
                problem: "must use https, as the provider itself does",
            }),
            None => Ok(url),
        }
    };
    let announced = document.get("id_token_signing_alg_values_supported");
    let announced = announced.and_then(Value::as_array).into_iter().flatten();
    let signing_algorithms: Vec<SigningAlgorithm> = announced
        .filter_map(|name| name.as_str()?.parse().ok())
        .collect();
    if signing_algorithms.is_empty() && config.algorithms.is_none() {
        return Err(DiscoveryError::NoSigningAlgorithm);
    }
    Ok(ProviderMetadata {
        issuer: found.to_owned(),
        authorization_endpoint: url("authorization_endpoint")?,
        token_endpoint: url("token_endpoint")?,
        userinfo_endpoint: url("userinfo_endpoint")?,
        end_session_endpoint: url("end_session_endpoint")?,
        revocation_endpoint: url("revocation_endpoint")?,
        jwks_uri: url("jwks_uri")?,
        signing_algorithms,
    })
}

/// The steps of reading the provider's keys.
pub(crate) mod keys {
    use super::{Answer, DiscoveryError, Endpoint, ProviderMetadata, Request};
    use crate::keys::Keys;

    pub(crate) fn request(provider: &ProviderMetadata) -> Request {
        Request::get(
            "reading the provider's keys",
            Endpoint::Jwks,
            provider.jwks_uri.clone(),
        )
    }

    pub(crate) fn read(
        answer: &Answer,
        provider: &ProviderMetadata,
    ) -> Result<Keys, DiscoveryError> {
        if answer.status != 200 {
            let url = provider.jwks_uri.to_string();
            return Err(DiscoveryError::Status {
                url,
                status: answer.status,
            });
        }
        Keys::read(&answer.body)
    }
}
