//! What the provider says about itself (OIDC Discovery 1.0).

#[cfg(test)]
mod tests;

use serde_json::Value;
use url::Url;

use crate::algorithm::SigningAlgorithm;
use crate::config::RemoteConfig;
use crate::error::DiscoveryError;
use crate::message::{Answer, Request};
use crate::text::clean;
use crate::url_rules::url_problem;

/// The provider's own description: its name and where each step is done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provider {
    /// The name it signs with. It is the configured one, byte for byte.
    pub issuer: String,
    /// Where browsers are sent to sign in.
    pub authorization_endpoint: Url,
    /// Where codes and refresh tokens become tokens.
    pub token_endpoint: Url,
    /// Where claims are told.
    pub userinfo_endpoint: Url,
    /// Where browsers are sent to sign out.
    pub end_session_endpoint: Url,
    /// Where tokens are revoked.
    pub revocation_endpoint: Url,
    /// Where the public keys are.
    pub jwks_uri: Url,
    /// What it signs ID tokens with, of what this crate verifies (`id_token_signing_alg_values_supported`).
    pub signing_algorithms: Vec<SigningAlgorithm>,
}

/// Asks for the description.
pub(crate) fn request(issuer: &str) -> Result<Request, DiscoveryError> {
    let url = Url::parse(&format!("{issuer}/.well-known/openid-configuration"));
    let url = url.map_err(|_| DiscoveryError::Url {
        name: "issuer",
        problem: "is not a URL",
    })?;
    Ok(Request::get("reading the provider's description", url))
}

/// Judges the description. Nothing in it can loosen what the configuration says.
pub(crate) fn read(answer: &Answer, config: &RemoteConfig) -> Result<Provider, DiscoveryError> {
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
    Ok(Provider {
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
    use super::{Answer, DiscoveryError, Provider, Request};
    use crate::keys::Keys;

    pub(crate) fn request(provider: &Provider) -> Request {
        Request::get("reading the provider's keys", provider.jwks_uri.clone())
    }

    pub(crate) fn read(answer: &Answer, provider: &Provider) -> Result<Keys, DiscoveryError> {
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
