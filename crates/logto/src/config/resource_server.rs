//! The configuration of a resource server.

use std::time::Duration;

use logto_types::scope::ORGANIZATIONS_RESOURCE;
use url::Url;

use super::checks::{check_algorithms, check_clock_tolerance, check_resource};
use super::remote::{RemoteConfig, issuer};
use crate::algorithm::SigningAlgorithm;
use crate::connection::Connection;
use crate::error::ConfigError;
use crate::url_rules::check_endpoint;

/// Which API this is, and how strictly tokens for it are judged.
///
/// [`ResourceServerConfig::new`] takes what has no default; the rest are fields to be changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResourceServerConfig {
    /// Where Logto lives, without `/oidc`: `https://example.logto.app`. A tenant path is kept.
    pub endpoint: Url,
    /// The API's resource indicator, byte for byte as registered in the Logto Console.
    pub indicator: String,
    /// The algorithms an access token may be signed with. Default: `None`, for those that the
    /// provider announces in discovery (`id_token_signing_alg_values_supported`; Logto signs both
    /// kinds of token alike), of the five that Logto can be set to.
    pub algorithms: Option<Vec<SigningAlgorithm>>,
    /// How the provider is reached: proxy, certificates, limits.
    pub connection: Connection,
    /// How far Logto's clock may be from ours. Default: one minute.
    pub clock_tolerance: Duration,
}

impl ResourceServerConfig {
    /// A configuration with every default.
    pub fn new(endpoint: Url, indicator: impl Into<String>) -> Self {
        Self {
            endpoint,
            indicator: indicator.into(),
            algorithms: None,
            connection: Connection::default(),
            clock_tolerance: Duration::from_mins(1),
        }
    }

    pub(crate) fn remote(&self) -> RemoteConfig {
        RemoteConfig {
            issuer: issuer(&self.endpoint),
            algorithms: self.algorithms.clone(),
            connection: self.connection.clone(),
        }
    }

    /// Looks for everything that could not work.
    ///
    /// # Errors
    /// The first invalid setting, with what to set instead.
    pub fn check(&self) -> Result<(), ConfigError> {
        check_endpoint(&self.endpoint, self.connection.allow_http)?;
        check_resource(&self.indicator)?;
        if self.indicator == ORGANIZATIONS_RESOURCE {
            return Err(ConfigError::ReservedResource);
        }
        check_algorithms(self.algorithms.as_deref())?;
        self.connection.check()?;
        check_clock_tolerance(self.clock_tolerance)
    }
}
